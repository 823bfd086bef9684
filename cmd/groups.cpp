#include "cmd/cluster.h"
#include "cmd/columns.h"
#include "cmd/command.h"
#include "cmd/confirm.h"
#include "cmd/flags.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/kafka/admin.h"
#include "core/kafka/group_admin.h"
#include "core/kafka/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using kafka::GroupPartition;

struct GroupsFlags {
  std::optional<std::string> name;
  std::optional<std::string> to;
  std::vector<std::string> topics;
  std::vector<int32_t> partitions;
  bool dry_run = false;
  bool yes = false;
  std::string format = "table";
};

/// How far a group is in a partition, and who reads it.
struct GroupPlace {
  GroupPartition partition;
  std::optional<int64_t> committed;
  std::optional<int64_t> end;  // none: the topic is not there any more
  std::optional<int64_t> lag;  // none: nothing is committed, or there is no end
  std::string member;          // "client@host", empty where nobody reads it
};

struct GroupFacts {
  kafka::GroupDescription description;
  std::vector<GroupPlace> places;

  int64_t lag() const {
    int64_t sum = 0;
    for (const GroupPlace& place : places) sum += place.lag.value_or(0);
    return sum;
  }
};

/// Where topics begin and end, each asked for once.
class TopicRanges {
 public:
  explicit TopicRanges(const kafka::ClientOptions& client) : client_(client) {}

  /// nullopt where there is no such topic or partition.
  Result<std::optional<kafka::PartitionRange>> Of(const GroupPartition& partition) {
    if (!known_.contains(partition.topic)) {
      kafka::ReaderOptions options;
      options.client = client_;
      options.topic = partition.topic;
      auto ranges = kafka::Reader::Find(options);
      if (!ranges && ranges.error().fault != Fault::kNotFound) return std::move(ranges).error();
      if (ranges) known_[partition.topic] = std::move(ranges).value();
    }
    for (const kafka::PartitionRange& range : known_[partition.topic]) {
      if (range.partition == partition.partition) return std::optional(range);
    }
    return std::optional<kafka::PartitionRange>();
  }

 private:
  const kafka::ClientOptions& client_;
  std::map<std::string, std::vector<kafka::PartitionRange>> known_;
};

/// What is not committed lags from the log's start on, where its first record may have been
/// deleted already.
Result<std::vector<GroupPlace>> PlacesOf(const kafka::GroupDescription& group,
                                         const std::vector<kafka::GroupOffset>& offsets,
                                         TopicRanges& ranges) {
  std::map<GroupPartition, GroupPlace> places;
  for (const kafka::GroupOffset& offset : offsets) {
    places[offset.partition].committed = offset.offset;
  }
  for (const kafka::GroupMember& member : group.members) {
    for (const GroupPartition& partition : member.partitions) {
      places[partition].member = member.client_id + "@" + member.host;
    }
  }
  std::vector<GroupPlace> found;
  for (auto& [partition, place] : places) {
    place.partition = partition;
    const auto range = ranges.Of(partition);
    if (!range) return Error(range.error());
    if (*range) {
      place.end = (*range)->high_watermark;
      if (place.committed) place.lag = std::max<int64_t>(0, *place.end - *place.committed);
    }
    found.push_back(std::move(place));
  }
  return found;
}

Result<GroupFacts> FactsOf(const kafka::ClientOptions& client, const std::string& group,
                           TopicRanges& ranges) {
  auto description = kafka::DescribeGroup(client, group);
  if (!description) return std::move(description).error();
  const auto offsets = kafka::GroupOffsets(client, group);
  if (!offsets) return Error(offsets.error());
  auto places = PlacesOf(*description, *offsets, ranges);
  if (!places) return std::move(places).error();
  return GroupFacts{std::move(description).value(), std::move(places).value()};
}

/// The error with the groups that there are.
Error NameGroups(Error error, const kafka::ClientOptions& client, const std::string& group) {
  if (error.fault != Fault::kNotFound) return error;
  const auto groups = kafka::ListGroups(client);
  if (!groups) return error;
  std::vector<std::string_view> names;
  for (const kafka::GroupSummary& each : *groups) names.emplace_back(each.name);
  error.context += names.empty() ? "; there is none at all yet" : DidYouMean(group, names);
  return error;
}

// --- how it is written ---

std::string Cell(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string Json(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "null";
}

std::string PlacesAsTable(const std::vector<GroupPlace>& places) {
  std::vector<std::vector<std::string>> rows = {
      {"TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER"}};
  for (const GroupPlace& place : places) {
    rows.push_back({place.partition.topic, std::to_string(place.partition.partition),
                    Cell(place.committed), Cell(place.end), Cell(place.lag),
                    place.member.empty() ? "-" : place.member});
  }
  return InColumns(rows);
}

std::string PlacesAsJson(const std::vector<GroupPlace>& places) {
  std::string json = "[";
  for (const GroupPlace& place : places) {
    json += json.size() > 1 ? ",\n  " : "";
    json += fmt::format(
        R"({{"topic":{},"partition":{},"committed":{},"end":{},"lag":{},"member":{}}})",
        JsonString(place.partition.topic), place.partition.partition, Json(place.committed),
        Json(place.end), Json(place.lag), place.member.empty() ? "null" : JsonString(place.member));
  }
  return json + "]";
}

std::string ListAsTable(const std::vector<GroupFacts>& groups) {
  std::vector<std::vector<std::string>> rows = {{"GROUP", "STATE", "MEMBERS", "TOPICS", "LAG"}};
  for (const GroupFacts& group : groups) {
    std::set<std::string> topics;
    for (const GroupPlace& place : group.places) topics.insert(place.partition.topic);
    std::string names;
    for (const std::string& name : topics) names.append(names.empty() ? "" : ",").append(name);
    rows.push_back({group.description.name, group.description.state,
                    std::to_string(group.description.members.size()), names.empty() ? "-" : names,
                    std::to_string(group.lag())});
  }
  return InColumns(rows);
}

std::string AsJson(const GroupFacts& group) {
  return fmt::format(R"({{"group":{},"state":{},"assignor":{},"members":{},"lag":{},
 "partitions":{}}})",
                     JsonString(group.description.name), JsonString(group.description.state),
                     JsonString(group.description.assignor), group.description.members.size(),
                     group.lag(), PlacesAsJson(group.places));
}

std::string ListAsJson(const std::vector<GroupFacts>& groups) {
  std::string json = "[";
  for (const GroupFacts& group : groups) {
    json.append(json.size() > 1 ? ",\n" : "").append(AsJson(group));
  }
  return json + "]\n";
}

// --- the commands ---

Result<Exit> ListAll(const GroupsFlags& flags, const kafka::ClientOptions& client) {
  const auto names = kafka::ListGroups(client);
  if (!names) return Error(names.error());
  TopicRanges ranges(client);
  std::vector<GroupFacts> groups;
  for (const kafka::GroupSummary& each : *names) {
    auto facts = FactsOf(client, each.name, ranges);
    if (!facts && facts.error().fault == Fault::kNotFound) continue;  // gone meanwhile
    if (!facts) return Error(facts.error());
    groups.push_back(std::move(facts).value());
  }
  return PrintAnswer(flags.format == "json" ? ListAsJson(groups) : ListAsTable(groups));
}

Result<Exit> Show(const GroupsFlags& flags, const Context& context) {
  const auto cluster = OpenCluster(context.config.settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  const kafka::ClientOptions& client = cluster->client();
  if (!flags.name) return ListAll(flags, client);
  TopicRanges ranges(client);
  const auto facts = FactsOf(client, *flags.name, ranges);
  if (!facts) return NameGroups(facts.error(), client, *flags.name);
  if (flags.format == "json") return PrintAnswer(AsJson(*facts) + "\n");
  const auto& group = facts->description;
  PrintNotice(fmt::format("group {}: {}, {} members, lag {}", group.name, group.state,
                          group.members.size(), facts->lag()));
  return PrintAnswer(PlacesAsTable(facts->places));
}

/// Where the group is to go on in a topic, and where it would otherwise.
Status AddTargets(const GroupsFlags& flags, const kafka::ClientOptions& client,
                  const std::string& topic, const kafka::Position& to,
                  std::vector<kafka::GroupOffset>& targets) {
  kafka::ReaderOptions options;
  options.client = client;
  options.topic = topic;
  options.partitions = flags.partitions;
  options.range.from = to;
  const auto ranges = kafka::Reader::Find(options);
  if (!ranges) return kafka::NameTopics(ranges.error(), client, topic);
  for (const kafka::PartitionRange& range : *ranges) {
    targets.push_back({{topic, range.partition}, range.begin});
  }
  return Done{};
}

std::string ChangesAsTable(const std::vector<kafka::GroupOffset>& before,
                           const std::vector<kafka::GroupOffset>& after) {
  std::map<GroupPartition, int64_t> committed;
  for (const kafka::GroupOffset& each : before) committed[each.partition] = each.offset;
  std::vector<std::vector<std::string>> rows = {{"TOPIC", "PARTITION", "BEFORE", "AFTER"}};
  for (const kafka::GroupOffset& each : after) {
    const auto found = committed.find(each.partition);
    rows.push_back({each.partition.topic, std::to_string(each.partition.partition),
                    found == committed.end() ? "-" : std::to_string(found->second),
                    std::to_string(each.offset)});
  }
  return InColumns(rows);
}

Result<Exit> Reset(const GroupsFlags& flags, const Context& context) {
  if (!flags.name) return FailUsage("groups reset: which group? Give its NAME");
  if (!flags.to) {
    return FailUsage("groups reset: where to? Say --to beginning, end, N, -N or @TIME");
  }
  const auto range = kafka::ParsePositionRange(*flags.to, Clock::System().Now());
  if (!range) return FailUsage("--to: " + range.error().context);
  const config::Settings& settings = context.config.settings;
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  const kafka::ClientOptions& client = cluster->client();
  std::vector<kafka::GroupOffset> targets;
  std::vector<std::string> topics = flags.topics;
  if (topics.empty()) topics.push_back(settings.kafka.topic);
  for (const std::string& topic : topics) {
    Status added = AddTargets(flags, client, topic, range->from, targets);
    if (!added) return std::move(added).error();
  }
  const auto before = kafka::GroupOffsets(client, *flags.name);
  if (!before) return Error(before.error());
  if (!flags.dry_run) {
    Status set = kafka::SetGroupOffsets(client, *flags.name, targets);
    if (!set) return std::move(set).error();
  }
  return PrintAnswer(ChangesAsTable(*before, targets));
}

Result<Exit> Delete(const GroupsFlags& flags, const Context& context) {
  if (!flags.name) return FailUsage("groups delete: which group? Give its NAME");
  const auto cluster = OpenCluster(context.config.settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  const kafka::ClientOptions& client = cluster->client();
  if (const auto there = kafka::DescribeGroup(client, *flags.name); !there) {
    return NameGroups(there.error(), client, *flags.name);
  }
  if (!flags.yes) {
    const auto answer = Confirm("delete group " + *flags.name + " and what it has committed?");
    if (!answer) return FailUsage("groups delete: " + answer.error().context);
    if (!*answer) return Exit::kFailed;
  }
  if (Status deleted = kafka::DeleteGroup(client, *flags.name); !deleted) {
    return std::move(deleted).error();
  }
  return PrintAnswer("Deleted group " + *flags.name + ".\n");
}

void DeclareReset(Flags& flags, GroupsFlags& options) {
  flags.Text("NAME", "", "The group; it is made where it is not there", &options.name);
  flags.Text("--to", "POSITION",
             "Where it goes on: beginning, end, N, -N (before the end), @TIME, @-1h", &options.to);
  flags.Text("--topic", "NAME", "In this topic; may be repeated (kafka.topic)", &options.topics);
  flags.Integer("--partition", "Only in this partition; may be repeated", &options.partitions,
                IntegerRange{0, std::numeric_limits<int32_t>::max()});
  flags.Switch("--dry-run", "Only say what would be changed", &options.dry_run);
}

}  // namespace

Run DeclareGroups(Flags& flags) {
  auto options = std::make_shared<GroupsFlags>();
  flags.Text("NAME", "", "The group to describe; none: a list of all", &options->name);
  flags.Choice("--format,--output", "table|json", "How it is written (table)", {"table", "json"},
               &options->format);
  Flags reset = flags.Subcommand("reset", "let a group go on somewhere else");
  DeclareReset(reset, *options);
  Flags remove = flags.Subcommand("delete", "forget a group and what it has committed");
  remove.Text("NAME", "", "The group", &options->name);
  remove.Switch("--yes", "Do not ask", &options->yes);
  flags.RunsAlone();
  return [=](const Context& context) -> Result<Exit> {
    if (reset.Given()) return Reset(*options, context);
    if (remove.Given()) return Delete(*options, context);
    return Show(*options, context);
  };
}

}  // namespace gamevents::cmd
