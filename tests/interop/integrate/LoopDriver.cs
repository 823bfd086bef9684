// LoopDriver.exe URL KEY FIRST COUNT SECONDS TYPE: see test_integrate.py.
using System;
using System.Diagnostics;
using System.Threading;

static class LoopDriver
{
    static int Main(string[] arguments)
    {
        var queue = new GameEventQueue("events.ndjson");
        var loop = GameEventLoop.Run(queue, arguments[0], arguments[1], Console.WriteLine,
                                     CancellationToken.None);
        var first = int.Parse(arguments[2]);
        for (var number = first; number < first + int.Parse(arguments[3]); ++number)
        {
            queue.Add("{\"event_type\":\"" + arguments[5] + "\",\"user_name\":\"user-" + number % 7 +
                      "\",\"number\":" + number + "}");
            Thread.Sleep(10);
        }
        var clock = Stopwatch.StartNew();
        while (!loop.IsCompleted && queue.Waiting > 0 &&
               clock.Elapsed.TotalSeconds < int.Parse(arguments[4]))
            Thread.Sleep(10);
        return queue.Waiting == 0 ? 0 : 3;
    }
}
