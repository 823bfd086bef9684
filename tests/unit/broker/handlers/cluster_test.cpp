// Goal: clients of every age find the broker, its topics and their coordinator. Method: requests
// through Broker::Answer over a data directory.
#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {
namespace {

MetadataRequest ByName(const std::string& name, bool create = false) {
  MetadataRequest request;
  request.topics = {{Uuid{}, name}};
  request.allow_auto_topic_creation = create;
  return request;
}

MetadataRequest All() {
  MetadataRequest request;
  request.topics = std::nullopt;
  return request;
}

}  // namespace

TEST_CASE("Metadata names this broker, as this client can reach it") {
  BrokerFixture f;
  f.MakeTopic("events", 3);
  const auto answer = f.Ask<MetadataResponse>(All());
  REQUIRE(answer.brokers.size() == 1);
  CHECK(answer.brokers[0].host == "broker.example");
  CHECK(answer.brokers[0].port == 29092);
  CHECK(answer.controller_id == answer.brokers[0].node_id);
  CHECK(answer.cluster_id->size() == 22);
  REQUIRE(answer.topics.size() == 2);
  CHECK(answer.topics[0].name == "__consumer_offsets");
  CHECK(answer.topics[0].is_internal);
  CHECK(answer.topics[1].name == "events");
  CHECK_FALSE(answer.topics[1].is_internal);
  CHECK(answer.topics[1].topic_id != Uuid{});
  REQUIRE(answer.topics[1].partitions.size() == 3);
  const MetadataResponsePartition& last = answer.topics[1].partitions[2];
  CHECK(last.partition_index == 2);
  CHECK(last.leader_id == answer.controller_id);
  CHECK(last.leader_epoch >= 0);
  CHECK(last.replica_nodes == std::vector<int32_t>{answer.controller_id});
  CHECK(last.isr_nodes == last.replica_nodes);
  CHECK(last.offline_replicas.empty());
}

TEST_CASE("no topics means all in version 0, and none from 1 on") {
  BrokerFixture f;
  f.MakeTopic("events");
  CHECK(f.Ask<MetadataResponse>(MetadataRequest{}, 0).topics.size() == 2);
  CHECK(f.Ask<MetadataResponse>(MetadataRequest{}, 1).topics.empty());
  CHECK(f.Ask<MetadataResponse>(All(), 1).topics.size() == 2);
}

TEST_CASE("a topic is found by its name or its id") {
  BrokerFixture f;
  f.MakeTopic("events");
  const auto named = f.Ask<MetadataResponse>(ByName("events"));
  MetadataRequest by_id;
  by_id.topics = {{named.topics[0].topic_id, std::nullopt}};
  const auto found = f.Ask<MetadataResponse>(by_id, 12);
  CHECK(found.topics[0].error_code == ErrorCode::kNone);
  CHECK(found.topics[0].name == "events");
  by_id.topics->front().topic_id[3] ^= 1;
  CHECK(f.Ask<MetadataResponse>(by_id).topics[0].error_code == ErrorCode::kUnknownTopicId);
}

TEST_CASE("an id that is not zero decides, whatever name comes with it") {
  BrokerFixture f;
  f.MakeTopic("events");
  f.MakeTopic("other");
  const Uuid id = f.logs->Find("events")->id;
  MetadataRequest request;
  // What Java's describeTopics by id sends: the name is the schema's default, not null.
  for (const std::string name : {"", "other"}) {
    request.topics = {{id, name}};
    for (const int16_t version : {int16_t{12}, int16_t{13}}) {
      const auto found = f.Ask<MetadataResponse>(request, version);
      REQUIRE(found.topics.size() == 1);
      CHECK(found.topics[0].error_code == ErrorCode::kNone);
      CHECK(found.topics[0].name == "events");
      CHECK(found.topics[0].topic_id == id);
    }
  }
  request.topics = {{Uuid{9}, "events"}};
  const auto missing = f.Ask<MetadataResponse>(request);
  CHECK(missing.topics[0].error_code == ErrorCode::kUnknownTopicId);
  CHECK(missing.topics[0].topic_id == Uuid{9});
  CHECK_FALSE(missing.topics[0].name);
}

TEST_CASE("a topic that is named twice is described once, and beside ids names do not count") {
  BrokerFixture f;
  f.MakeTopic("events");
  f.MakeTopic("other");
  const Uuid id = f.logs->Find("events")->id;
  MetadataRequest request;
  const auto names = [&] {
    std::vector<std::string> found;
    for (const MetadataResponseTopic& topic : f.Ask<MetadataResponse>(request).topics) {
      found.push_back(topic.name.value_or("?"));
    }
    return found;
  };
  using Names = std::vector<std::string>;
  request.topics = {{Uuid{}, "other"}, {Uuid{}, "missing"}, {Uuid{}, "other"}, {Uuid{}, "missing"}};
  CHECK(names() == Names{"other", "missing"});
  request.topics = {{id, std::nullopt}, {Uuid{}, "other"}, {id, ""}, {Uuid{9}, std::nullopt}};
  CHECK(names() == Names{"events", "?"});
}

TEST_CASE("Metadata 10 and 11 refuse ids, which only their answers have") {
  BrokerFixture f;
  f.MakeTopic("events");
  MetadataRequest request;
  for (const int16_t version : {int16_t{10}, int16_t{11}}) {
    for (const Uuid& id : {f.logs->Find("events")->id, Uuid{9}}) {
      request.topics = {{id, std::nullopt}, {Uuid{}, "events"}};
      const auto refused = f.Ask<MetadataResponse>(request, version);
      REQUIRE(refused.topics.size() == 2);
      CHECK(refused.topics[0].error_code == ErrorCode::kInvalidRequest);
      CHECK(refused.topics[0].topic_id == id);
      CHECK(refused.topics[1].error_code == ErrorCode::kInvalidRequest);
    }
  }
}

TEST_CASE("operations that a client may do are told when it asks: all of them") {
  BrokerFixture f;
  f.MakeTopic("events");
  MetadataRequest request = ByName("events");
  int asked = 0;
  for (int16_t version = 8; version <= 13; ++version, ++asked) {
    request.include_topic_authorized_operations = false;
    request.include_cluster_authorized_operations = false;
    auto answer = f.Ask<MetadataResponse>(request, version);
    CHECK(answer.topics[0].topic_authorized_operations == INT32_MIN);
    CHECK(answer.cluster_authorized_operations == INT32_MIN);
    request.include_topic_authorized_operations = true;
    request.include_cluster_authorized_operations = version <= 10;
    answer = f.Ask<MetadataResponse>(request, version);
    CHECK(answer.topics[0].topic_authorized_operations == 3576);
    CHECK(answer.cluster_authorized_operations == (version <= 10 ? 8096 : INT32_MIN));
  }
  CHECK(asked == 6);
  DescribeClusterRequest cluster;
  CHECK(f.Ask<DescribeClusterResponse>(cluster).cluster_authorized_operations == INT32_MIN);
  cluster.include_cluster_authorized_operations = true;
  CHECK(f.Ask<DescribeClusterResponse>(cluster, 0).cluster_authorized_operations == 8096);
  DescribeTopicPartitionsRequest described;
  described.topics = {{"events"}, {"missing"}};
  for (const auto& topic : f.Ask<DescribeTopicPartitionsResponse>(described).topics) {
    CHECK(topic.topic_authorized_operations == 3576);
  }
}

TEST_CASE("a missing topic is made when the client and the broker both want it") {
  SECTION("both do") {
    BrokerFixture f;
    const auto made = f.Ask<MetadataResponse>(ByName("fresh", true));
    CHECK(made.topics[0].error_code == ErrorCode::kNone);
    CHECK(made.topics[0].partitions.size() == 1);
    CHECK(f.logs->Find("fresh"));
    // Versions before 4 cannot say no.
    CHECK(f.Ask<MetadataResponse>(ByName("old", true), 3).topics[0].error_code == ErrorCode::kNone);
  }
  SECTION("the client does not") {
    BrokerFixture f;
    CHECK(f.Ask<MetadataResponse>(ByName("fresh")).topics[0].error_code ==
          ErrorCode::kUnknownTopicOrPartition);
    CHECK_FALSE(f.logs->Find("fresh"));
  }
  SECTION("the broker does not") {
    BrokerOptions options;
    options.auto_create_topics = false;
    BrokerFixture f(options);
    CHECK(f.Ask<MetadataResponse>(ByName("fresh", true)).topics[0].error_code ==
          ErrorCode::kUnknownTopicOrPartition);
    CHECK_FALSE(f.logs->Find("fresh"));
  }
  SECTION("but not beside one whose name differs in dots only") {
    BrokerFixture f;
    f.MakeTopic("x.y");
    CHECK(f.Ask<MetadataResponse>(ByName("x_y", true)).topics[0].error_code ==
          ErrorCode::kUnknownTopicOrPartition);
    CHECK_FALSE(f.logs->Find("x_y"));
  }
  SECTION("with a name that cannot be") {
    BrokerFixture f;
    for (const char* name : {"", ".", "..", "a/b", "a b"}) {
      CHECK(f.Ask<MetadataResponse>(ByName(name, true)).topics[0].error_code ==
            ErrorCode::kInvalidTopicException);
    }
    CHECK(f.Ask<MetadataResponse>(ByName(std::string(250, 'x'), true)).topics[0].error_code ==
          ErrorCode::kInvalidTopicException);
  }
}

TEST_CASE("DescribeCluster says the same as Metadata") {
  BrokerFixture f;
  const auto answer = f.Ask<DescribeClusterResponse>(DescribeClusterRequest{});
  CHECK(answer.error_code == ErrorCode::kNone);
  CHECK(answer.cluster_id == f.logs->cluster_id());
  REQUIRE(answer.brokers.size() == 1);
  CHECK(answer.brokers[0].host == "broker.example");
  CHECK(answer.controller_id == answer.brokers[0].broker_id);
  DescribeClusterRequest controllers;
  controllers.endpoint_type = 2;
  CHECK(f.Ask<DescribeClusterResponse>(controllers).error_code ==
        ErrorCode::kMismatchedEndpointType);
  controllers.endpoint_type = 7;
  const auto unknown = f.Ask<DescribeClusterResponse>(controllers);
  CHECK(unknown.error_code == ErrorCode::kUnsupportedEndpointType);
  CHECK(unknown.endpoint_type == 1);
}

TEST_CASE("topics are described a page at a time, each partition once") {
  BrokerFixture f;
  f.MakeTopic("a", 3);
  f.MakeTopic("b", 1);
  f.MakeTopic("c", 4);
  DescribeTopicPartitionsRequest request;
  request.topics = {{"c"}, {"a"}, {"b"}, {"missing"}, {"a"}};
  request.response_partition_limit = 2;
  std::vector<std::string> seen;
  int pages = 0;
  for (bool more = true; more && pages < 20; ++pages) {
    const auto page = f.Ask<DescribeTopicPartitionsResponse>(request);
    size_t partitions = 0;
    for (const DescribedTopic& topic : page.topics) {
      if (topic.error_code != ErrorCode::kNone) seen.push_back(*topic.name + "?");
      for (const DescribedTopicPartition& partition : topic.partitions) {
        seen.push_back(*topic.name + std::to_string(partition.partition_index));
        CHECK(partition.isr_nodes == std::vector<int32_t>{1});
        ++partitions;
      }
    }
    CHECK(partitions <= 2);
    more = page.next_cursor.has_value();
    request.cursor = page.next_cursor;
  }
  CHECK(seen ==
        std::vector<std::string>{"a0", "a1", "a2", "b0", "c0", "c1", "c2", "c3", "missing?"});
  CHECK(pages == 4);

  request.cursor = Cursor{"a", -1};
  const auto page = f.Ask<DescribeTopicPartitionsResponse>(request);
  REQUIRE(page.topics.size() == request.topics.size());
  CHECK(page.topics[0].error_code == ErrorCode::kInvalidRequest);
  CHECK_FALSE(page.next_cursor);
  // A page begins at a topic that is asked for.
  request.cursor = Cursor{"aa", 0};
  const auto elsewhere = f.Ask<DescribeTopicPartitionsResponse>(request);
  REQUIRE(elsewhere.topics.size() == request.topics.size());
  CHECK(elsewhere.topics[0].error_code == ErrorCode::kInvalidRequest);
  CHECK(elsewhere.topics[0].partitions.empty());
  request.topics.clear();
  CHECK(f.Ask<DescribeTopicPartitionsResponse>(request).topics.at(0).name == "b");
  request.cursor.reset();
  request.response_partition_limit = 0;
  CHECK(f.Ask<DescribeTopicPartitionsResponse>(request).topics.size() == 1);
}

TEST_CASE("every group's coordinator is here; transactions have none") {
  BrokerFixture f;
  FindCoordinatorRequest request;
  request.key = "group";
  request.coordinator_keys = {"group", "other"};
  int versions = 0;
  for (int16_t version = 0; version <= 6; ++version, ++versions) {
    FindCoordinatorRequest asked = request;
    if (version >= 4) asked.key.clear();
    if (version < 4) asked.coordinator_keys.clear();
    const auto answer = f.Ask<FindCoordinatorResponse>(asked, version);
    if (version < 4) {
      CHECK(answer.error_code == ErrorCode::kNone);
      CHECK(answer.host == "broker.example");
      CHECK(answer.port == 29092);
      CHECK(answer.node_id == 1);
    } else {
      REQUIRE(answer.coordinators.size() == 2);
      CHECK(answer.coordinators[1].key == "other");
      CHECK(answer.coordinators[1].host == "broker.example");
      CHECK(answer.coordinators[1].error_code == ErrorCode::kNone);
    }
    if (version == 0) continue;
    asked.key_type = 1;
    const auto refused = f.Ask<FindCoordinatorResponse>(asked, version);
    const bool many = version >= 4;
    const ErrorCode code = many ? refused.coordinators.at(0).error_code : refused.error_code;
    CHECK(code == ErrorCode::kTransactionalIdAuthorizationFailed);
    CHECK((many ? refused.coordinators.at(0).error_message : refused.error_message) ==
          "transactions are not supported");
    asked.key_type = 2;
    const auto unknown = f.Ask<FindCoordinatorResponse>(asked, version);
    CHECK((many ? unknown.coordinators.at(0).error_code : unknown.error_code) ==
          ErrorCode::kInvalidRequest);
  }
  CHECK(versions == 7);
}

}  // namespace gamevents::broker
