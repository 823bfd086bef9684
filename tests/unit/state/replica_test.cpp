// Goal: a replica goes on exactly where it was, and notices when the log is another one.
// Method: records given by hand, and librdkafka's mock brokers for the way to a topic's end.

#include "core/state/replica.h"

#include "core/kafka/producer.h"
#include "core/state/views.h"
#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"
#include "tests/unit/state/events.h"

namespace gamevents::state {
namespace {

const Made kBread = Event("u", "purchase_bread", {{"user", "u"}});
const Made kRope = Event("u", "purchase_rope", {{"user", "u"}});

TEST_CASE("a record counts once, and the last one is known again") {
  Replica replica;
  Fold fold;
  CHECK(replica.Starts().empty());
  REQUIRE(replica.Take(RecordOf(kBread, 4), fold));
  REQUIRE(replica.Take(RecordOf(kBread, 4), fold));
  REQUIRE(replica.Take(RecordOf(kRope, 3), fold));  // Passed before: not known any more.
  CHECK(replica.state.Find("u")->stacks.at(0).quantity == 1);
  CHECK(replica.Starts() == std::map<int32_t, int64_t>{{0, 4}});
  const Status other = replica.Take(RecordOf(kRope, 4), fold);
  REQUIRE_FALSE(other);
  CHECK(other.error().fault == Fault::kCorrupt);
}

TEST_CASE("records that are taken together are taken as each alone") {
  const Made other = Event("v", "purchase_rope", {{"user", "v"}});
  const std::vector<kafka::RecordView> records = {
      RecordOf(kBread, 0, 0), RecordOf(kRope, 1, 0), RecordOf(other, 0, 1),  RecordOf(kBread, 2, 0),
      RecordOf(kBread, 2, 0), RecordOf(kRope, 3, 0), RecordOf(kBread, 1, 0), RecordOf(other, 1, 1)};
  Replica together;
  Replica alone;
  Fold fold;
  REQUIRE(together.Take(records, fold));
  for (const kafka::RecordView& record : records) REQUIRE(alone.Take(record, fold));
  CHECK(Differences(together.state, alone.state, 5).empty());
  CHECK(together.state.counts.done == 6);
  REQUIRE(together.positions.size() == 2);
  for (const auto& [partition, position] : alone.positions) {
    const Position& same = together.positions.at(partition);
    CHECK(same.next == position.next);
    CHECK(same.last_offset == position.last_offset);
    CHECK(same.last_crc == position.last_crc);
  }
  // What was folded before the record that is another is known again.
  const std::vector<kafka::RecordView> wrong = {RecordOf(other, 2, 1), RecordOf(kRope, 2, 1)};
  CHECK_FALSE(together.Take(wrong, fold));
  CHECK(together.Take(RecordOf(other, 2, 1), fold));
}

TEST_CASE("a topic that is too short, or has lost its start, is noticed") {
  Replica replica;
  Fold fold;
  REQUIRE(replica.Take(RecordOf(kBread, 9), fold));
  const std::vector<kafka::PartitionRange> same = {{0, 9, 12, 12}};
  CHECK(replica.CheckRanges(same));
  CHECK(replica.Gaps(same).empty());
  const std::vector<kafka::PartitionRange> shorter = {{0, 9, 9, 9}};
  CHECK_FALSE(replica.CheckRanges(shorter));
  const std::vector<kafka::PartitionRange> other = {{1, 0, 20, 20}};
  CHECK_FALSE(replica.CheckRanges(other));
  const std::vector<kafka::PartitionRange> later = {{0, 15, 20, 20}, {1, 2, 3, 3}};
  CHECK(replica.CheckRanges(later));
  CHECK(replica.Gaps(later) ==
        std::vector<std::string>{
            "partition 0: the records of offsets 10 to 14 were deleted before they could be "
            "folded (retention)",
            "partition 1: the records of offsets 0 to 1 were deleted before they could be folded "
            "(retention)"});
}

TEST_CASE("two states differ by what their users have, not by the order of their coming") {
  Replica a;
  Replica b;
  Fold fold;
  const Made other = Event("v", "purchase_rope", {{"user", "v"}});
  REQUIRE(a.Take(RecordOf(kBread, 0, 0), fold));
  REQUIRE(a.Take(RecordOf(other, 0, 1), fold));
  REQUIRE(b.Take(RecordOf(other, 0, 1), fold));
  REQUIRE(b.Take(RecordOf(kBread, 0, 0), fold));
  CHECK(Differences(a.state, b.state, 5).empty());
  REQUIRE(b.Take(RecordOf(kRope, 1, 0), fold));
  REQUIRE(b.Take(RecordOf(Event("w", "purchase_rope", {{"user", "w"}}), 1, 1), fold));
  const auto found = Differences(a.state, b.state, 5);
  REQUIRE(found.size() == 2);
  CHECK(found[0].starts_with("user u: "));
  CHECK(found[1].starts_with("user w: not there is not"));
  CHECK(Differences(a.state, b.state, 1).size() == 1);
}

TEST_CASE("a topic is folded to its end, and on from there") {
  kafka::MockCluster cluster;
  cluster.CreateTopic("events", 2);
  const auto producer = kafka::ProducerTo(cluster);
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string user = "user" + std::to_string(i % 5);
      kafka::OutgoingRecord record;
      record.topic = "events";
      record.key = user;
      record.value = Event(user, "purchase_bread", {{"user", user}}).json;
      REQUIRE(producer->Send(std::move(record), [](Result<kafka::Delivery>) {}));
    }
    REQUIRE(producer->Flush(std::chrono::seconds(10)));
  };
  send(20);
  Replica replica;
  auto folded = FoldToEnd(cluster.client(), "events", replica);
  REQUIRE(folded);
  CHECK(folded->records == 20);
  CHECK(folded->gaps.empty());
  send(5);
  REQUIRE(FoldToEnd(cluster.client(), "events", replica));
  CHECK(replica.state.counts.done == 25);
  for (const User& user : replica.state.users()) CHECK(user.stacks.at(0).quantity == 5);
  const auto missing = FoldToEnd(cluster.client(std::chrono::milliseconds(500)), "none", replica);
  REQUIRE_FALSE(missing);
}

}  // namespace
}  // namespace gamevents::state
