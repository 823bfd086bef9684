// Of Unity's scripting interface what GameEventSender uses, with the meaning that Unity's manual
// gives it, so that the page's file is compiled and run without the engine.
using System;
using System.Collections;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Reflection;
using System.Text;
using System.Web.Script.Serialization;

namespace UnityEngine
{
    public class GameObject { }

    public class MonoBehaviour
    {
        public IEnumerator Coroutine;
        protected GameObject gameObject = new GameObject();
        protected static void DontDestroyOnLoad(GameObject one) { }
        protected void StartCoroutine(IEnumerator coroutine) { Coroutine = coroutine; }
    }

    /// Wakes a behaviour, and resumes its coroutine at each frame at which it does not wait.
    public class Scene
    {
        readonly MonoBehaviour behaviour;
        readonly Stopwatch clock = Stopwatch.StartNew();
        double resumesAt;

        public Scene(MonoBehaviour behaviour)
        {
            this.behaviour = behaviour;
            behaviour.GetType().GetMethod("Awake", BindingFlags.Instance | BindingFlags.NonPublic)
                .Invoke(behaviour, null);
        }

        public void Frame()
        {
            if (clock.Elapsed.TotalSeconds < resumesAt) return;
            behaviour.Coroutine.MoveNext();
            var pause = behaviour.Coroutine.Current as WaitForSecondsRealtime;
            resumesAt = clock.Elapsed.TotalSeconds + (pause == null ? 0 : pause.Seconds);
        }
    }

    public class WaitForSecondsRealtime
    {
        public readonly float Seconds;
        public WaitForSecondsRealtime(float seconds) { Seconds = seconds; }
    }

    public static class Application
    {
        public static string persistentDataPath => Directory.GetCurrentDirectory();
    }

    public static class Debug
    {
        public static void LogWarning(object text) { Console.WriteLine(text); }
    }

    public static class JsonUtility
    {
        static readonly JavaScriptSerializer Json = new JavaScriptSerializer();
        public static string ToJson(object value) { return Json.Serialize(value); }
        public static T FromJson<T>(string text) { return Json.Deserialize<T>(text); }
    }
}

namespace UnityEngine.Networking
{
    public class UploadHandlerRaw
    {
        public readonly byte[] Data;
        public UploadHandlerRaw(byte[] data) { Data = data; }
    }

    public class DownloadHandlerBuffer
    {
        public string text { get; set; } = "";
    }

    public class UnityWebRequest : IDisposable
    {
        public enum Result { InProgress, Success, ConnectionError, ProtocolError }

        readonly HttpWebRequest request;
        WebHeaderCollection headers = new WebHeaderCollection();

        public UnityWebRequest(string url, string method)
        {
            request = (HttpWebRequest)WebRequest.Create(url);
            request.Method = method;
        }

        public UploadHandlerRaw uploadHandler { get; set; }
        public DownloadHandlerBuffer downloadHandler { get; set; }
        public int timeout { set { request.Timeout = 1000 * value; } }
        public Result result { get; private set; }
        public long responseCode { get; private set; }

        public void SetRequestHeader(string name, string value)
        {
            if (name == "Content-Type") request.ContentType = value;
            else if (name == "Accept") request.Accept = value;
            else request.Headers[name] = value;
        }

        public string GetResponseHeader(string name) { return headers[name]; }

        public object SendWebRequest()
        {
            try
            {
                using (var body = request.GetRequestStream())
                    body.Write(uploadHandler.Data, 0, uploadHandler.Data.Length);
                using (var answer = (HttpWebResponse)request.GetResponse()) Take(answer);
                result = Result.Success;
            }
            catch (WebException failed) when (failed.Response != null)
            {
                using (failed.Response) Take((HttpWebResponse)failed.Response);
                result = Result.ProtocolError;
            }
            catch (Exception failed) when (failed is WebException || failed is IOException)
            {
                result = Result.ConnectionError;
            }
            return null;
        }

        void Take(HttpWebResponse answer)
        {
            responseCode = (int)answer.StatusCode;
            headers = answer.Headers;
            using (var reader = new StreamReader(answer.GetResponseStream(), Encoding.UTF8))
                downloadHandler.text = reader.ReadToEnd();
        }

        public void Dispose() { }
    }
}
