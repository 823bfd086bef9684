// Goal: a client whose topic is deleted while it reads can be closed.
// Method: librdkafka's mock brokers, whose topic is gone between a partition's stop and the end of
// its client.
#include "core/kafka/partition_fetch.h"

#include "core/kafka/configuration.h"
#include "core/kafka/message.h"
#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"

#include <future>
#include <optional>
#include <thread>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A client of an empty topic, and what it fetches into.
struct FetchFixture {
  FetchFixture() {
    cluster.CreateTopic("events", 1);
    auto opened =
        OpenHandle(RD_KAFKA_CONSUMER, cluster.client(), DirectReading(), {}, connection_errors);
    REQUIRE(opened.ok());
    handle = std::move(*opened);
    topic.reset(rd_kafka_topic_new(handle.get(), "events", nullptr));
    queue.reset(rd_kafka_queue_new(handle.get()));
  }

  Result<PartitionFetch> Start() {
    return PartitionFetch::Start(handle.get(), topic.get(), 0, 0, queue.get());
  }

  MockCluster cluster;
  ConnectionErrors connection_errors{"mock"};
  Handle handle;
  TopicHandle topic;
  Queue queue;
};

// Asks for the topic, so that the client learns that it is gone.
void LookAt(rd_kafka_t* handle, rd_kafka_topic_t* topic) {
  const rd_kafka_metadata_t* answer = nullptr;
  REQUIRE(rd_kafka_metadata(handle, 0, topic, &answer, 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_metadata_destroy(answer);
}

// How long the brokers' answers are under way.
constexpr milliseconds kAnswerTime{300};

}  // namespace

TEST_CASE("a client ends though its topic was deleted after a partition of it was stopped") {
  FetchFixture fixture;
  // Looked at first, so that the fetch is under way at once.
  LookAt(fixture.handle.get(), fixture.topic.get());
  rd_kafka_mock_broker_set_rtt(fixture.cluster.get(), 1, kAnswerTime.count());
  {
    auto fetch = fixture.Start();
    REQUIRE(fetch.ok());
    std::this_thread::sleep_for(kAnswerTime / 3);
  }
  std::this_thread::sleep_for(kAnswerTime * 2);
  rd_kafka_mock_topic_set_error(fixture.cluster.get(), "events",
                                RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  LookAt(fixture.handle.get(), fixture.topic.get());

  fixture.queue.reset();
  fixture.topic.reset();
  std::promise<void> ended;
  std::thread ending([&] {
    fixture.handle.reset();
    ended.set_value();
  });
  const bool in_time = ended.get_future().wait_for(seconds(20)) == std::future_status::ready;
  if (!in_time) std::terminate();  // The thread would hold up everything else.
  ending.join();
}

TEST_CASE("what is fetched comes into the queue, and nothing of a fetch that has ended") {
  FetchFixture fixture;
  for (int turn = 0; turn < 3; ++turn) {
    INFO(turn);
    {
      auto fetch = fixture.Start();
      REQUIRE(fetch.ok());
      const Message end(rd_kafka_consume_queue(fixture.queue.get(), 10'000));
      REQUIRE(end);
      CHECK(end->err == RD_KAFKA_RESP_ERR__PARTITION_EOF);
      CHECK(end->offset == 0);
    }
    const Message none(rd_kafka_consume_queue(fixture.queue.get(), 300));
    CHECK_FALSE(none);
  }
}

}  // namespace gamevents::kafka
