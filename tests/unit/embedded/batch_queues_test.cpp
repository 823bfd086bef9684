// Goal: records come into the batch of their partition, in the order in which they were sent.
// Method: queues over the logs of a simulated disk; the time is given.
#include "core/embedded/batch_queues.h"

#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <chrono>
#include <memory>
#include <set>
#include <string>

namespace gamevents::embedded {
namespace {

constexpr OpenBatch::Clock::time_point kBegin{};

struct QueuesFixture {
  log::SimulatedDisk disk;
  std::unique_ptr<log::LogManager> logs;
  std::unique_ptr<BatchQueues> queues;

  QueuesFixture() {
    log::LogManager::Options options;
    options.directory = "/data";
    options.files = &disk;
    logs = log::MustOpen(options);
    REQUIRE(logs->CreateTopic("t", 2).ok());
    REQUIRE(logs->SetConfigs("t", {{"max.message.bytes", "2000"}}).ok());
    queues = std::make_unique<BatchQueues>(*logs, 1'000'000, log::Codec::kNone);
  }
  BatchQueues::BatchPtr Put(const std::string& value, int32_t partition,
                            OpenBatch::Clock::time_point now = kBegin) {
    kafka::OutgoingRecord record;
    record.topic = "t";
    record.value = value;
    auto batch = queues->BatchFor(record, partition, 2, now);
    batch->Add(record, TimestampMs(kTestNow), nullptr, 0);
    return batch;
  }
};

kafka::OutgoingRecord Unkeyed() {
  kafka::OutgoingRecord record;
  record.topic = "t";
  return record;
}

}  // namespace

TEST_CASE("a partition's records share a batch until it is taken, and then begin the next") {
  QueuesFixture f;
  CHECK_FALSE(f.queues->HasBatches());
  const auto first = f.Put("a", 0);
  const auto other = f.Put("b", 1);
  CHECK(f.Put("c", 0) == first);
  CHECK(first->records.count() == 2);
  REQUIRE(f.queues->Take() == std::vector<BatchQueues::BatchPtr>{first, other});
  CHECK_FALSE(f.queues->HasBatches());
  CHECK(f.Put("d", 0) != first);
}

TEST_CASE("the partitions of a topic are known while its records gather") {
  QueuesFixture f;
  CHECK_FALSE(f.queues->PartitionsOf("t"));
  (void)f.queues->ChoosePartition(Unkeyed(), 2);  // which begins no batch
  CHECK_FALSE(f.queues->PartitionsOf("t"));
  f.Put("a", 0);
  CHECK(f.queues->PartitionsOf("t") == 2);
  (void)f.queues->Take();
  CHECK_FALSE(f.queues->PartitionsOf("t"));
}

TEST_CASE("the memory of a batch that is stored is the next one's, where it is little") {
  QueuesFixture f;
  const auto given = [&f](size_t bytes) {
    std::vector<std::byte> room(bytes);
    const std::byte* const at = room.data();
    f.queues->GiveRoom(std::move(room));
    const auto batch = f.Put("a", 0);
    const auto built = batch->records.Finish().value();
    (void)f.queues->Take();
    CHECK(log::ReadBatchHeader(built).record_count == 1);
    return built.data() == at;
  };
  CHECK(given(4096));
  CHECK(given(500'000));
  CHECK_FALSE(given(2'000'000));
}

TEST_CASE("a batch is no larger than its topic takes, and its records are of one age") {
  QueuesFixture f;
  const auto first = f.Put(std::string(1'500, 'x'), 0);
  CHECK(first->bytes_max == 2'000);
  const auto second = f.Put(std::string(1'500, 'y'), 0);
  CHECK(second != first);
  CHECK(f.Put("soon", 0, kBegin + std::chrono::milliseconds(900)) == second);
  const auto third = f.Put("late", 0, kBegin + std::chrono::milliseconds(1'100));
  CHECK(third != second);
  CHECK(f.queues->Take() == std::vector<BatchQueues::BatchPtr>{first, second, third});
}

TEST_CASE("nothing joins a batch that was reported while it waited") {
  QueuesFixture f;
  const auto first = f.Put("overdue", 0);
  first->reported = true;
  CHECK(f.Put("next", 0) != first);
}

TEST_CASE("without a key a partition is drawn anew for each batch; with one it is the key's") {
  QueuesFixture f;
  kafka::OutgoingRecord named = Unkeyed();
  named.partition = 1;
  CHECK(f.queues->ChoosePartition(named, 2) == 1);
  kafka::OutgoingRecord keyed = Unkeyed();
  keyed.key = "21";
  CHECK(f.queues->ChoosePartition(keyed, 100) == (-973932308 & 0x7fffffff) % 100);
  std::set<int32_t> drawn;
  for (int i = 0; i < 100; ++i) {
    const int32_t partition = f.queues->ChoosePartition(Unkeyed(), 8);
    REQUIRE(partition >= 0);
    REQUIRE(partition < 8);
    CHECK(f.queues->ChoosePartition(Unkeyed(), 8) == partition);
    drawn.insert(partition);
    f.queues->Take();
  }
  CHECK(drawn.size() > 1);
}

}  // namespace gamevents::embedded
