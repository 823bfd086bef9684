#include "core/kafka/envelope.h"

#include "core/base/text.h"

#include <simdjson.h>

#include <limits>
#include <optional>
#include <utility>

namespace gamevents::kafka {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Text as a JSON string, other bytes as {"base64": "…"}, nothing as null.
void AppendBytes(std::string& out, const std::optional<std::string_view>& bytes) {
  if (!bytes) {
    out.append("null");
  } else if (IsUtf8(*bytes)) {
    AppendJsonString(out, *bytes);
  } else {
    out.append("{\"base64\":\"").append(Base64Encode(*bytes)).append("\"}");
  }
}

Error Wrong(std::string_view field, std::string_view why) {
  return Error{Fault::kBadInput, "\"" + std::string(field) + "\": " + std::string(why)};
}

Result<std::optional<std::string>> ReadBytes(std::string_view field, const element& value) {
  if (value.is_null()) return std::optional<std::string>();
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::optional<std::string>(text);
  object wrapped;
  if (value.get(wrapped) == simdjson::SUCCESS && wrapped.size() == 1 &&
      wrapped["base64"].get(text) == simdjson::SUCCESS) {
    auto bytes = Base64Decode(text);
    if (!bytes) return Wrong(field, bytes.error().context);
    return std::optional<std::string>(std::move(*bytes));
  }
  return Wrong(field, R"(must be a string, null or {"base64": "…"})");
}

Result<Header> ReadHeader(const element& value) {
  constexpr std::string_view kForm = R"(each must be {"name": …, "value": …})";
  object fields;
  if (value.get(fields) != simdjson::SUCCESS || fields.size() != 2) return Wrong("headers", kForm);
  element name;
  element content;
  if (fields["name"].get(name) != simdjson::SUCCESS ||
      fields["value"].get(content) != simdjson::SUCCESS) {
    return Wrong("headers", kForm);
  }
  auto name_bytes = ReadBytes("name", name);
  if (!name_bytes) return std::move(name_bytes).error().In("\"headers\"");
  if (!*name_bytes) return Wrong("headers", "a header's name cannot be null");
  auto bytes = ReadBytes("value", content);
  if (!bytes) return std::move(bytes).error().In("\"headers\"");
  return Header{std::move(**name_bytes), std::move(*bytes)};
}

Status ReadHeaders(const element& value, std::vector<Header>& headers) {
  simdjson::dom::array items;
  if (value.get(items) != simdjson::SUCCESS) return Wrong("headers", "must be an array");
  for (const element item : items) {
    auto header = ReadHeader(item);
    if (!header) return std::move(header).error();
    headers.push_back(std::move(*header));
  }
  return Done{};
}

Status ReadTimestamp(const element& value, std::optional<TimestampMs>& timestamp) {
  if (value.is_null()) return Done{};
  int64_t ms = 0;
  if (value.get(ms) != simdjson::SUCCESS || ms < -1) {
    return Wrong("timestamp", "must be milliseconds since 1970, or null");
  }
  if (ms >= 0) timestamp = TimestampMs(ms);
  return Done{};
}

Status ReadPartition(const element& value, std::optional<int32_t>& partition) {
  int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS || number < 0 ||
      number > std::numeric_limits<int32_t>::max()) {
    return Wrong("partition", "must be a partition's number");
  }
  partition = static_cast<int32_t>(number);
  return Done{};
}

// One field of an envelope into `record`; `has_value` once the value was seen.
Status ReadField(std::string_view name, const element& value, OutgoingRecord& record,
                 bool& has_value) {
  if (name == "key" || name == "value") {
    auto bytes = ReadBytes(name, value);
    if (!bytes) return std::move(bytes).error();
    (name == "key" ? record.key : record.value) = std::move(*bytes);
    has_value = has_value || name == "value";
    return Done{};
  }
  if (name == "headers") return ReadHeaders(value, record.headers);
  if (name == "timestamp") return ReadTimestamp(value, record.timestamp);
  if (name == "partition") return ReadPartition(value, record.partition);
  if (name == "topic") {
    std::string_view topic;
    if (value.get(topic) != simdjson::SUCCESS) return Wrong(name, "must be a string");
    record.topic = topic;
    return Done{};
  }
  if (name == "offset" || name == "timestamp_type") return Done{};
  return Wrong(name, "no envelope has this field; plain events are sent without --json");
}

}  // namespace

std::string_view TimestampTypeName(TimestampType type) {
  switch (type) {
    case TimestampType::kCreateTime:
      return "create";
    case TimestampType::kLogAppendTime:
      return "append";
    case TimestampType::kNone:
      return "none";
  }
  return "none";
}

void AppendHeadersAsJson(std::string& out, std::span<const HeaderView> headers) {
  out.push_back('[');
  for (const HeaderView& header : headers) {
    if (&header != headers.data()) out.push_back(',');
    out.append("{\"name\":");
    AppendBytes(out, header.name);
    out.append(",\"value\":");
    AppendBytes(out, header.value);
    out.push_back('}');
  }
  out.push_back(']');
}

void AppendEnvelope(std::string& out, const RecordView& record) {
  out.append("{\"topic\":");
  AppendJsonString(out, record.topic);
  out.append(",\"partition\":").append(std::to_string(record.partition));
  out.append(",\"offset\":").append(std::to_string(record.offset));
  out.append(",\"timestamp\":").append(std::to_string(record.timestamp.value));
  out.append(",\"timestamp_type\":\"").append(TimestampTypeName(record.timestamp_type));
  out.append("\",\"key\":");
  AppendBytes(out, record.key);
  out.append(",\"value\":");
  AppendBytes(out, record.value);
  out.append(",\"headers\":");
  AppendHeadersAsJson(out, record.headers);
  out.push_back('}');
}

Result<Envelope> ParseEnvelope(std::string_view json) {
  // One a thread: its buffers are kept from line to line.
  thread_local simdjson::dom::parser parser;
  object fields;
  element document;
  if (const auto code = parser.parse(json.data(), json.size()).get(document);
      code != simdjson::SUCCESS) {
    return Error{Fault::kBadInput, std::string("not JSON: ") + simdjson::error_message(code)};
  }
  if (document.get(fields) != simdjson::SUCCESS) {
    return Error{Fault::kBadInput, "an envelope is a JSON object"};
  }
  Envelope envelope;
  bool has_value = false;
  for (const auto field : fields) {
    auto read = ReadField(field.key, field.value, envelope.record, has_value);
    if (!read) return std::move(read).error();
  }
  if (!has_value) return Wrong("value", "is missing (null stands for a record without a value)");
  return envelope;
}

}  // namespace gamevents::kafka
