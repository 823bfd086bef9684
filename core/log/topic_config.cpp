#include "core/log/topic_config.h"

#include "core/base/number.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace gamevents::log {
namespace {

Error Refuse(std::string_view value, std::string_view allowed) {
  return Error{Fault::kBadInput, "'" + std::string(value) + "': " + std::string(allowed)};
}

// A number in a 32-bit field.
template <uint32_t LogOptions::* Field, uint32_t least, uint32_t most>
Status SetBytes(std::string_view value, LogOptions& options) {
  const auto number = ParseWholeNumber<uint32_t>(value);
  if (!number || *number < least || *number > most) {
    return Refuse(value,
                  "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  options.*Field = *number;
  return Done{};
}

template <uint32_t LogOptions::* Field>
std::string PrintBytes(const LogOptions& options) {
  return std::to_string(options.*Field);
}

using MaybeTime = std::optional<std::chrono::milliseconds>;

// Milliseconds, where one value of Kafka's means "no limit".
template <MaybeTime LogOptions::* Field, int64_t none>
Status SetTime(std::string_view value, LogOptions& options) {
  const auto number = ParseWholeNumber<int64_t>(value);
  if (!number || (*number < 0 && *number != none)) {
    return Refuse(value,
                  "a whole number of milliseconds, or " + std::to_string(none) + " for no limit");
  }
  options.*Field = *number == none ? MaybeTime() : MaybeTime(*number);
  return Done{};
}

template <MaybeTime LogOptions::* Field, int64_t none>
std::string PrintTime(const LogOptions& options) {
  return std::to_string(options.*Field ? (options.*Field)->count() : none);
}

// A config that has only one value here.
template <const char* only>
Status SetOnly(std::string_view value, LogOptions&) {
  if (value == only) return Done{};
  return Refuse(value, "only '" + std::string(only) + "' is supported");
}

template <const char* only>
std::string PrintOnly(const LogOptions&) {
  return only;
}

constexpr char kDelete[] = "delete";
constexpr char kProducer[] = "producer";
constexpr char kOne[] = "1";

constexpr auto kKeys = std::to_array<TopicConfigKey>({
    {"cleanup.policy", ConfigType::kList, "What happens to old segments: they are deleted.",
     SetOnly<kDelete>, PrintOnly<kDelete>},
    {"compression.type", ConfigType::kString, "Batches stay as the producer compressed them.",
     SetOnly<kProducer>, PrintOnly<kProducer>},
    {"index.interval.bytes", ConfigType::kInt, "Bytes of records for each index entry.",
     SetBytes<&LogOptions::index_interval_bytes, 0, INT32_MAX>,
     PrintBytes<&LogOptions::index_interval_bytes>},
    {"max.message.bytes", ConfigType::kInt, "The largest batch that is taken, as sent.",
     SetBytes<&LogOptions::batch_bytes_max, 0, 64u << 20>,
     PrintBytes<&LogOptions::batch_bytes_max>},
    {"message.timestamp.after.max.ms", ConfigType::kLong,
     "How far in the future a record's time may lie.",
     SetTime<&LogOptions::timestamp_after_max, INT64_MAX>,
     PrintTime<&LogOptions::timestamp_after_max, INT64_MAX>},
    {"message.timestamp.before.max.ms", ConfigType::kLong,
     "How far in the past a record's time may lie.",
     SetTime<&LogOptions::timestamp_before_max, INT64_MAX>,
     PrintTime<&LogOptions::timestamp_before_max, INT64_MAX>},
    {"message.timestamp.type", ConfigType::kString,
     "CreateTime keeps the producer's time, LogAppendTime puts the log's in its place.",
     [](std::string_view value, LogOptions& options) -> Status {
       if (value != "CreateTime" && value != "LogAppendTime") {
         return Refuse(value, "CreateTime or LogAppendTime");
       }
       options.timestamp_type =
           value == "CreateTime" ? TimestampType::kCreateTime : TimestampType::kLogAppendTime;
       return Done{};
     },
     [](const LogOptions& options) -> std::string {
       return options.timestamp_type == TimestampType::kCreateTime ? "CreateTime" : "LogAppendTime";
     }},
    {"min.insync.replicas", ConfigType::kInt, "There is one replica.", SetOnly<kOne>,
     PrintOnly<kOne>},
    {"retention.bytes", ConfigType::kLong,
     "The oldest segments are removed while the rest has this size; -1: no limit.",
     [](std::string_view value, LogOptions& options) -> Status {
       const auto number = ParseWholeNumber<int64_t>(value);
       if (!number || *number < -1) return Refuse(value, "a whole number, or -1 for no limit");
       options.retention_bytes.reset();
       if (*number >= 0) options.retention_bytes = static_cast<uint64_t>(*number);
       return Done{};
     },
     [](const LogOptions& options) {
       return options.retention_bytes ? std::to_string(*options.retention_bytes) : "-1";
     }},
    {"retention.ms", ConfigType::kLong,
     "Segments whose newest record is older are removed; -1: never.",
     SetTime<&LogOptions::retention_age, -1>, PrintTime<&LogOptions::retention_age, -1>},
    {"segment.bytes", ConfigType::kInt, "A segment is closed before it would pass this.",
     SetBytes<&LogOptions::segment_bytes, 1024, kSegmentBytesMax>,
     PrintBytes<&LogOptions::segment_bytes>},
    {"segment.index.bytes", ConfigType::kInt, "A segment is closed when an index has this size.",
     SetBytes<&LogOptions::index_bytes_max, 64, INT32_MAX>,
     PrintBytes<&LogOptions::index_bytes_max>},
    {"segment.ms", ConfigType::kLong, "A segment is closed when its first record is this old.",
     [](std::string_view value, LogOptions& options) -> Status {
       const auto number = ParseWholeNumber<int64_t>(value);
       if (!number || *number < 1) return Refuse(value, "a whole number of milliseconds from 1");
       options.segment_age = std::chrono::milliseconds(*number);
       return Done{};
     },
     [](const LogOptions& options) { return std::to_string(options.segment_age.count()); }},
});
static_assert(std::ranges::is_sorted(kKeys, {}, &TopicConfigKey::name));

Error UnknownKey(std::string_view name) {
  std::vector<std::string_view> known;
  for (const TopicConfigKey& key : kKeys) known.push_back(key.name);
  const auto nearest = NearestWord(name, known);
  return Error{Fault::kBadInput,
               "topic config '" + std::string(name) + "' is not known" +
                   (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : "")};
}

}  // namespace

std::span<const TopicConfigKey> TopicConfigKeys() { return kKeys; }

Result<LogOptions> ApplyTopicConfigs(const LogOptions& defaults, const TopicConfigs& configs) {
  LogOptions options = defaults;
  for (const auto& [name, value] : configs) {
    const auto key = std::ranges::find(kKeys, name, &TopicConfigKey::name);
    if (key == kKeys.end()) return UnknownKey(name);
    if (auto applied = key->apply(value, options); !applied) {
      return std::move(applied).error().In("topic config " + name);
    }
  }
  return options;
}

}  // namespace gamevents::log
