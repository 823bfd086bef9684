#include "core/base/text.h"
#include "core/contracts/client_type.h"

#include <string_view>

namespace gamevents::contracts {
namespace {

std::string CSharpType(Shown shown) {
  switch (shown) {
    case Shown::kText:
      return "string";
    case Shown::kWhole:
      return "long";
    case Shown::kNumber:
      return "double";
    case Shown::kTruth:
      return "bool";
    case Shown::kTexts:
      return "string[]";
    case Shown::kWholes:
      return "long[]";
    case Shown::kNumbers:
      return "double[]";
    case Shown::kAnything:
      break;
  }
  return "object";
}

constexpr std::string_view kCSharpBegin =
    R"(// The events of these contracts, by `gamevents contracts client csharp`.
// It needs C# 7 and .NET Standard 2.0.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;

public abstract class GameEvent
{
    public abstract string EventType { get; }

    /// Adds the fields that are set.
    protected abstract void AddTo(Dictionary<string, object> fields);

    public string ToJson()
    {
        var fields = new Dictionary<string, object> { { "event_type", EventType } };
        AddTo(fields);
        var text = new StringBuilder();
        Write(text, fields);
        return text.ToString();
    }

    static void Write(StringBuilder text, object value)
    {
        if (value == null) text.Append("null");
        else if (value is string) WriteText(text, (string)value);
        else if (value is bool) text.Append((bool)value ? "true" : "false");
        else if (value is double || value is float)
            text.Append(((IFormattable)value).ToString("R", CultureInfo.InvariantCulture));
        else if (value is IDictionary)
        {
            var before = "{";
            foreach (DictionaryEntry each in (IDictionary)value)
            {
                text.Append(before);
                WriteText(text, each.Key.ToString());
                text.Append(':');
                Write(text, each.Value);
                before = ",";
            }
            text.Append(before == "{" ? "{}" : "}");
        }
        else if (value is IEnumerable)
        {
            var before = "[";
            foreach (var each in (IEnumerable)value)
            {
                text.Append(before);
                Write(text, each);
                before = ",";
            }
            text.Append(before == "[" ? "[]" : "]");
        }
        else text.Append(((IConvertible)value).ToString(CultureInfo.InvariantCulture));
    }

    static void WriteText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (c == '"' || c == '\\') text.Append('\\').Append(c);
            else if (c < ' ') text.Append("\\u").Append(((int)c).ToString("x4"));
            else text.Append(c);
        }
        text.Append('"');
    }
}
)";

constexpr std::string_view kCSharpSend = R"(
public static class GameEvents
{
    static readonly HttpClient Client = new HttpClient();

    /// Sends events to a gamevents server. Send the same events again with the same key until the
    /// answer is neither 429 nor 5xx: each is stored once.
    public static Task<HttpResponseMessage> Send(
        string server, IEnumerable<GameEvent> events, string key = null, string apiKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, server + "/events");
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        if (apiKey != null) request.Headers.Add("X-Api-Key", apiKey);
        var json = "[" + string.Join(",", events.Select(each => each.ToJson())) + "]";
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return Client.SendAsync(request);
    }
}
)";

// Whether null says that the field is not set.
bool HasNull(Shown shown) {
  return shown != Shown::kWhole && shown != Shown::kNumber && shown != Shown::kTruth;
}

// A class whose constructor takes what an event must have.
std::string CSharpClass(const ClientType& type) {
  std::string fields;
  std::string parameters;
  std::string assignments;
  std::string added;
  for (const ClientField& field : type.fields) {
    // An at sign, so that a name may be a word of the language.
    const std::string name = "@" + field.identifier;
    const std::string type_name = CSharpType(field.shown);
    const bool marked = !field.required && !HasNull(field.shown);
    if (const std::string remark = Remark(field); !remark.empty()) {
      fields += "    /// " + remark + "\n";
    }
    fields += "    public " + type_name + (marked ? "? " : " ") + name + ";\n";
    const std::string set = "fields[" + JsonString(field.name) + "] = " + name + ";\n";
    if (!field.required) {
      added += "        if (" + name + " != null) " + set;
      continue;
    }
    parameters.append(parameters.empty() ? "" : ", ").append(type_name + " " + name);
    assignments += "        this." + name + " = " + name + ";\n";
    added += "        " + set;
  }
  return "public sealed class " + type.name + " : GameEvent\n{\n" + fields + "\n    public " +
         type.name + "(" + parameters + ")\n    {\n" + assignments +
         "    }\n\n    public override string EventType { get { return " +
         JsonString(type.event_type) +
         "; } }\n\n    protected override void AddTo(Dictionary<string, object> fields)\n    {\n" +
         added + "    }\n}\n";
}

}  // namespace

std::string CSharp(const std::vector<ClientType>& types) {
  std::string text(kCSharpBegin);
  for (const ClientType& type : types) {
    text += "\n";
    if (!type.description.empty()) text += "/// " + type.description + "\n";
    text += CSharpClass(type);
  }
  return text.append(kCSharpSend);
}

}  // namespace gamevents::contracts
