// Goal: topics are made, enlarged and removed as asked, or refused with the field's own code.
// Method: requests through Broker::Answer; the data directory is looked at.
#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {
namespace {

CreatableTopicResult Create(BrokerFixture& f, const CreatableTopic& topic,
                            bool validate_only = false) {
  const auto answer =
      f.Ask<CreateTopicsResponse>(CreateTopicsRequest{{topic}, 1000, validate_only});
  REQUIRE(answer.topics.size() == 1);
  return answer.topics[0];
}

CreatableTopic Named(const std::string& name, int32_t partitions = 1, int16_t replicas = 1) {
  return {name, partitions, replicas, {}, {}};
}

}  // namespace

TEST_CASE("a topic is made with what was asked for, and says what it has") {
  BrokerFixture f;
  CreatableTopic topic = Named("events", 3);
  topic.configs = {{"retention.ms", "1000"}};
  const auto made = Create(f, topic);
  CHECK(made.error_code == ErrorCode::kNone);
  CHECK(made.num_partitions == 3);
  CHECK(made.replication_factor == 1);
  CHECK(made.topic_id == f.logs->Find("events")->id);
  REQUIRE(made.configs);
  int own = 0;
  for (const CreatableTopicConfigs& config : *made.configs) {
    if (config.config_source != kSourceTopic) continue;
    CHECK(config.name == "retention.ms");
    CHECK(config.value == "1000");
    ++own;
  }
  CHECK(own == 1);
  CHECK(f.logs->Find("events")->configs.at("retention.ms") == "1000");
  CHECK(Create(f, Named("events")).error_code == ErrorCode::kTopicAlreadyExists);
  const auto defaults = Create(f, Named("plain", -1, -1));
  CHECK(defaults.error_code == ErrorCode::kNone);
  CHECK(defaults.num_partitions == 1);
}

TEST_CASE("topics that cannot be are refused, and nothing is made") {
  BrokerFixture f;
  f.MakeTopic("a.b");
  CHECK(Create(f, Named("")).error_code == ErrorCode::kInvalidTopicException);
  CHECK(Create(f, Named("a/b")).error_code == ErrorCode::kInvalidTopicException);
  CHECK(Create(f, Named("a_b")).error_code == ErrorCode::kInvalidTopicException);
  CHECK(Create(f, Named("t", 0)).error_code == ErrorCode::kInvalidPartitions);
  CHECK(Create(f, Named("t", -2)).error_code == ErrorCode::kInvalidPartitions);
  CHECK(Create(f, Named("t", 10'000)).error_code == ErrorCode::kPolicyViolation);
  CHECK(Create(f, Named("t", INT32_MAX)).error_code == ErrorCode::kInvalidPartitions);
  CHECK(Create(f, Named("t", 1, 2)).error_code == ErrorCode::kInvalidReplicationFactor);
  CHECK(Create(f, Named("t", 1, 0)).error_code == ErrorCode::kInvalidReplicationFactor);
  CreatableTopic topic = Named("t");
  topic.configs = {{"retention.mss", "1"}};
  const auto unknown = Create(f, topic);
  CHECK(unknown.error_code == ErrorCode::kInvalidConfig);
  CHECK(unknown.configs);
  CHECK(unknown.error_message->find("did you mean retention.ms?") != std::string::npos);
  topic.configs = {{"min.cleanable.dirty.ratio", "2"}};
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidConfig);
  topic.configs = {{"retention.ms", "soon"}};
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidConfig);
  topic.configs = {{"retention.ms", std::nullopt}};
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidConfig);
  CHECK_FALSE(f.logs->Find("t"));

  CHECK(Create(f, Named("t"), true).error_code == ErrorCode::kNone);
  CHECK_FALSE(f.logs->Find("t"));
  const auto twice = f.Ask<CreateTopicsResponse>(
      CreateTopicsRequest{{Named("t"), Named("u"), Named("t")}, 1, false});
  REQUIRE(twice.topics.size() == 2);
  CHECK(twice.topics[0].error_code == ErrorCode::kInvalidRequest);
  CHECK(twice.topics[0].configs);
  CHECK(twice.topics[1].error_code == ErrorCode::kNone);
  CHECK_FALSE(f.logs->Find("t"));
}

TEST_CASE("more replicas than brokers are taken when the broker is told to be lenient") {
  BrokerOptions options;
  options.lenient_replication = true;
  BrokerFixture f(options);
  CHECK(Create(f, Named("t", 1, 3)).error_code == ErrorCode::kNone);
}

TEST_CASE("an assignment by hand may say what would be done anyway, with settings") {
  BrokerFixture f;
  CreatableTopic topic = Named("t", -1, -1);
  topic.assignments = {{0, {1}}, {1, {1}}};
  topic.configs = {{"retention.ms", "1000"}};
  const auto made = Create(f, topic);
  CHECK(made.error_code == ErrorCode::kNone);
  CHECK(made.num_partitions == 2);
  CHECK(f.logs->Find("t")->configs.at("retention.ms") == "1000");
  topic.name = "u";
  topic.configs = {{"nonsense", "1"}};
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidConfig);
  topic.configs.clear();
  topic.assignments = {{0, {2}}};
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidReplicaAssignment);
  topic.assignments = {{0, {1}}, {2, {1}}};
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidReplicaAssignment);
  topic.assignments = {{0, {1}}};
  topic.num_partitions = 1;
  CHECK(Create(f, topic).error_code == ErrorCode::kInvalidRequest);
}

TEST_CASE("topics are deleted by name or id, with what groups committed for them") {
  BrokerFixture f;
  f.MakeTopic("a");
  f.MakeTopic("b");
  OffsetCommitRequest commit;
  commit.group_id = "g";
  commit.topics = {{"a", {{0, 5, -1, ""}}}, {"b", {{0, 6, -1, ""}}}};
  f.Ask<OffsetCommitResponse>(commit);
  DeleteTopicsRequest request;
  request.topics = {{"a", {}},
                    {std::nullopt, f.logs->Find("b")->id},
                    {"missing", {}},
                    {std::nullopt, Uuid{1, 2, 3}},
                    {"__consumer_offsets", {}}};
  const auto answer = f.Ask<DeleteTopicsResponse>(request);
  REQUIRE(answer.responses.size() == 5);
  CHECK(answer.responses[0].error_code == ErrorCode::kNone);
  CHECK(answer.responses[1].error_code == ErrorCode::kNone);
  CHECK(answer.responses[1].name == "b");
  CHECK(answer.responses[2].error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(answer.responses[3].error_code == ErrorCode::kUnknownTopicId);
  CHECK(answer.responses[4].error_code == ErrorCode::kInvalidTopicException);
  CHECK_FALSE(f.logs->Find("a"));
  CHECK(f.logs->Find("__consumer_offsets"));
  CHECK(f.broker->groups->Offsets("g", nullptr).empty());

  f.MakeTopic("c");
  DeleteTopicsRequest old;
  old.topic_names = {"c"};
  CHECK(f.Ask<DeleteTopicsResponse>(old, 1).responses[0].error_code == ErrorCode::kNone);
}

TEST_CASE("a topic that is copied elsewhere is not deleted") {
  BrokerFixture f;
  f.MakeTopic("t");
  const auto log = f.logs->Partition("t", 0);
  log->KeepFrom(log::Offset(0));
  REQUIRE(log->WaitCommitted(MustAppend(*log, log::MakeBatch({"x", "y"})).next_offset).ok());
  DeleteTopicsRequest request;
  request.topics = {{"t", {}}};
  const auto refused = f.Ask<DeleteTopicsResponse>(request).responses.at(0);
  CHECK(refused.error_code == ErrorCode::kPolicyViolation);
  CHECK(refused.error_message ==
        "topic 't' is not deleted: 2 records of partition 0 have not been forwarded, from offset 0 "
        "on");
  CHECK(f.logs->Find("t"));
  log->KeepFrom(log::Offset(2));
  CHECK(f.Ask<DeleteTopicsResponse>(request).responses.at(0).error_code ==
        ErrorCode::kPolicyViolation);
  CHECK(f.logs->Find("t"));
}

TEST_CASE("a deletion that does not say which topic, or says it twice, deletes nothing") {
  BrokerFixture f;
  for (const char* name : {"a", "b", "c", "d"}) f.MakeTopic(name);
  DeleteTopicsRequest request;
  request.topics = {{"b", f.logs->Find("a")->id},  // Which of the two?
                    {std::nullopt, Uuid{}},        // Neither.
                    {"c", {}},                     // By its name,
                    {"c", {}},                     // again,
                    {std::nullopt, f.logs->Find("d")->id},
                    {"d", {}}};
  const auto answer = f.Ask<DeleteTopicsResponse>(request);
  REQUIRE(answer.responses.size() == 4);
  for (const DeletableTopicResult& each : answer.responses) {
    CHECK(each.error_code == ErrorCode::kInvalidRequest);
    CHECK_FALSE(each.error_message->empty());
  }
  CHECK(answer.responses[0].name == "b");
  CHECK_FALSE(answer.responses[1].name);
  for (const char* name : {"a", "b", "c", "d"}) CHECK(f.logs->Find(name));
  DeleteTopicsRequest old;
  old.topic_names = {"a", "a"};
  const auto refused = f.Ask<DeleteTopicsResponse>(old, 5);
  REQUIRE(refused.responses.size() == 1);
  CHECK(refused.responses[0].error_code == ErrorCode::kInvalidRequest);
  CHECK(f.logs->Find("a"));
}

TEST_CASE("new partitions can be assigned to this broker only, one by one") {
  BrokerFixture f;
  f.MakeTopic("t", 1);
  using Assignments = std::vector<CreatePartitionsAssignment>;
  CreatePartitionsRequest request;
  for (const Assignments& wrong :
       {Assignments{{{9}}, {{1}}}, Assignments{{{1}}}, Assignments{{{1}}, {{1}}, {{1}}},
        Assignments{}, Assignments{{{1, 2}}, {{1}}}, Assignments{{{}}, {{1}}}}) {
    for (const bool validate_only : {true, false}) {
      request.topics = {{"t", 3, wrong}};
      request.validate_only = validate_only;
      const auto answer = f.Ask<CreatePartitionsResponse>(request);
      CHECK(answer.results.at(0).error_code == ErrorCode::kInvalidReplicaAssignment);
    }
  }
  request.topics = {{"t", 2, std::nullopt}, {"t", 3, std::nullopt}};
  const auto twice = f.Ask<CreatePartitionsResponse>(request);
  REQUIRE(twice.results.size() == 1);
  CHECK(twice.results[0].error_code == ErrorCode::kInvalidRequest);
  CHECK(f.logs->Find("t")->partitions.size() == 1);
  request.topics = {{"t", 3, Assignments{{{1}}, {{1}}}}};
  CHECK(f.Ask<CreatePartitionsResponse>(request).results.at(0).error_code == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->partitions.size() == 3);
}

TEST_CASE("partitions can be added, never taken away") {
  BrokerFixture f;
  f.MakeTopic("t", 2);
  const auto add = [&](const std::string& name, int32_t count, bool validate_only = false) {
    CreatePartitionsRequest request;
    request.topics = {{name, count, std::nullopt}};
    request.validate_only = validate_only;
    return f.Ask<CreatePartitionsResponse>(request).results.at(0).error_code;
  };
  CHECK(add("t", 2) == ErrorCode::kInvalidPartitions);
  CHECK(add("t", 1) == ErrorCode::kInvalidPartitions);
  CHECK(add("missing", 3) == ErrorCode::kUnknownTopicOrPartition);
  CHECK(add("__consumer_offsets", 3) == ErrorCode::kInvalidTopicException);
  CHECK(add("t", 5, true) == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->partitions.size() == 2);
  CHECK(add("t", 5) == ErrorCode::kNone);
  CHECK(f.logs->Find("t")->partitions.size() == 5);
  CHECK(add("t", 10'000) == ErrorCode::kPolicyViolation);  // With the others, one too many.
  CHECK(add("t", INT32_MAX) == ErrorCode::kInvalidPartitions);
}

}  // namespace gamevents::broker
