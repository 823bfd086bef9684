// Goal: settings are shown with where they come from, and changed only where they can be. Method:
// requests through Broker::Answer; the topic's settings are looked at, also after a restart.
#include "tests/unit/broker/handlers/fixture.h"

#include <map>

namespace gamevents::broker {
namespace {

constexpr int8_t kTopic = 2;
constexpr int8_t kBroker = 4;
constexpr int8_t kBrokerLogger = 8;

DescribeConfigsResult Describe(BrokerFixture& f, int8_t type, const std::string& name,
                               std::optional<std::vector<std::string>> keys = std::nullopt) {
  DescribeConfigsRequest request;
  request.resources = {{type, name, std::move(keys)}};
  request.include_synonyms = true;
  request.include_documentation = true;
  return f.Ask<DescribeConfigsResponse>(request).results.at(0);
}

std::map<std::string, DescribeConfigsResourceResult> ByName(const DescribeConfigsResult& result) {
  std::map<std::string, DescribeConfigsResourceResult> configs;
  for (const auto& config : result.configs) configs[config.name] = config;
  return configs;
}

ErrorCode Change(BrokerFixture& f, const std::string& topic, int8_t operation,
                 const std::string& key, std::optional<std::string> value, int8_t type = kTopic,
                 bool validate_only = false) {
  IncrementalAlterConfigsRequest request;
  request.resources = {{type, topic, {{key, operation, std::move(value)}}}};
  request.validate_only = validate_only;
  return f.Ask<IncrementalAlterConfigsResponse>(request).responses.at(0).error_code;
}

}  // namespace

TEST_CASE("a topic's settings come with their source, type and meaning") {
  BrokerFixture f;
  f.MakeTopic("t", 1, {{"retention.ms", "1000"}});
  const auto configs = ByName(Describe(f, kTopic, "t"));
  CHECK(configs.size() == log::TopicConfigKeys().size());
  const auto& own = configs.at("retention.ms");
  CHECK(own.value == "1000");
  CHECK(own.config_source == kSourceTopic);
  CHECK(own.config_type == 5);
  CHECK_FALSE(own.documentation->empty());
  REQUIRE(own.synonyms.size() == 2);
  CHECK(own.synonyms[0].source == kSourceTopic);
  CHECK(own.synonyms[1].value == "-1");
  CHECK(configs.at("cleanup.policy").config_source == kSourceDefault);
  CHECK(Describe(f, kTopic, "t", {{"retention.ms", "nonsense"}}).configs.size() == 1);
  CHECK(Describe(f, kTopic, "missing").error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(Describe(f, kTopic, "a/b").error_code == ErrorCode::kInvalidTopicException);
}

TEST_CASE("Kafka's settings that change nothing here are checked, kept and shown") {
  BrokerFixture f;
  f.MakeTopic("t", 1,
              {{"delete.retention.ms", "1000"},
               {"compression.type", "zstd"},
               {"min.insync.replicas", "2"},
               {"max.message.bytes", "200000000"},
               {"retention.ms", " 1000 "}});
  f.Reopen();
  const auto configs = ByName(Describe(f, kTopic, "t"));
  CHECK(configs.size() == 33);
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"delete.retention.ms", "1000"},
                                          {"compression.type", "zstd"},
                                          {"min.insync.replicas", "2"},
                                          {"max.message.bytes", "200000000"},
                                          {"retention.ms", "1000"}}) {
    CHECK(configs.at(name).value == value);
    CHECK(configs.at(name).config_source == kSourceTopic);
  }
  CHECK(configs.at("flush.messages").value == "9223372036854775807");
  CHECK(configs.at("flush.messages").config_source == kSourceDefault);
  CHECK(configs.at("min.cleanable.dirty.ratio").config_type == 6);
  CHECK(Change(f, "t", 0, "unclean.leader.election.enable", "TRUE") == ErrorCode::kNone);
  CHECK(Change(f, "t", 0, "leader.replication.throttled.replicas", "0:1, 1:1") == ErrorCode::kNone);
  for (const auto& [name, bad] :
       std::map<std::string, std::string>{{"unclean.leader.election.enable", "yes"},
                                          {"min.insync.replicas", "0"},
                                          {"flush.messages", "0"},
                                          {"min.cleanable.dirty.ratio", "1.5"},
                                          {"compression.type", "rar"},
                                          {"remote.storage.enable", "true"},
                                          {"compression.gzip.level", "0"},
                                          {"leader.replication.throttled.replicas", "0:1,"},
                                          {"segment.jitter.ms", "-1"}}) {
    INFO(name);
    CHECK(Change(f, "t", 0, name, bad) == ErrorCode::kInvalidConfig);
  }
}

TEST_CASE("lists are added to and taken from") {
  BrokerFixture f;
  f.MakeTopic("t");
  const char* const replicas = "leader.replication.throttled.replicas";
  CHECK(Change(f, "t", 2, "cleanup.policy", "delete") == ErrorCode::kNone);
  CHECK(Change(f, "t", 3, "cleanup.policy", "compact") == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->configs.at("cleanup.policy") == "delete");
  CHECK(Change(f, "t", 2, "cleanup.policy", "compact") == ErrorCode::kInvalidConfig);
  CHECK(Change(f, "t", 2, replicas, "0:1,1:1") == ErrorCode::kNone);
  CHECK(Change(f, "t", 2, replicas, "1:1,2:1") == ErrorCode::kNone);
  CHECK(Change(f, "t", 3, replicas, "0:1") == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->configs.at(replicas) == "1:1,2:1");
  CHECK(Change(f, "t", 2, "retention.ms", "1") == ErrorCode::kInvalidConfig);
  CHECK(Change(f, "t", 2, replicas, std::nullopt) == ErrorCode::kInvalidRequest);
}

TEST_CASE("a resource or a setting that is named twice is refused") {
  BrokerFixture f;
  f.MakeTopic("t");
  IncrementalAlterConfigsRequest request;
  request.resources = {{kTopic, "t", {{"retention.ms", 0, "1"}, {"retention.ms", 0, "2"}}}};
  const auto codes = [&] {
    std::vector<ErrorCode> all;
    for (const auto& each : f.Ask<IncrementalAlterConfigsResponse>(request).responses) {
      all.push_back(each.error_code);
    }
    return all;
  };
  CHECK(codes() == std::vector{ErrorCode::kInvalidRequest});
  request.resources = {{kTopic, "t", {{"retention.ms", 0, "1"}}},
                       {kTopic, "t", {{"retention.bytes", 0, "2"}}}};
  CHECK(codes() == std::vector{ErrorCode::kInvalidRequest, ErrorCode::kInvalidRequest});
  request.resources = {{kTopic, "", {{"retention.ms", 0, "1"}}}};
  CHECK(codes() == std::vector{ErrorCode::kInvalidRequest});
  AlterConfigsRequest old;
  old.resources = {{kTopic, "t", {{"retention.ms", "1"}, {"retention.ms", "2"}}}};
  CHECK(f.Ask<AlterConfigsResponse>(old).responses.at(0).error_code == ErrorCode::kInvalidRequest);
  CHECK(f.logs->Find("t")->configs.empty());
}

TEST_CASE("the broker's settings can be read, by its number") {
  BrokerFixture f;
  const auto configs = ByName(Describe(f, kBroker, "1"));
  CHECK(configs.at("node.id").value == "1");
  CHECK(configs.at("num.partitions").value == "1");
  CHECK(configs.at("message.max.bytes").value == "1048588");
  CHECK(configs.at("log.retention.ms").value == "-1");
  for (const auto& [name, config] : configs) {
    CHECK(config.read_only);
    REQUIRE(config.synonyms.size() == 1);
    CHECK(config.synonyms[0].value == config.value);
  }
  // What all brokers have been told while they ran: nothing.
  CHECK(Describe(f, kBroker, "").error_code == ErrorCode::kNone);
  CHECK(Describe(f, kBroker, "").configs.empty());
  CHECK(Describe(f, kBroker, "2").error_code == ErrorCode::kInvalidRequest);
  CHECK(Describe(f, kBrokerLogger, "1").error_code == ErrorCode::kInvalidRequest);
}

TEST_CASE("single settings are set and set back, and last") {
  BrokerFixture f;
  f.MakeTopic("t", 1, {{"segment.ms", "5000"}});
  CHECK(Change(f, "t", 0, "retention.ms", "2000") == ErrorCode::kNone);
  CHECK(Change(f, "t", 0, "retention.ms", "3000", kTopic, true) == ErrorCode::kNone);
  f.Reopen();
  CHECK(f.logs->Find("t")->configs ==
        log::TopicConfigs{{"retention.ms", "2000"}, {"segment.ms", "5000"}});
  CHECK(f.logs->Partition("t", 0)->options().retention_age == std::chrono::milliseconds(2000));
  CHECK(Change(f, "t", 1, "retention.ms", std::nullopt) == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->configs == log::TopicConfigs{{"segment.ms", "5000"}});
  CHECK(Change(f, "t", 0, "retention.ms", "soon") == ErrorCode::kInvalidConfig);
  CHECK(Change(f, "t", 0, "nonsense", "1") == ErrorCode::kInvalidConfig);
  CHECK(Change(f, "t", 0, "retention.ms", std::nullopt) == ErrorCode::kInvalidRequest);
  CHECK(Change(f, "t", 4, "retention.ms", "1") == ErrorCode::kInvalidRequest);
  CHECK(Change(f, "missing", 0, "retention.ms", "1") == ErrorCode::kUnknownTopicOrPartition);
  CHECK(Change(f, "__consumer_offsets", 0, "retention.ms", "1") ==
        ErrorCode::kInvalidTopicException);
  CHECK(Change(f, "1", 0, "num.partitions", "1", kBroker) == ErrorCode::kInvalidRequest);
  CHECK(f.logs->Find("t")->configs == log::TopicConfigs{{"segment.ms", "5000"}});
}

TEST_CASE("all settings are replaced at once by the older request") {
  BrokerFixture f;
  f.MakeTopic("t", 1, {{"segment.ms", "5000"}});
  AlterConfigsRequest request;
  request.resources = {{kTopic, "t", {{"retention.ms", "7"}, {"retention.bytes", std::nullopt}}}};
  CHECK(f.Ask<AlterConfigsResponse>(request).responses.at(0).error_code ==
        ErrorCode::kInvalidRequest);
  CHECK(f.logs->Find("t")->configs == log::TopicConfigs{{"segment.ms", "5000"}});
  request.resources[0].configs = {{"retention.ms", "7"}};
  CHECK(f.Ask<AlterConfigsResponse>(request).responses.at(0).error_code == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->configs == log::TopicConfigs{{"retention.ms", "7"}});
  request.resources[0].configs = {{"nonsense", "1"}};
  CHECK(f.Ask<AlterConfigsResponse>(request).responses.at(0).error_code ==
        ErrorCode::kInvalidConfig);
  CHECK(f.logs->Find("t")->configs == log::TopicConfigs{{"retention.ms", "7"}});
}

TEST_CASE("the room that partitions take is shown, all of them or those asked for") {
  BrokerFixture f;
  f.MakeTopic("t", 2);
  MustAppend(*f.logs->Partition("t", 1), log::MakeBatch({std::string(500, 'x')}));
  const auto all = f.Ask<DescribeLogDirsResponse>(DescribeLogDirsRequest{});
  REQUIRE(all.results.size() == 1);
  CHECK(all.results[0].log_dir == f.directory);
  CHECK(all.results[0].total_bytes > 0);
  CHECK(all.results[0].usable_bytes > 0);
  CHECK(all.results[0].topics.size() == 2);
  DescribeLogDirsRequest request;
  request.topics = {{"t", {1, 9}}, {"missing", {0}}};
  const auto some = f.Ask<DescribeLogDirsResponse>(request);
  REQUIRE(some.results[0].topics.size() == 1);
  REQUIRE(some.results[0].topics[0].partitions.size() == 1);
  CHECK(some.results[0].topics[0].partitions[0].partition_index == 1);
  CHECK(some.results[0].topics[0].partitions[0].partition_size > 500);
}

}  // namespace gamevents::broker
