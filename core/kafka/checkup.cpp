#include "core/kafka/checkup.h"

#include "core/base/number.h"
#include "core/kafka/admin_client.h"
#include "core/kafka/configuration.h"
#include "core/kafka/error.h"
#include "core/kafka/handles.h"
#include "core/kafka/query.h"
#include "core/kafka/reading_errors.h"
#include "core/kafka/topic_admin.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace gamevents::kafka {
namespace {

/// A request that gamevents makes. Keys and versions are those of Kafka's protocol guide.
struct Needed {
  int16_t key;
  int16_t version;  ///< at least
  std::string_view name;
  std::string_view used_by;
};
constexpr Needed kNeeded[] = {
    {0, 3, "Produce", "serve, produce"},
    {1, 4, "Fetch", "consume, report"},
    {2, 1, "ListOffsets", "consume, report"},
    {10, 0, "FindCoordinator", "consume --group, groups"},
    {15, 0, "DescribeGroups", "groups"},
    {16, 0, "ListGroups", "groups"},
    {19, 0, "CreateTopics", "create-topic"},
    {20, 0, "DeleteTopics", "topics delete"},
    {22, 0, "InitProducerId", "serve, forward"},
    {32, 0, "DescribeConfigs", "topics NAME"},
    {33, 0, "AlterConfigs", "topics alter"},
    {42, 0, "DeleteGroups", "groups delete"},
};

std::vector<std::string> LackedIn(const std::map<int16_t, int16_t>& apis) {
  std::vector<std::string> lacks;
  if (apis.empty()) return lacks;
  for (const Needed& needed : kNeeded) {
    const auto found = apis.find(needed.key);
    if (found != apis.end() && found->second >= needed.version) continue;
    std::string lack(needed.name);
    lacks.push_back(lack.append(" (gamevents ").append(needed.used_by).append(")"));
  }
  return lacks;
}

Result<Metadata> AskMetadata(const Query& query, rd_kafka_topic_t* topic) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto code = rd_kafka_metadata(query.handle, 0, topic, &answer, query.LeftMs());
  Metadata metadata(answer);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return NoAnswer(code, query.connection_errors);
  return metadata;
}

TopicHealth HealthOf(const rd_kafka_metadata_topic_t& topic) {
  TopicHealth health;
  health.partitions = topic.partition_cnt;
  health.replicas = health.in_sync = std::numeric_limits<int32_t>::max();
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const rd_kafka_metadata_partition_t& each = topic.partitions[i];
    health.replicas = std::min(health.replicas, each.replica_cnt);
    health.in_sync = std::min(health.in_sync, each.isr_cnt);
    health.without_leader += each.leader < 0 ? 1 : 0;
    health.behind += each.isr_cnt < each.replica_cnt ? 1 : 0;
  }
  return health;
}

// What the topic's settings tell, where this user may ask for them.
void AddSettings(const ClientOptions& options, const std::string& topic, TopicHealth& health) {
  const auto settings = DescribeTopicSettings(options, topic);
  if (!settings) {
    health.settings_denied = settings.error().context;
    return;
  }
  const auto found = std::ranges::find(*settings, "min.insync.replicas", &TopicSetting::name);
  if (found == settings->end()) return;
  health.min_in_sync = ParseWholeNumber<int32_t>(found->value).value_or(0);
}

}  // namespace

Result<ClusterFacts> LookAtCluster(const ClientOptions& options) {
  ClientOptions asking = options;
  // Only so does librdkafka tell which requests a broker knows: in its log.
  asking.properties.emplace("debug", "feature");
  AdminClient client(asking);
  if (auto opened = client.Open(); !opened) return std::move(opened).error();
  const std::string none;
  const Query query = client.Asking(none);
  const auto metadata = AskMetadata(query, nullptr);
  if (!metadata) return Error(metadata.error());
  ClusterFacts facts;
  for (int i = 0; i < (*metadata)->broker_cnt; ++i) {
    const rd_kafka_metadata_broker_t& each = (*metadata)->brokers[i];
    facts.brokers.push_back(std::string(each.host) + ":" + std::to_string(each.port));
  }
  std::ranges::sort(facts.brokers);
  if (const LibraryText id(rd_kafka_clusterid(client.handle(), query.LeftMs())); id) {
    facts.id = id.get();
  }
  facts.lacks = LackedIn(client.connection_errors().apis());
  return facts;
}

Result<TopicHealth> LookAtTopic(const ClientOptions& options, const std::string& topic) {
  const std::string where = "topic " + topic;
  AdminClient client(options);
  if (auto opened = client.Open(); !opened) return std::move(opened).error().In(where);
  const Query query = client.Asking(topic);
  const TopicHandle handle(rd_kafka_topic_new(query.handle, topic.c_str(), nullptr));
  if (!handle) return KafkaError(rd_kafka_last_error()).In(where);
  const auto metadata = AskMetadata(query, handle.get());
  if (!metadata) return Error(metadata.error()).In(where);
  for (int i = 0; i < (*metadata)->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& found = (*metadata)->topics[i];
    if (found.topic != topic || found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    const bool chooses = found.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR && !chooses) return KafkaError(found.err).In(where);
    TopicHealth health = HealthOf(found);
    AddSettings(options, topic, health);
    return health;
  }
  return NoSuchTopic(topic);
}

}  // namespace gamevents::kafka
