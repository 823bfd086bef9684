// UnityDriver.exe URL KEY FIRST COUNT SECONDS TYPE: see test_integrate.py. One turn of the loop is
// a frame.
using System;
using System.Diagnostics;
using UnityEngine;

[Serializable]
class Numbered : GameEvent
{
    public int number;
}

static class UnityDriver
{
    static int Main(string[] arguments)
    {
        var sender = new GameEventSender { url = arguments[0], key = arguments[1] };
        var scene = new Scene(sender);
        var number = int.Parse(arguments[2]);
        var end = number + int.Parse(arguments[3]);
        var clock = Stopwatch.StartNew();
        while (number < end || sender.Waiting > 0)
        {
            if (number == end && clock.Elapsed.TotalSeconds > int.Parse(arguments[4])) return 3;
            if (number < end)
            {
                sender.Send(JsonUtility.ToJson(new Numbered {
                    event_type = arguments[5], user_name = "user-" + number % 7, number = number }));
                ++number;
                clock.Restart();
            }
            scene.Frame();
            System.Threading.Thread.Sleep(10);
        }
        return 0;
    }
}
