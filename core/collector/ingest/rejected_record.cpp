#include "core/collector/ingest/rejected_record.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/collector/ingest/outcomes.h"
#include "core/collector/request/json_text.h"
#include "core/collector/store/events.h"
#include "core/event/event_writer.h"

#include <algorithm>
#include <cstddef>

namespace gamevents::collector {
namespace {

// Control characters take six bytes in JSON. What is longer than this is shorter in base64, and
// that of kRejectedBytesMax fits into a record.
constexpr size_t kQuotedBytesMax = kRejectedBytesMax / 3 * 4;

void AddRaw(event::EventWriter& writer, std::string_view raw) {
  const bool cut = raw.size() > kRejectedBytesMax;
  raw = raw.substr(0, kRejectedBytesMax);
  const std::string quoted = !cut && IsUtf8(raw) ? JsonString(raw) : "";
  if (!quoted.empty() && quoted.size() <= kQuotedBytesMax) {
    writer.AddJson("raw", quoted);
  } else {
    writer.Add("raw_base64", Base64Encode(raw));
  }
  writer.Add("cut", cut);
}

// The text of each `"name":"…"` in what may be no JSON at all.
void HideSecrets(std::string& raw, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const std::string quoted = JsonString(name);
    for (size_t at = raw.find(quoted); at != raw.npos; at = raw.find(quoted, at)) {
      at = SkipSpace(raw, at + quoted.size());
      if (at == raw.size() || raw[at] != ':') continue;
      at = SkipSpace(raw, at + 1);
      if (at == raw.size() || raw[at] != '"') continue;
      const size_t end = std::min(EndOfValue(raw, at), raw.size() + 1) - 1;
      std::fill(raw.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                raw.begin() + static_cast<std::ptrdiff_t>(end), '*');
      at = end;
    }
  }
}

}  // namespace

std::string RejectedRecord(const RejectedPart& part, const http::Request& request,
                           TimestampMs received_at) {
  event::EventWriter writer(part.raw.size() + 512);
  writer.Add("event_type", "rejected");
  writer.Add("reason", part.reason);
  if (!part.problems.empty()) {
    std::string problems;
    AppendProblems(problems, part.problems);
    writer.AddJson("problems", problems);
  }
  writer.AddJson("index", part.index ? std::to_string(*part.index) : "null");
  writer.Add("offset", part.offset);
  writer.Add("size", part.raw.size());
  if (part.secrets.empty()) {
    AddRaw(writer, part.raw);
  } else {
    std::string raw(part.raw);
    HideSecrets(raw, part.secrets);
    AddRaw(writer, raw);
  }
  writer.Add("received_at", FormatTimestamp(received_at));
  writer.Add("remote_ip", request.remote_ip);
  std::string headers;
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoringCase(name, "content-type")) {
      writer.AddIfAbsent("content_type", HeaderText(value));
    } else if (part.binary && StartsWithIgnoringCase(name, "ce-")) {
      headers.append(headers.empty() ? "[" : ",[").append(JsonString(HeaderText(name)));
      headers.append(",").append(JsonString(HeaderText(value))).append("]");
    }
  }
  if (!headers.empty()) writer.AddJson("ce_headers", "[" + headers + "]");
  return writer.Finish();
}

}  // namespace gamevents::collector
