#include "cmd/cluster.h"
#include "cmd/columns.h"
#include "cmd/command.h"
#include "cmd/confirm.h"
#include "cmd/flags.h"
#include "cmd/key_value.h"
#include "core/base/clock.h"
#include "core/base/notes.h"
#include "core/base/terminal.h"
#include "core/base/text.h"
#include "core/kafka/admin.h"
#include "core/kafka/reader.h"
#include "core/kafka/topic_admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

struct TopicsFlags {
  std::optional<std::string> name;
  std::vector<std::string> changes;  // "retention.ms=86400000"
  bool all = false;
  bool yes = false;
  std::string format = "table";
};

/// What there is to say of a partition. Times are those of its first and last record.
struct PartitionFacts {
  kafka::PartitionRange range;
  std::optional<TimestampMs> oldest;
  std::optional<TimestampMs> newest;
  std::optional<uint64_t> bytes;  // of its log's files, where these are on this machine

  int64_t messages() const { return range.high_watermark - range.begin; }
};

struct TopicFacts {
  std::string name;
  std::vector<PartitionFacts> partitions;
};

// --- what is found out ---

/// The times of the records at these offsets, one a partition.
Result<std::map<int32_t, TimestampMs>> TimesAt(const kafka::ClientOptions& client,
                                               const std::string& topic,
                                               const std::map<int32_t, int64_t>& offsets) {
  std::map<int32_t, TimestampMs> times;
  if (offsets.empty()) return times;
  kafka::ReaderOptions options;
  options.client = client;
  options.topic = topic;
  options.headers = false;
  options.starts = offsets;
  for (const auto& [partition, offset] : offsets) {
    options.partitions.push_back(partition);
    options.ends[partition] = offset + 1;
  }
  auto reader = kafka::Reader::Open(options);
  if (!reader) return std::move(reader).error();
  while (!(*reader)->Finished()) {
    const auto records = (*reader)->Next(std::chrono::milliseconds(100));
    if (!records) return Error(records.error());
    for (const kafka::RecordView& record : *records) times[record.partition] = record.timestamp;
  }
  return times;
}

/// The size of a partition's log, where the embedded broker keeps it in the data directory.
std::optional<uint64_t> BytesOf(const config::Settings& settings, const std::string& topic,
                                int32_t partition) {
  if (settings.kafka.brokers != "embedded") return std::nullopt;
  const auto directory = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (!directory) return std::nullopt;
  std::error_code failed;
  uint64_t bytes = 0;
  const std::filesystem::path folder =
      std::filesystem::path(*directory) / fmt::format("{}-{}", topic, partition);
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() != ".log") continue;
    const uint64_t size = entry.file_size(failed);
    if (!failed) bytes += size;
  }
  return bytes;
}

/// A topic whose records cannot be read has no times, but everything else; a note says why.
TopicFacts NoteUntimed(TopicFacts facts, const Error& why) {
  Note(NoteLevel::kWarning, "no times of records: " + why.context);
  return facts;
}

Result<std::vector<kafka::PartitionRange>> RangesOf(const kafka::ClientOptions& client,
                                                    const std::string& topic) {
  kafka::ReaderOptions options;
  options.client = client;
  options.topic = topic;
  return kafka::Reader::Find(options);
}

Result<TopicFacts> FactsOf(const config::Settings& settings, const kafka::ClientOptions& client,
                           const std::string& topic) {
  const auto ranges = RangesOf(client, topic);
  if (!ranges) return Error(ranges.error());
  TopicFacts facts{topic, {}};
  std::map<int32_t, int64_t> first;
  std::map<int32_t, int64_t> last;
  for (const kafka::PartitionRange& range : *ranges) {
    facts.partitions.push_back({range, {}, {}, BytesOf(settings, topic, range.partition)});
    if (range.begin == range.high_watermark) continue;
    first[range.partition] = range.begin;
    last[range.partition] = range.high_watermark - 1;
  }
  const auto oldest = TimesAt(client, topic, first);
  if (!oldest) return NoteUntimed(std::move(facts), oldest.error());
  const auto newest = TimesAt(client, topic, last);
  if (!newest) return NoteUntimed(std::move(facts), newest.error());
  for (PartitionFacts& each : facts.partitions) {
    const int32_t partition = each.range.partition;
    if (oldest->contains(partition)) each.oldest = oldest->at(partition);
    if (newest->contains(partition)) each.newest = newest->at(partition);
  }
  return facts;
}

/// The same of all partitions together.
PartitionFacts Together(const TopicFacts& topic) {
  PartitionFacts all;
  for (const PartitionFacts& each : topic.partitions) {
    all.range.high_watermark += each.messages();
    if (each.bytes) all.bytes = all.bytes.value_or(0) + *each.bytes;
    if (each.oldest) all.oldest = std::min(all.oldest.value_or(*each.oldest), *each.oldest);
    if (each.newest) all.newest = std::max(all.newest.value_or(*each.newest), *each.newest);
  }
  return all;
}

// --- how it is written ---

std::string TimeCell(const std::optional<TimestampMs>& time) {
  return time ? FormatTimestamp(*time) : "-";
}

std::string SizeCell(const std::optional<uint64_t>& bytes) {
  return bytes ? fmt::format("{}", *bytes) : "-";
}

std::string TimeJson(const std::optional<TimestampMs>& time) {
  return time ? JsonString(FormatTimestamp(*time)) : "null";
}

std::string NumbersJson(const PartitionFacts& facts) {
  return fmt::format(R"("messages":{},"bytes":{},"oldest":{},"newest":{})", facts.messages(),
                     facts.bytes ? fmt::format("{}", *facts.bytes) : "null", TimeJson(facts.oldest),
                     TimeJson(facts.newest));
}

std::string ListAsTable(const std::vector<TopicFacts>& topics) {
  std::vector<std::vector<std::string>> rows = {
      {"TOPIC", "PARTITIONS", "MESSAGES", "BYTES", "OLDEST", "NEWEST"}};
  for (const TopicFacts& topic : topics) {
    const PartitionFacts all = Together(topic);
    rows.push_back({topic.name, std::to_string(topic.partitions.size()),
                    std::to_string(all.messages()), SizeCell(all.bytes), TimeCell(all.oldest),
                    TimeCell(all.newest)});
  }
  return InColumns(rows);
}

std::string ListAsJson(const std::vector<TopicFacts>& topics) {
  std::string json = "[";
  for (const TopicFacts& topic : topics) {
    json += json.size() > 1 ? ",\n " : "";
    json += fmt::format(R"({{"topic":{},"partitions":{},{}}})", JsonString(topic.name),
                        topic.partitions.size(), NumbersJson(Together(topic)));
  }
  return json + "]\n";
}

std::string OneAsTable(const TopicFacts& topic, const std::vector<kafka::TopicSetting>& settings) {
  std::vector<std::vector<std::string>> rows = {
      {"PARTITION", "FROM", "TO", "MESSAGES", "BYTES", "OLDEST", "NEWEST"}};
  for (const PartitionFacts& each : topic.partitions) {
    rows.push_back({std::to_string(each.range.partition), std::to_string(each.range.begin),
                    std::to_string(each.range.high_watermark), std::to_string(each.messages()),
                    SizeCell(each.bytes), TimeCell(each.oldest), TimeCell(each.newest)});
  }
  std::vector<std::vector<std::string>> values = {{"SETTING", "VALUE", "FROM"}};
  for (const kafka::TopicSetting& setting : settings) {
    values.push_back({setting.name, setting.value.empty() ? "-" : setting.value,
                      setting.is_default ? "broker" : "topic"});
  }
  return InColumns(rows) + "\n" + InColumns(values);
}

std::string OneAsJson(const TopicFacts& topic, const std::vector<kafka::TopicSetting>& settings) {
  std::string json = fmt::format(R"({{"topic":{},"partitions":[)", JsonString(topic.name));
  for (const PartitionFacts& each : topic.partitions) {
    json += json.ends_with('[') ? "" : ",\n ";
    json += fmt::format(R"({{"partition":{},"from":{},"to":{},{}}})", each.range.partition,
                        each.range.begin, each.range.high_watermark, NumbersJson(each));
  }
  json += "],\n \"settings\":{";
  for (const kafka::TopicSetting& setting : settings) {
    json += json.ends_with('{') ? "" : ",";
    json += fmt::format(R"({}:{{"value":{},"from":"{}"}})", JsonString(setting.name),
                        JsonString(setting.value), setting.is_default ? "broker" : "topic");
  }
  return json + "}}\n";
}

// --- the commands ---

Result<Exit> ListAll(const TopicsFlags& flags, const config::Settings& settings,
                     const kafka::ClientOptions& client) {
  const auto names = kafka::ListTopics(client);
  if (!names) return Error(names.error()).In("topics");
  std::vector<TopicFacts> topics;
  for (const std::string& name : *names) {
    if (!flags.all && name.starts_with("__")) continue;
    auto facts = FactsOf(settings, client, name);
    if (!facts && facts.error().fault == Fault::kNotFound) continue;  // deleted meanwhile
    if (!facts) return Error(facts.error());
    topics.push_back(std::move(facts).value());
  }
  return PrintAnswer(flags.format == "json" ? ListAsJson(topics) : ListAsTable(topics));
}

Result<Exit> Show(const TopicsFlags& flags, const Context& context) {
  const config::Settings& settings = context.config.settings;
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  if (!flags.name) return ListAll(flags, settings, cluster->client());
  const auto facts = FactsOf(settings, cluster->client(), *flags.name);
  if (!facts) return kafka::NameTopics(facts.error(), cluster->client(), *flags.name);
  const auto values = kafka::DescribeTopicSettings(cluster->client(), *flags.name);
  if (!values) return Error(values.error()).In("topic " + *flags.name);
  return PrintAnswer(flags.format == "json" ? OneAsJson(*facts, *values)
                                            : OneAsTable(*facts, *values));
}

Result<Exit> Delete(const TopicsFlags& flags, const Context& context) {
  if (!flags.name) return FailUsage("topics delete: which topic? Give its NAME");
  const auto cluster = OpenCluster(context.config.settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  const kafka::ClientOptions& client = cluster->client();
  if (!flags.yes) {
    const auto ranges = RangesOf(client, *flags.name);
    if (!ranges) return kafka::NameTopics(ranges.error(), client, *flags.name);
    int64_t messages = 0;
    for (const auto& range : *ranges) messages += range.high_watermark - range.begin;
    const auto answer =
        Confirm(fmt::format("delete topic {} with its {} messages?", *flags.name, messages));
    if (!answer) return FailUsage("topics delete: " + answer.error().context);
    if (!*answer) return Exit::kFailed;
  }
  if (Status deleted = kafka::DeleteTopic(client, *flags.name); !deleted) {
    return kafka::NameTopics(std::move(deleted).error(), client, *flags.name);
  }
  return PrintAnswer("Deleted topic " + *flags.name + ".\n");
}

Result<Exit> Alter(const TopicsFlags& flags, const Context& context) {
  if (!flags.name) return FailUsage("topics alter: which topic? Give its NAME");
  if (flags.changes.empty()) {
    return FailUsage("topics alter: which setting? Give KEY=VALUE, as retention.ms=86400000");
  }
  std::map<std::string, std::optional<std::string>> changes;
  for (const std::string& change : flags.changes) {
    const auto sides = CutKeyValue(change);
    if (!sides) {
      return FailUsage("topics alter: '" + EscapeControls(change) +
                       "' is not KEY=VALUE, or KEY= for the broker's own value");
    }
    const auto& [key, value] = *sides;
    changes[key] = value.empty() ? std::nullopt : std::optional<std::string>(value);
  }
  const auto cluster = OpenCluster(context.config.settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  Status altered = kafka::AlterTopicSettings(cluster->client(), *flags.name, changes);
  if (!altered) return kafka::NameTopics(altered.error(), cluster->client(), *flags.name);
  return PrintAnswer("Altered topic " + *flags.name + ".\n");
}

}  // namespace

Run DeclareTopics(Flags& flags) {
  auto options = std::make_shared<TopicsFlags>();
  flags.Text("NAME", "", "The topic to describe; none: a list of all", &options->name);
  flags.Switch("--all", "Also the topics that Kafka keeps for itself, whose names begin with __",
               &options->all);
  flags.Choice("--format,--output", "table|json", "How it is written (table)", {"table", "json"},
               &options->format);
  Flags remove = flags.Subcommand("delete", "delete a topic with all its records");
  remove.Text("NAME", "", "The topic", &options->name);
  remove.Switch("--yes", "Do not ask", &options->yes);
  Flags alter = flags.Subcommand("alter", "change settings of a topic");
  alter.Text("NAME", "", "The topic", &options->name);
  // CLI11 from 2.4 on takes no name of a word that has a = in it.
  alter.Words("SETTING", "What is set, as KEY=VALUE; KEY= is the broker's own value again",
              &options->changes);
  flags.RunsAlone();
  return [=](const Context& context) -> Result<Exit> {
    if (remove.Given()) return Delete(*options, context);
    if (alter.Given()) return Alter(*options, context);
    return Show(*options, context);
  };
}

}  // namespace gamevents::cmd
