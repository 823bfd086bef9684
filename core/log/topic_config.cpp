#include "core/log/topic_config.h"

#include "core/base/ascii.h"
#include "core/base/number.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
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

constexpr char kDelete[] = "delete";
// Kafka lets max.message.bytes be larger; such batches are refused all the same.
constexpr uint32_t kBatchBytesMax = 64u << 20;

// A config that has only one value here.
template <const char* only>
Status SetOnly(std::string_view value, LogOptions&) {
  if (value == only) return Done{};
  return Refuse(value, "only '" + std::string(only) + "' is supported");
}

// What Kafka has for a config that changes nothing here.
template <const char* value>
std::string PrintOnly(const LogOptions&) {
  return value;
}

constexpr char kEmpty[] = "";
constexpr char kProducer[] = "producer";
constexpr char kFalse[] = "false";
constexpr char kZero[] = "0";
constexpr char kHalf[] = "0.5";
constexpr char kOne[] = "1";
constexpr char kMinusOne[] = "-1";
constexpr char kMinusTwo[] = "-2";
constexpr char kThree[] = "3";
constexpr char kNine[] = "9";
constexpr char kMinute[] = "60000";
constexpr char kDay[] = "86400000";
constexpr char kLongMax[] = "9223372036854775807";

// Checks of the configs that change nothing here: Kafka's own.
template <class Number, Number least, Number most = std::numeric_limits<Number>::max()>
Status CheckNumber(std::string_view value, LogOptions&) {
  const auto number = ParseWholeNumber<Number>(value);
  if (number && *number >= least && *number <= most) return Done{};
  return Refuse(value,
                "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

Status CheckGzipLevel(std::string_view value, LogOptions& options) {
  return value == kMinusOne ? Done{} : CheckNumber<int32_t, 1, 9>(value, options);
}

Status CheckRatio(std::string_view value, LogOptions&) {
  double ratio = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, ratio);
  if (error == std::errc{} && rest == end && ratio >= 0 && ratio <= 1) return Done{};
  return Refuse(value, "a number from 0 to 1");
}

Status CheckBoolean(std::string_view value, LogOptions&) {
  if (EqualsIgnoringCase(value, "true") || EqualsIgnoringCase(value, kFalse)) return Done{};
  return Refuse(value, "true or false");
}

// As a Kafka whose brokers have no other storage.
Status CheckFalse(std::string_view value, LogOptions&) {
  if (EqualsIgnoringCase(value, kFalse)) return Done{};
  return Refuse(value, "there is no other storage: only 'false' is supported");
}

Status CheckCompression(std::string_view value, LogOptions&) {
  constexpr std::array<std::string_view, 6> kTypes{"uncompressed", "zstd", "lz4",
                                                   "snappy",       "gzip", kProducer};
  if (std::ranges::find(kTypes, value) != kTypes.end()) return Done{};
  return Refuse(value, "uncompressed, zstd, lz4, snappy, gzip or producer");
}

// "*", or partition:broker pairs between commas.
Status CheckReplicas(std::string_view value, LogOptions&) {
  const auto is_pair = [](std::string_view pair) {
    const size_t colon = pair.find(':');
    return colon != std::string_view::npos &&
           ParseWholeNumber<uint32_t>(pair.substr(0, colon)).has_value() &&
           ParseWholeNumber<uint32_t>(pair.substr(colon + 1)).has_value();
  };
  if (value.empty() || value == "*") return Done{};
  for (std::string_view rest = value;;) {
    const size_t comma = rest.find(',');
    if (!is_pair(Trim(rest.substr(0, comma)))) break;
    if (comma == std::string_view::npos) return Done{};
    rest.remove_prefix(comma + 1);
  }
  return Refuse(value, "partition:broker pairs with commas between them, or *");
}

constexpr auto kKeys = std::to_array<TopicConfigKey>({
    {"cleanup.policy", ConfigType::kList, "What happens to old segments: they are deleted.",
     SetOnly<kDelete>, PrintOnly<kDelete>},
    {"compression.gzip.level", ConfigType::kInt,
     "No effect here: batches stay as the producer compressed them.", CheckGzipLevel,
     PrintOnly<kMinusOne>},
    {"compression.lz4.level", ConfigType::kInt,
     "No effect here: batches stay as the producer compressed them.", CheckNumber<int32_t, 1, 17>,
     PrintOnly<kNine>},
    {"compression.type", ConfigType::kString,
     "No effect here: batches stay as the producer compressed them.", CheckCompression,
     PrintOnly<kProducer>},
    {"compression.zstd.level", ConfigType::kInt,
     "No effect here: batches stay as the producer compressed them.",
     CheckNumber<int32_t, -131'072, 22>, PrintOnly<kThree>},
    {"delete.retention.ms", ConfigType::kLong, "No effect here: nothing is compacted.",
     CheckNumber<int64_t, 0>, PrintOnly<kDay>},
    {"file.delete.delay.ms", ConfigType::kLong, "No effect here: files are removed at once.",
     CheckNumber<int64_t, 0>, PrintOnly<kMinute>},
    {"flush.messages", ConfigType::kLong,
     "No effect here: embedded.fsync says when records are synced.", CheckNumber<int64_t, 1>,
     PrintOnly<kLongMax>},
    {"flush.ms", ConfigType::kLong, "No effect here: embedded.fsync says when records are synced.",
     CheckNumber<int64_t, 0>, PrintOnly<kLongMax>},
    {"follower.replication.throttled.replicas", ConfigType::kList,
     "No effect here: there is one replica.", CheckReplicas, PrintOnly<kEmpty>},
    {"index.interval.bytes", ConfigType::kInt, "Bytes of records for each index entry.",
     SetBytes<&LogOptions::index_interval_bytes, 0, INT32_MAX>,
     PrintBytes<&LogOptions::index_interval_bytes>},
    {"leader.replication.throttled.replicas", ConfigType::kList,
     "No effect here: there is one replica.", CheckReplicas, PrintOnly<kEmpty>},
    {"local.retention.bytes", ConfigType::kLong,
     "No effect here: nothing is moved to another storage.", CheckNumber<int64_t, -2>,
     PrintOnly<kMinusTwo>},
    {"local.retention.ms", ConfigType::kLong,
     "No effect here: nothing is moved to another storage.", CheckNumber<int64_t, -2>,
     PrintOnly<kMinusTwo>},
    {"max.compaction.lag.ms", ConfigType::kLong, "No effect here: nothing is compacted.",
     CheckNumber<int64_t, 1>, PrintOnly<kLongMax>},
    {"max.message.bytes", ConfigType::kInt,
     "The largest batch that is taken, as sent; never more than 64 MiB.",
     [](std::string_view value, LogOptions& options) -> Status {
       auto set = SetBytes<&LogOptions::batch_bytes_max, 0, INT32_MAX>(value, options);
       options.batch_bytes_max = std::min(options.batch_bytes_max, kBatchBytesMax);
       return set;
     },
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
    {"min.cleanable.dirty.ratio", ConfigType::kDouble, "No effect here: nothing is compacted.",
     CheckRatio, PrintOnly<kHalf>},
    {"min.compaction.lag.ms", ConfigType::kLong, "No effect here: nothing is compacted.",
     CheckNumber<int64_t, 0>, PrintOnly<kZero>},
    {"min.insync.replicas", ConfigType::kInt, "No effect here: there is one replica.",
     CheckNumber<int32_t, 1>, PrintOnly<kOne>},
    {"preallocate", ConfigType::kBoolean, "No effect here: segments grow as they are written.",
     CheckBoolean, PrintOnly<kFalse>},
    {"remote.log.copy.disable", ConfigType::kBoolean,
     "No effect here: nothing is moved to another storage.", CheckBoolean, PrintOnly<kFalse>},
    {"remote.log.delete.on.disable", ConfigType::kBoolean,
     "No effect here: nothing is moved to another storage.", CheckBoolean, PrintOnly<kFalse>},
    {"remote.storage.enable", ConfigType::kBoolean,
     "No effect here: nothing is moved to another storage.", CheckFalse, PrintOnly<kFalse>},
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
    {"segment.jitter.ms", ConfigType::kLong, "No effect here: segments are closed at their age.",
     CheckNumber<int64_t, 0>, PrintOnly<kZero>},
    {"segment.ms", ConfigType::kLong, "A segment is closed when its first record is this old.",
     [](std::string_view value, LogOptions& options) -> Status {
       const auto number = ParseWholeNumber<int64_t>(value);
       if (!number || *number < 1) return Refuse(value, "a whole number of milliseconds from 1");
       options.segment_age = std::chrono::milliseconds(*number);
       return Done{};
     },
     [](const LogOptions& options) { return std::to_string(options.segment_age.count()); }},
    {"unclean.leader.election.enable", ConfigType::kBoolean,
     "No effect here: there is one replica.", CheckBoolean, PrintOnly<kFalse>},
});
static_assert(std::ranges::is_sorted(kKeys, {}, &TopicConfigKey::name));

Error UnknownKey(std::string_view name) {
  std::vector<std::string_view> known;
  for (const TopicConfigKey& key : kKeys) known.push_back(key.name);
  return Error{Fault::kBadInput,
               "topic config '" + std::string(name) + "' is not known" + DidYouMean(name, known)};
}

}  // namespace

std::span<const TopicConfigKey> TopicConfigKeys() { return kKeys; }

std::string TopicConfigValue(const TopicConfigKey& key, const LogOptions& defaults,
                             const TopicConfigs& own) {
  const auto set = own.find(key.name);
  return set == own.end() ? key.print(defaults) : std::string(Trim(set->second));
}

Result<LogOptions> ApplyTopicConfigs(const LogOptions& defaults, const TopicConfigs& configs) {
  LogOptions options = defaults;
  for (const auto& [name, value] : configs) {
    const auto key = std::ranges::find(kKeys, name, &TopicConfigKey::name);
    if (key == kKeys.end()) return UnknownKey(name);
    // As Kafka: spaces around a value do not count.
    if (auto applied = key->apply(Trim(value), options); !applied) {
      return std::move(applied).error().In("topic config " + name);
    }
  }
  return options;
}

}  // namespace gamevents::log
