// Goal: what only the reader over logs of this process can meet: a broker that stops, segments that
// are damaged, cut or changed under it, batches of any size. Method: a broker without a listener;
// records are appended to its logs, and segment files written over.
#include "core/embedded/in_process_reader.h"

#include "core/base/bytes.h"
#include "core/embedded/in_process_reader_batches.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"

#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <thread>

namespace gamevents::embedded {
namespace {

using kafka::Reader;
using kafka::ReaderOptions;
using kafka::RecordView;
using std::chrono::milliseconds;
using Kind = kafka::Position::Kind;

constexpr milliseconds kLongWait{30'000};
constexpr milliseconds kNoWait{0};

// A broker of this process with the topic "events".
class Scene {
 public:
  explicit Scene(int32_t partitions = 1, const log::TopicConfigs& configs = {}) {
    log::LogManager::Options options;
    options.directory = folder_.path();
    logs = log::MustOpen(options);
    auto made = broker::Broker::Open({}, *logs);
    if (!made) FAIL(made.error().context);
    broker = std::move(*made);
    MakeTopic(partitions, configs);
  }
  ~Scene() { broker->BeginStop(); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void MakeTopic(int32_t partitions, const log::TopicConfigs& configs = {}) {
    const auto made = logs->CreateTopic("events", partitions, configs);
    if (!made) FAIL(made.error().context);
  }

  /// Appends a batch to a partition and waits until it can be read.
  void Append(const std::vector<std::byte>& batch, int32_t partition = 0) {
    log::Log& log = *logs->Partition("events", partition);
    REQUIRE(log.WaitCommitted(log::MustAppend(log, batch).next_offset).ok());
  }
  void AppendValues(const std::vector<std::string>& values, int32_t partition = 0) {
    Append(log::MakeBatch(values), partition);
  }

  /// Writes over the first segment of partition 0.
  void Overwrite(size_t position, std::span<const std::byte> bytes) {
    std::fstream file(folder_.path() + "/events-0/00000000000000000000.log",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(position));
    file.write(AsText(bytes).data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(file.good());
  }

  std::unique_ptr<Reader> Open(ReaderOptions options = {}) {
    options.topic = "events";
    auto opened = OpenReader(*broker, options);
    if (!opened) FAIL(opened.error().context);
    return std::move(*opened);
  }
  std::unique_ptr<Reader> Follow() {
    ReaderOptions options;
    options.follow = true;
    return Open(options);
  }

 private:
  const TempFolder folder_;

 public:
  std::unique_ptr<log::LogManager> logs;
  std::unique_ptr<broker::Broker> broker;
};

// The values up to the reader's end, or to its error, which then is in `ended`.
std::vector<std::string> Values(Reader& reader, std::optional<Error>* ended = nullptr) {
  std::vector<std::string> values;
  while (!reader.Finished()) {
    const auto records = reader.Next(kNoWait);
    if (!records) {
      if (ended == nullptr) FAIL(records.error().context);
      *ended = records.error();
      break;
    }
    for (const RecordView& record : *records) values.emplace_back(record.value.value_or("null"));
  }
  return values;
}

using Texts = std::vector<std::string>;

// A batch with a header of its own in place of the one that `change` is given.
std::vector<std::byte> WithHeader(std::vector<std::byte> batch,
                                  const std::function<void(log::BatchHeader&)>& change) {
  log::BatchHeader header = log::ReadBatchHeader(batch);
  change(header);
  const auto place = std::span(batch).first<log::kBatchHeaderSize>();
  log::WriteBatchHeader(header, place);
  header.crc = log::BatchCrc(batch);
  log::WriteBatchHeader(header, place);
  return batch;
}

// What the reader is asked for next ends it.
void CheckEnds(kafka::Reader& reader, Fault fault, const std::string& begin) {
  const auto ended = reader.Next(kNoWait);
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().fault == fault);
  CHECK(ended.error().context.starts_with(begin));
}

}  // namespace

TEST_CASE("a Next that waits ends when the broker begins to stop, and every later one too") {
  Scene scene;
  const auto reader = scene.Follow();
  auto waiting = std::async(std::launch::async, [&] { return reader->Next(kLongWait); });
  scene.broker->BeginStop();
  const auto ended = waiting.get();
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().fault == Fault::kClosed);
  CHECK(reader->Next(kLongWait).error().fault == Fault::kClosed);
  CHECK(scene.Open()->Next(kLongWait).error().fault == Fault::kClosed);
  ReaderOptions group;
  group.group = "readers";
  CHECK(scene.Open(group)->Commit().error().fault == Fault::kClosed);
}

TEST_CASE("logs that were closed are still read") {
  Scene scene;
  scene.AppendValues({"a", "b"});
  const auto reader = scene.Open();
  REQUIRE(scene.logs->Close().ok());
  CHECK(Values(*reader) == Texts{"a", "b"});
}

TEST_CASE("a follower that waits is told at once that its topic was deleted") {
  Scene scene;
  const auto reader = scene.Follow();
  auto waiting = std::async(std::launch::async, [&] { return reader->Next(kLongWait); });
  REQUIRE(scene.logs->DeleteTopic("events").ok());
  const auto ended = waiting.get();
  REQUIRE_FALSE(ended.ok());
  CHECK(ended.error().fault == Fault::kNotFound);
  CHECK(ended.error().context == "topic events: it was deleted while it was read");
  // What it was told stays, whatever comes under the name.
  scene.MakeTopic(1);
  CHECK(reader->Next(kNoWait).error().fault == Fault::kNotFound);
}

TEST_CASE("a topic that was made again is another one, by its id") {
  Scene scene;
  scene.AppendValues({"a"});
  const auto reader = scene.Follow();
  REQUIRE(reader->Next(kNoWait).ok());
  REQUIRE(scene.logs->DeleteTopic("events").ok());
  scene.MakeTopic(1);
  scene.AppendValues({"a", "b"});
  CheckEnds(*reader, Fault::kCorrupt, "topic events [0]: it is another topic now");
}

TEST_CASE("a range of a topic that is deleted ends in an error") {
  Scene scene;
  scene.AppendValues({"a"});
  const auto reader = scene.Open();
  REQUIRE(scene.logs->DeleteTopic("events").ok());
  CheckEnds(*reader, Fault::kNotFound,
            "topic events [0]: the topic was deleted while it was read: ");
}

TEST_CASE("records that are deleted under the reader are reported, not jumped over") {
  Scene scene;
  scene.AppendValues({"a"});
  scene.AppendValues({"b"});
  const auto reader = scene.Open();
  REQUIRE(scene.logs->DeleteRecords(*scene.logs->Partition("events", 0), log::Offset(2)).ok());
  CheckEnds(*reader, Fault::kNotFound,
            "topic events [0]: records from offset 0 on were deleted before they could be read");
}

TEST_CASE("a damaged batch ends the reading behind the records before it") {
  for (const log::Codec codec : {log::Codec::kNone, log::Codec::kLz4}) {
    Scene scene;
    const auto good = log::MakeBatch({"a", "b"});
    log::BatchBuilder::Options packed;
    packed.codec = codec;
    const auto bad = log::MakeBatch({"c", "d"}, kTestNow, packed);
    scene.Append(good);
    scene.Append(bad);
    const std::byte flipped = bad.back() ^ std::byte{1};
    scene.Overwrite(good.size() + bad.size() - 1, {&flipped, 1});
    std::optional<Error> ended;
    const auto reader = scene.Open();
    CHECK(Values(*reader, &ended) == Texts{"a", "b"});
    REQUIRE(ended);
    CHECK(ended->fault == Fault::kIo);
    CHECK(ended->context ==
          "topic events [0]: what is at offset 2 or behind it cannot be read: the batch does not "
          "match its checksum");
    CHECK(reader->Next(kNoWait).error().fault == Fault::kIo);
  }
}

TEST_CASE("a transaction's markers hold no record and keep nobody waiting") {
  Scene scene;
  const auto records = log::MakeBatch({"a", "b"});
  const auto markers = log::MakeBatch({"c"});
  scene.Append(records);
  scene.Append(markers);
  scene.AppendValues({"d"});
  scene.Append(markers);
  const auto marked = [&](int64_t offset) {
    return WithHeader(markers, [offset](log::BatchHeader& header) {
      header.base_offset = log::Offset(offset);
      header.attributes |= log::kControlBit;
    });
  };
  const size_t last = records.size() + markers.size() + log::MakeBatch({"d"}).size();
  scene.Overwrite(records.size(), marked(2));
  scene.Overwrite(last, marked(4));
  const auto reader = scene.Open();
  CHECK(Values(*reader) == Texts{"a", "b", "d"});
  CHECK(reader->TakeFinished().size() == 1);
}

TEST_CASE("offsets that compaction has emptied keep nobody waiting") {
  Scene scene;
  const auto whole = log::MakeBatch({"a", "b", "c"});
  // As large, of two records, so that the third offset has none.
  std::vector<std::byte> rest;
  for (std::string value = "b"; rest.size() < whole.size(); value += "b") {
    rest = log::MakeBatch({"a", value});
  }
  REQUIRE(rest.size() == whole.size());
  scene.Append(whole);
  scene.Append(whole);
  for (const int64_t offset : {0, 3}) {
    scene.Overwrite(offset == 0 ? 0 : whole.size(), WithHeader(rest, [&](log::BatchHeader& header) {
                      header.base_offset = log::Offset(offset);
                      header.last_offset_delta = 2;
                    }));
  }
  ReaderOptions options;
  options.group = "readers";
  const auto reader = scene.Open(options);
  CHECK(Values(*reader).size() == 4);
  REQUIRE(reader->Commit().ok());
  options.topic = "events";
  const auto ranges = FindRanges(*scene.broker, options);
  REQUIRE(ranges.ok());
  CHECK(ranges->front().begin == 6);
}

TEST_CASE("the partitions are read in turn") {
  Scene scene(2);
  const std::string large(200'000, 'x');
  for (int i = 0; i < 12; ++i) {
    for (const int32_t partition : {0, 1}) scene.AppendValues({large}, partition);
  }
  const auto reader = scene.Open();
  std::map<int32_t, int> counts;
  while (counts[0] < 12 && counts[1] < 12) {
    const auto records = reader->Next(kNoWait);
    REQUIRE(records.ok());
    for (const RecordView& record : *records) ++counts[record.partition];
  }
  CHECK(std::min(counts[0], counts[1]) >= 6);
  CHECK(Values(*reader).size() + static_cast<size_t>(counts[0] + counts[1]) == 24);
}

TEST_CASE("a batch is read whatever its size, packed and unpacked") {
  Scene scene(1, {{"max.message.bytes", "10000000"}});
  std::string noise(3 * BatchBuffer::kBytes, '\0');
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * i % 251);
  log::BatchBuilder::Options packed;
  packed.codec = log::Codec::kGzip;
  const std::string even(2 * BatchBuffer::kBytes, 'x');
  const auto small = log::MakeBatch({"1", "2", "3"}, kTestNow, packed);
  scene.Append(small);
  scene.AppendValues({noise, "behind"});
  scene.Append(small);
  scene.Append(log::MakeBatch({even, even, "end"}, kTestNow, packed));
  scene.Append(small);
  for (const size_t limit : {size_t{1}, size_t{1'000}}) {
    const auto reader = scene.Open();
    reader->LimitBatch(limit);
    CHECK(Values(*reader) ==
          Texts{"1", "2", "3", noise, "behind", "1", "2", "3", even, even, "end", "1", "2", "3"});
  }
}

TEST_CASE("a follower sees every record once, in order, while others are written") {
  constexpr int kBatches = 300;
  Scene scene(2);
  // Catch's macros are for one thread.
  std::thread writing([&scene] {
    for (int i = 0; i < kBatches; ++i) {
      log::Log& log = *scene.logs->Partition("events", i % 2);
      const auto outcome = log.Append(log::MakeBatch({std::to_string(i)}));
      INVARIANT(outcome.ok());
      INVARIANT(log.WaitCommitted(std::get<log::Appended>(*outcome).next_offset).ok());
    }
  });
  const auto reader = scene.Follow();
  std::map<int32_t, int64_t> next;
  int count = 0;
  while (count < kBatches) {
    const auto records = reader->Next(kLongWait);
    REQUIRE(records.ok());
    REQUIRE_FALSE(records->empty());
    for (const RecordView& record : *records) {
      REQUIRE(record.offset == next[record.partition]++);
      REQUIRE(record.value == std::to_string(2 * record.offset + record.partition));
      ++count;
    }
  }
  writing.join();
}

TEST_CASE("what is not committed yet is not read") {
  TempFolder folder;
  log::LogManager::Options options;
  options.directory = folder.path();
  options.commit.threads = 0;
  const auto logs = log::MustOpen(options);
  REQUIRE(logs->CreateTopic("events", 1).ok());
  auto broker = broker::Broker::Open({}, *logs);
  REQUIRE(broker.ok());
  ReaderOptions follow;
  follow.topic = "events";
  follow.follow = true;
  const auto reader = OpenReader(**broker, follow);
  REQUIRE(reader.ok());
  log::Log& log = *logs->Partition("events", 0);
  const auto appended = log::MustAppend(log, log::MakeBatch({"a"}));
  const auto early = (*reader)->Next(kNoWait);
  REQUIRE(early.ok());
  CHECK(early->empty());
  REQUIRE(log.WaitCommitted(appended.next_offset).ok());
  const auto records = (*reader)->Next(kLongWait);
  REQUIRE(records.ok());
  CHECK(records->size() == 1);
  (*broker)->BeginStop();
}

}  // namespace gamevents::embedded
