// doctor: the cluster, the topic, and what their records say of the clock.

#include "cmd/cluster.h"
#include "cmd/doctor/finding.h"
#include "core/base/clock.h"
#include "core/config/keys.h"
#include "core/kafka/checkup.h"
#include "core/kafka/reader.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace gamevents::cmd {
namespace {

using std::chrono::milliseconds;

// How long brokers are waited for, whatever kafka.timeout is.
constexpr milliseconds kBrokerTimeMax{5'000};
// How far apart clocks may be before retention and windows of time notice.
constexpr int64_t kClockApartMs = 60'000;
// 2024-01-01: no clock that is right is before it.
constexpr int64_t kClockLeastMs = 1'704'067'200'000;

// Errors: as FindClient.
Result<std::optional<kafka::ClientOptions>> ClientFor(const Examined& examined) {
  auto client = FindClient(examined.settings());
  if (client && *client) (*client)->timeout = std::min((*client)->timeout, kBrokerTimeMax);
  return client;
}

std::string Count(size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

Finding JudgeCluster(const std::string& subject, const kafka::ClientOptions& client,
                     const std::string& keys) {
  const auto facts = kafka::LookAtCluster(client);
  if (!facts) {
    return Fail(subject, facts.error().context,
                "start the broker, or mend " + keys + " and the way to it");
  }
  const std::string found = Count(facts->brokers.size(), "broker") + ", cluster " + facts->id;
  if (facts->lacks.empty()) return Ok(subject, found);
  std::string lacks;
  for (const std::string& each : facts->lacks) lacks += (lacks.empty() ? "" : ", ") + each;
  return Warn(subject, found + "; it does not know " + lacks,
              "use a broker of Kafka 1.1 or newer, or do without these commands");
}

std::string SayTopic(const kafka::TopicHealth& health) {
  return Count(static_cast<size_t>(health.partitions), "partition") + " of " +
         Count(static_cast<size_t>(health.replicas), "replica");
}

Finding JudgeTopic(const config::Settings& settings, const kafka::TopicHealth& health) {
  const std::string& topic = settings.kafka.topic;
  const std::string found = SayTopic(health);
  const std::string brokers = "see which broker is away, and start it";
  if (health.without_leader > 0) {
    return Fail(topic, found + "; nobody leads " + std::to_string(health.without_leader), brokers);
  }
  if (health.in_sync < health.min_in_sync) {
    return Fail(topic,
                found + "; a partition has " + std::to_string(health.in_sync) +
                    " in sync, and takes no records below min.insync.replicas " +
                    std::to_string(health.min_in_sync),
                brokers);
  }
  if (health.behind > 0) {
    return Warn(topic, found + "; replicas of " + std::to_string(health.behind) + " are behind",
                brokers);
  }
  if (!health.settings_denied.empty()) {
    return Warn(topic, found + "; its settings cannot be asked for: " + health.settings_denied,
                "allow this user DescribeConfigs on the topic, where topics NAME is to show them");
  }
  const bool embedded = settings.kafka.brokers == config::kEmbedded;
  if (health.partitions < settings.kafka.partitions) {
    return Warn(topic,
                found + ", and kafka.partitions is " + std::to_string(settings.kafka.partitions),
                "set kafka.partitions to what the topic has; more can only be added in the cluster "
                "(kafka-topics --alter)");
  }
  if (!embedded && health.replicas < settings.kafka.replication_factor) {
    return Warn(topic,
                found + ", and kafka.replication_factor is " +
                    std::to_string(settings.kafka.replication_factor),
                "add replicas in the cluster (kafka-reassign-partitions), or set "
                "kafka.replication_factor to what there is");
  }
  return Ok(topic, found);
}

// The time of the newest record, of the last one of each partition; nullopt where there is none.
Result<std::optional<TimestampMs>> NewestOf(const kafka::ClientOptions& client,
                                            const std::string& topic) {
  kafka::ReaderOptions options;
  options.client = client;
  options.topic = topic;
  options.headers = false;
  const auto ranges = kafka::Reader::Find(options);
  if (!ranges) return Error(ranges.error());
  for (const kafka::PartitionRange& range : *ranges) {
    if (range.begin == range.high_watermark) continue;
    options.partitions.push_back(range.partition);
    options.starts[range.partition] = range.high_watermark - 1;
    options.ends[range.partition] = range.high_watermark;
  }
  std::optional<TimestampMs> newest;
  if (options.partitions.empty()) return newest;
  auto reader = kafka::Reader::Open(options);
  if (!reader) return std::move(reader).error();
  const auto deadline = std::chrono::steady_clock::now() + client.timeout;
  while (!(*reader)->Finished() && std::chrono::steady_clock::now() < deadline) {
    const auto records = (*reader)->Next(milliseconds(100));
    if (!records) return Error(records.error());
    for (const kafka::RecordView& record : *records) {
      newest = std::max(newest.value_or(record.timestamp), record.timestamp);
    }
  }
  return newest;
}

}  // namespace

std::vector<Finding> FindBroker(const Examined& examined) {
  const std::string& brokers = examined.settings().kafka.brokers;
  const auto client = ClientFor(examined);
  if (!client) {
    return {Fail(brokers, client.error().context, "run doctor as the user that runs the broker")};
  }
  if (*client) {
    const bool embedded = brokers == config::kEmbedded;
    return {JudgeCluster(embedded ? "embedded, " + (*client)->brokers : brokers, **client,
                         "kafka.brokers, kafka.properties")};
  }
  if (examined.holder) {
    return {Warn("embedded", NameProcess(*examined.holder) + " does not say where it listens",
                 "wait until it has started, and look again")};
  }
  return {Ok("embedded", "not running; the next command starts it")};
}

std::vector<Finding> FindTopic(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  const std::string& topic = settings.kafka.topic;
  const auto client = ClientFor(examined);
  if (!client || !*client) return {};
  const auto health = kafka::LookAtTopic(**client, topic);
  if (health) return {JudgeTopic(settings, *health)};
  if (health.error().fault == Fault::kUnavailable) return {};  // which is said of the broker
  if (health.error().fault != Fault::kNotFound) {
    return {Fail(topic, health.error().context,
                 "allow this user Describe, Read and Write on the topic, or set another user in "
                 "kafka.properties")};
  }
  if (settings.kafka.brokers == config::kEmbedded && settings.embedded.auto_create) {
    return {Ok(topic, "is not there yet; the first record makes it")};
  }
  return {Fail(topic, health.error().context, "make it: gamevents create-topic " + topic)};
}

std::vector<Finding> FindClock(const Examined& examined) {
  const TimestampMs now = Clock::System().Now();
  const std::string subject = FormatTimestamp(now);
  const std::string set = "set the clock, and keep it by NTP (timedatectl set-ntp true)";
  if (now.value < kClockLeastMs) {
    return {Fail(subject, "this machine's clock is years behind", set)};
  }
  const auto client = ClientFor(examined);
  if (!client || !*client) return {Ok(subject, "no records to compare it with")};
  const auto newest = NewestOf(**client, examined.settings().kafka.topic);
  if (!newest) {
    // What is wrong with the broker or the topic is said of them.
    return {Ok(subject, "no records to compare it with")};
  }
  if (!*newest) return {Ok(subject, "no records to compare it with")};
  const std::string record = "the newest record is of " + FormatTimestamp(**newest);
  if ((*newest)->value <= now.value + kClockApartMs) return {Ok(subject, record)};
  return {Warn(subject, record + ", which is in the future",
               "see which clock is wrong, this one or that of who wrote it; " + set)};
}

std::vector<Finding> FindForwardTarget(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  if (settings.forward.brokers.empty()) return {};
  kafka::ClientOptions client;
  client.brokers = settings.forward.brokers;
  client.properties = settings.forward.properties;
  client.timeout = std::min(settings.kafka.timeout, kBrokerTimeMax);
  return {JudgeCluster(client.brokers, client, "forward.brokers, forward.properties")};
}

}  // namespace gamevents::cmd
