// Goal: whoever reads through core/kafka's Reader sees the same on every way there is to a broker.
// Method: each sentence of the Reader's contract on each of ways.h; records are written by
// librdkafka.
#include "core/kafka/reader.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/ways.h"

#include <future>
#include <map>
#include <thread>

namespace gamevents::embedded {
namespace {

using kafka::PartitionRange;
using kafka::Reader;
using kafka::ReaderOptions;
using kafka::RecordView;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Kind = kafka::Position::Kind;

constexpr milliseconds kShortWait{100};
constexpr std::chrono::seconds kReadWait{30};

ReaderOptions OptionsOn(const Way& way, const std::string& topic) {
  ReaderOptions options;
  options.client = way.client();
  options.topic = topic;
  return options;
}

std::unique_ptr<Reader> MustOpen(Way& way, const ReaderOptions& options) {
  auto reader = way.OpenReader(options);
  if (!reader) FAIL(reader.error().context);
  return std::move(*reader);
}

// The offsets that are read of each partition to the end, in the order in which they came.
using Offsets = std::map<int32_t, std::vector<int64_t>>;

Offsets ReadOffsets(Reader& reader) {
  Offsets offsets;
  const auto deadline = steady_clock::now() + kReadWait;
  while (!reader.Finished()) {
    const auto records = reader.Next(kShortWait);
    if (!records) FAIL(records.error().context);
    for (const RecordView& record : *records) offsets[record.partition].push_back(record.offset);
    REQUIRE(steady_clock::now() < deadline);
  }
  return offsets;
}

// At least `count` values that a follower is given, or the error that it ended with.
Result<std::vector<std::string>> Follow(Reader& reader, size_t count) {
  std::vector<std::string> values;
  const auto deadline = steady_clock::now() + kReadWait;
  while (values.size() < count) {
    const auto records = reader.Next(kShortWait);
    if (!records) return Error(records.error());
    for (const RecordView& record : *records) values.emplace_back(record.value.value_or("null"));
    if (steady_clock::now() > deadline) return Error{Fault::kUnavailable, "the test gave up"};
  }
  return values;
}

std::vector<int64_t> Counting(int64_t from, int64_t to) {
  std::vector<int64_t> numbers;
  for (int64_t i = from; i < to; ++i) numbers.push_back(i);
  return numbers;
}

// A time that every topic takes and keeps.
int64_t Yesterday() {
  const auto ago = std::chrono::system_clock::now() - std::chrono::hours(24);
  return std::chrono::duration_cast<milliseconds>(ago.time_since_epoch()).count();
}

kafka::OutgoingRecord RecordFor(const std::string& topic, std::optional<std::string> key,
                                std::optional<std::string> value) {
  kafka::OutgoingRecord record;
  record.topic = topic;
  record.partition = 0;
  record.key = std::move(key);
  record.value = std::move(value);
  return record;
}

}  // namespace

TEST_CASE("ranges are found as the options say, and nothing is read for it",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 2);
    Writer(way.client()).Fill(topic, 0, 10);
    const auto range = [&](const ReaderOptions& options) {
      const auto found = way.FindRanges(options);
      if (!found) FAIL(found.error().context);
      REQUIRE(found->size() == 2);
      CHECK((*found)[0].high_watermark == 10);
      CHECK((*found)[1].begin == (*found)[1].end);
      return std::pair((*found)[0].begin, (*found)[0].end);
    };
    ReaderOptions options = OptionsOn(way, topic);
    CHECK(range(options) == std::pair<int64_t, int64_t>(0, 10));
    options.range = {{Kind::kFromEnd, 3}, {Kind::kFromEnd, 1}};
    CHECK(range(options) == std::pair<int64_t, int64_t>(7, 9));
    options.range = {{Kind::kEnd, 0}, {Kind::kEnd, 0}};
    CHECK(range(options) == std::pair<int64_t, int64_t>(10, 10));
    options.range = {};
    options.starts = {{0, 4}};
    options.ends = {{0, 6}};
    CHECK(range(options) == std::pair<int64_t, int64_t>(4, 6));
    options.ends = {{0, 100}};
    CHECK(range(options) == std::pair<int64_t, int64_t>(4, 10));
  });
}

TEST_CASE("a time is looked up among the records", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer writer(way.client());
    const int64_t hour = 3'600'000;
    const int64_t start = Yesterday();
    for (int i = 0; i < 6; ++i) {
      kafka::OutgoingRecord record = RecordFor(topic, {}, "x");
      record.timestamp = TimestampMs(start + i * hour);
      writer.Send(std::move(record));
    }
    writer.Flush();
    ReaderOptions options = OptionsOn(way, topic);
    options.range = {{Kind::kTime, start + 1}, {Kind::kTime, start + 3 * hour}};
    const auto found = way.FindRanges(options);
    REQUIRE(found.ok());
    CHECK(found->front().begin == 1);
    CHECK(found->front().end == 3);
    options.range.from.number = start + 100 * hour;
    options.range.to = {Kind::kEnd, 0};
    const auto beyond = way.FindRanges(options);
    REQUIRE(beyond.ok());
    CHECK(beyond->front().begin == 6);
  });
}

TEST_CASE("what is not there cannot be read", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer(way.client()).Fill(topic, 0, 3);
    const auto failure = [&](const ReaderOptions& options) {
      auto reader = way.OpenReader(options);
      REQUIRE_FALSE(reader.ok());
      return std::string(FaultName(reader.error().fault)) + ": " + reader.error().context;
    };
    ReaderOptions options = OptionsOn(way, topic + "-not");
    CHECK(failure(options) == "not found: there is no topic " + topic + "-not");
    options.topic = "not a name";
    CHECK(failure(options) == "bad input: topic not a name: invalid topic");
    options.topic = topic;
    options.partitions = {0, 4};
    CHECK(failure(options) ==
          "not found: topic " + topic + ": there is no partition 4, only 0 to 0");
    options.partitions = {};
    options.range.from = {Kind::kOffset, 4};
    CHECK(failure(options) == "bad input: topic " + topic +
                                  " [0]: there is no offset 4: offsets 0 to 3 can be asked for "
                                  "(the last is the end)");
    options.range.from = {};
    options.client.properties = {{"auto.offset.reset", "latest"}};
    CHECK(failure(options) ==
          "bad input: kafka property auto.offset.reset=latest cannot be set: "
          "records that are gone are reported, not jumped over");
    options.client.properties = {{"no.such.property", "1"}};
    CHECK(failure(options).starts_with("bad input: kafka property no.such.property: "));
  });
}

TEST_CASE("a record comes with all that it has", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer writer(way.client());
    kafka::OutgoingRecord full = RecordFor(topic, "key", "value");
    full.headers = {{"name", "value"}, {"null", std::nullopt}, {"name", ""}};
    const int64_t time = Yesterday();
    full.timestamp = TimestampMs(time);
    writer.Send(std::move(full));
    writer.Send(RecordFor(topic, std::nullopt, std::nullopt));
    writer.Send(RecordFor(topic, "", ""));
    writer.Flush();
    for (const bool headers : {true, false}) {
      ReaderOptions options = OptionsOn(way, topic);
      options.headers = headers;
      const auto reader = MustOpen(way, options);
      size_t count = 0;
      while (!reader->Finished()) {
        const auto records = reader->Next(kShortWait);
        REQUIRE(records.ok());
        for (const RecordView& record : *records) {
          CHECK(record.topic == topic);
          CHECK(record.partition == 0);
          CHECK(record.timestamp_type == kafka::TimestampType::kCreateTime);
          switch (count++) {
            case 0:
              CHECK(record.timestamp.value == time);
              CHECK(record.key == "key");
              CHECK(record.value == "value");
              REQUIRE(record.headers.size() == (headers ? 3 : 0));
              if (!headers) break;
              CHECK(record.headers[0].name == "name");
              CHECK(record.headers[0].value == "value");
              CHECK(record.headers[1].name == "null");
              CHECK_FALSE(record.headers[1].value.has_value());
              CHECK(record.headers[2].name == "name");
              CHECK(record.headers[2].value == "");
              break;
            case 1:
              CHECK_FALSE(record.key.has_value());
              CHECK_FALSE(record.value.has_value());
              CHECK(record.headers.empty());
              break;
            default:
              CHECK(record.key == "");
              CHECK(record.value == "");
          }
        }
      }
      CHECK(count == 3);
    }
  });
}

TEST_CASE("batches are read whatever packs them, and from their middle", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    for (const char* codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
      INFO(codec);
      const std::string topic = MakeTopic(way);
      Writer(way.client(), {{"compression.type", codec}}).Fill(topic, 0, 500);
      CHECK(ReadOffsets(*MustOpen(way, OptionsOn(way, topic))) == Offsets{{0, Counting(0, 500)}});
      ReaderOptions part = OptionsOn(way, topic);
      part.range = {{Kind::kOffset, 123}, {Kind::kOffset, 321}};
      CHECK(ReadOffsets(*MustOpen(way, part)) == Offsets{{0, Counting(123, 321)}});
    }
  });
}

TEST_CASE("partitions end one by one, each told once, the empty ones too",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 4);
    Writer writer(way.client());
    for (const int32_t partition : {0, 1, 3}) writer.Fill(topic, partition, 100 * (partition + 1));
    ReaderOptions options = OptionsOn(way, topic);
    options.partitions = {3, 2, 1};
    const auto reader = MustOpen(way, options);
    REQUIRE(reader->ranges().size() == 3);
    CHECK(ReadOffsets(*reader) == Offsets{{1, Counting(0, 200)}, {3, Counting(0, 400)}});
    std::map<int32_t, int64_t> ends;
    for (const PartitionRange& range : reader->TakeFinished()) {
      CHECK(ends.emplace(range.partition, range.end).second);
    }
    CHECK(ends == std::map<int32_t, int64_t>{{1, 200}, {2, 0}, {3, 400}});
    CHECK(reader->TakeFinished().empty());
    const auto more = reader->Next(milliseconds(0));
    REQUIRE(more.ok());
    CHECK(more->empty());
  });
}

TEST_CASE("no more is given at a time than was asked for, and what is written later is not read",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer writer(way.client());
    writer.Fill(topic, 0, 20);
    const auto reader = MustOpen(way, OptionsOn(way, topic));
    writer.Fill(topic, 0, 5);
    reader->LimitBatch(3);
    std::vector<int64_t> offsets;
    while (!reader->Finished()) {
      const auto records = reader->Next(kShortWait);
      REQUIRE(records.ok());
      CHECK(records->size() <= 3);
      for (const RecordView& record : *records) offsets.push_back(record.offset);
    }
    CHECK(offsets == Counting(0, 20));
  });
}

TEST_CASE("a follower goes on with what arrives", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 2);
    Writer writer(way.client());
    writer.Fill(topic, 0, 2);
    ReaderOptions options = OptionsOn(way, topic);
    options.follow = true;
    options.range.to = {Kind::kOffset, 1};  // which does not count
    const auto reader = MustOpen(way, options);
    auto values = Follow(*reader, 2);
    REQUIRE(values.ok());
    CHECK(*values == std::vector<std::string>{"0", "1"});
    const auto none = reader->Next(milliseconds(20));
    REQUIRE(none.ok());
    CHECK(none->empty());
    writer.Fill(topic, 1, 3);
    values = Follow(*reader, 3);
    REQUIRE(values.ok());
    CHECK(*values == std::vector<std::string>{"0", "1", "2"});
    CHECK_FALSE(reader->Finished());
    CHECK(reader->TakeFinished().empty());
  });
}

TEST_CASE("how far a follower is behind is known", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 2);
    Writer writer(way.client());
    writer.Fill(topic, 0, 3);
    writer.Fill(topic, 1, 2);
    ReaderOptions options = OptionsOn(way, topic);
    options.follow = true;
    const auto reader = MustOpen(way, options);
    CHECK(reader->Behind() == 5);
    reader->LimitBatch(1);
    REQUIRE(Follow(*reader, 1).ok());
    CHECK(reader->Behind() == 4);
    REQUIRE(Follow(*reader, 4).ok());
    CHECK(reader->Behind() == 0);
    writer.Fill(topic, 1, 1);
    REQUIRE(Follow(*reader, 1).ok());
    CHECK(reader->Behind() == 0);
  });
}

TEST_CASE("one Next that waits is given what arrives meanwhile", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    ReaderOptions options = OptionsOn(way, topic);
    options.follow = true;
    const auto reader = MustOpen(way, options);
    auto writing = std::async(std::launch::async, [&] { Writer(way.client()).Fill(topic, 0, 1); });
    const auto records = reader->Next(kReadWait);
    writing.get();
    REQUIRE(records.ok());
    REQUIRE(records->size() == 1);
    CHECK(records->front().value == "0");
  });
}

TEST_CASE("a group is read on where it was committed", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 2);
    Writer writer(way.client());
    writer.Fill(topic, 0, 10);
    ReaderOptions options = OptionsOn(way, topic);
    options.group = topic + "-group";
    {
      const auto reader = MustOpen(way, options);
      reader->LimitBatch(4);
      const auto records = reader->Next(kReadWait);
      REQUIRE(records.ok());
      REQUIRE_FALSE(records->empty());
      const auto committed = reader->Commit();
      if (!committed) FAIL(committed.error().context);
      const auto again = way.FindRanges(options);
      REQUIRE(again.ok());
      CHECK(again->front().begin == static_cast<int64_t>(records->size()));
    }
    const auto rest = MustOpen(way, options);
    ReadOffsets(*rest);
    REQUIRE(rest->Commit().ok());
    const auto done = way.FindRanges(options);
    REQUIRE(done.ok());
    CHECK(done->front().begin == 10);
    // Without a group there is nothing to commit.
    options.group.reset();
    CHECK(MustOpen(way, options)->Commit().ok());
  });
}

TEST_CASE("what a group with members of its own has is not committed over",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer(way.client()).Fill(topic, 0, 3);
    ReaderOptions options = OptionsOn(way, topic);
    options.group = topic + "-group";
    const GroupMember member(way.client(), *options.group, topic);
    const auto reader = MustOpen(way, options);
    ReadOffsets(*reader);
    const auto committed = reader->Commit();
    REQUIRE_FALSE(committed.ok());
    CHECK(committed.error().fault == Fault::kBadInput);
    CHECK(committed.error().context == "commit to group " + *options.group + ": unknown member");
  });
}

TEST_CASE("deleted records are left out", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer(way.client()).Fill(topic, 0, 10);
    DeleteRecords(way.client(), topic, 4);
    ReaderOptions options = OptionsOn(way, topic);
    CHECK(ReadOffsets(*MustOpen(way, options)) == Offsets{{0, Counting(4, 10)}});
    options.starts = {{0, 1}};
    CHECK(ReadOffsets(*MustOpen(way, options)) == Offsets{{0, Counting(4, 10)}});
  });
}

TEST_CASE("a topic is known again by a landmark", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer writer(way.client());
    writer.Fill(topic, 0, 3);
    ReaderOptions options = OptionsOn(way, topic);
    kafka::Landmark landmark;
    const auto first = MustOpen(way, options);
    while (!first->Finished()) {
      const auto records = first->Next(kShortWait);
      REQUIRE(records.ok());
      for (const auto& [partition, found] : LandmarksOf(*records)) landmark = found;
    }
    REQUIRE(landmark.offset == 2);
    options.follow = true;
    options.starts = {{0, 3}};
    options.landmarks = {{0, landmark}};
    {
      const auto reader = MustOpen(way, options);
      writer.Fill(topic, 0, 1);
      REQUIRE(Follow(*reader, 1).ok());
    }
    options.landmarks = {{0, {2, landmark.crc + 1}}};
    const auto other = way.OpenReader(options);
    REQUIRE_FALSE(other.ok());
    CHECK(other.error().fault == Fault::kCorrupt);
    CHECK(other.error().context ==
          "topic " + topic +
              " [0]: it is another topic now, which was made after the one that was read was "
              "deleted: it has another record at offset 2");
    // One that does not follow does not look.
    options.follow = false;
    CHECK(way.OpenReader(options).ok());
  });
}

TEST_CASE("a follower is told that its topic was deleted, and stays told",
          "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way);
    Writer(way.client()).Fill(topic, 0, 2);
    ReaderOptions options = OptionsOn(way, topic);
    options.follow = true;
    const auto reader = MustOpen(way, options);
    REQUIRE(Follow(*reader, 2).ok());
    DeleteTopic(way.client(), topic);
    for (int i = 0; i < 2; ++i) {
      const auto ended = Follow(*reader, 1);
      REQUIRE_FALSE(ended.ok());
      CHECK(ended.error().fault == Fault::kNotFound);
      CHECK(ended.error().context.find("deleted while it was read") != std::string::npos);
    }
  });
}

}  // namespace gamevents::embedded
