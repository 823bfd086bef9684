// Goal: a batch is built, read and checked as Kafka lays it out. Method: the worked example of
// docs/segment-format.md byte by byte, every codec there and back, damaged and hostile bytes.
#include "core/log/batch.h"

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/log/compression.h"
#include "core/log/index_file.h"
#include "core/log/log_options.h"
#include "tests/unit/log/log_fixture.h"

#include <algorithm>
#include <array>
#include <random>

namespace gamevents::log {
namespace {

std::string Hex(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    if (!text.empty()) text += ' ';
    text += kDigits[std::to_integer<int>(byte) >> 4];
    text += kDigits[std::to_integer<int>(byte) & 15];
  }
  return text;
}

constexpr Codec kCodecs[] = {Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd};

}  // namespace

TEST_CASE("the page's worked example is what is written") {
  BatchBuilder builder;
  builder.Add(TimestampMs(1'795'428'000'123), std::string_view("divya"), std::string_view("sword"));
  builder.Add(TimestampMs(1'795'428'000'125), std::nullopt, std::string_view("guild"));
  auto batch = builder.Finish().value();
  BatchHeader header = ReadBatchHeader(batch);
  header.base_offset = Offset(42);
  header.leader_epoch = LeaderEpoch(0);
  WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
  CHECK(header.crc == BatchCrc(batch));
  std::array<std::byte, kTimeEntrySize> entry;
  TimeEntry{TimestampMs(1'795'428'000'125), 1}.Encode(entry.data());

  std::string text = ReadFile(GAMEVENTS_SOURCE_DIR "/docs/segment-format.md", 1 << 20).value();
  CHECK(text.find("`" + Hex(entry) + "`") != std::string::npos);
  const size_t begin = text.find("```\n", text.find("## Worked example")) + 4;
  text = text.substr(begin, text.find("\n```", begin) - begin);
  std::replace(text.begin(), text.end(), '\n', ' ');
  CHECK(Hex(batch) == text);
}

TEST_CASE("the largest offset delta that a client can send is refused as any other wrong one") {
  auto batch = MakeBatch({"x"});
  BatchHeader header = ReadBatchHeader(batch);
  for (const int32_t delta : {INT32_MAX, INT32_MAX - 1, 1}) {
    header.last_offset_delta = delta;
    const auto room = std::span(batch).first<kBatchHeaderSize>();
    WriteBatchHeader(header, room);
    header.crc = BatchCrc(batch);
    WriteBatchHeader(header, room);
    const auto checked = CheckBatch(batch);
    REQUIRE(std::holds_alternative<Refused>(checked));
    CHECK(std::get<Refused>(checked).refusal == Refusal::kInvalidRecord);
  }
}

TEST_CASE("a header comes back as it was written") {
  BatchHeader header;
  header.base_offset = Offset(INT64_MAX - 9);
  header.length = 1234;
  header.leader_epoch = LeaderEpoch(7);
  header.crc = 0xFEDCBA98;
  header.attributes = kControlBit | kTransactionalBit | 4;
  header.last_offset_delta = 3;
  header.base_timestamp = TimestampMs(-5);
  header.max_timestamp = TimestampMs(kTestNow);
  header.producer_id = ProducerId(INT64_MAX);
  header.producer_epoch = INT16_MAX;
  header.base_sequence = INT32_MAX;
  header.record_count = 4;
  std::array<std::byte, kBatchHeaderSize> bytes;
  WriteBatchHeader(header, bytes);
  const BatchHeader back = ReadBatchHeader(bytes);
  CHECK(back.base_offset == header.base_offset);
  CHECK(back.size() == 1246);
  CHECK(back.crc == header.crc);
  CHECK(back.control());
  CHECK(back.codec() == Codec::kZstd);
  CHECK(back.producer_id == header.producer_id);
  CHECK(back.base_sequence == header.base_sequence);
  std::array<std::byte, kBatchHeaderSize> again;
  WriteBatchHeader(back, again);
  CHECK(bytes == again);
}

TEST_CASE("records of every codec come back with key, value, null and headers") {
  for (const Codec codec :
       {Codec::kNone, Codec::kGzip, Codec::kSnappy, Codec::kLz4, Codec::kZstd}) {
    BatchBuilder builder({.codec = codec});
    const std::array<RecordHeader, 2> headers{RecordHeader{"trace", AsBytes("1")},
                                              RecordHeader{"trace", std::nullopt}};
    builder.Add({TimestampMs(10), AsBytes("k"), std::nullopt, headers});
    builder.Add(TimestampMs(7), std::nullopt, std::string_view(""));
    const auto batch = builder.Finish().value();
    const auto checked = CheckBatch(batch);
    REQUIRE(std::holds_alternative<BatchHeader>(checked));
    const BatchHeader header = std::get<BatchHeader>(checked);
    CHECK(header.codec() == codec);
    CHECK(header.max_timestamp == TimestampMs(10));
    CHECK(CheckRecords(header, batch).value().min_timestamp == TimestampMs(7));
    std::vector<std::byte> scratch;
    RecordCursor cursor(header, UncompressedRecords(header, batch, scratch).value());
    const Record first = **cursor.Next();
    CHECK(AsText(*first.key) == "k");
    CHECK_FALSE(first.value.has_value());
    auto rest = first.headers;
    CHECK(TakeRecordHeader(rest).value().name == "trace");
    CHECK_FALSE(TakeRecordHeader(rest).value().value.has_value());
    CHECK_FALSE(TakeRecordHeader(rest).ok());
    const Record second = **cursor.Next();
    CHECK(second.offset == Offset(1));
    CHECK_FALSE(second.key.has_value());
    CHECK(second.value->empty());
    CHECK_FALSE(cursor.Next()->has_value());
  }
}

TEST_CASE("a length may take more bytes than it needs, up to five") {
  for (const size_t value : std::to_array<size_t>({0, 1, 63, 64, 8191, 8192, 100'000})) {
    const uint32_t length = ZigzagEncode32(static_cast<int32_t>(value));
    for (size_t bytes = VarintSize(length); bytes <= kVarint32BytesMax + 1; ++bytes) {
      std::vector<std::byte> record(4, std::byte{0});  // attributes, both deltas
      record.back() = std::byte{1};                    // no key
      for (size_t i = 0; i < bytes; ++i) {
        const uint64_t more = i + 1 < bytes ? 0x80 : 0;
        record.push_back(static_cast<std::byte>((uint64_t{length} >> (7 * i) & 0x7F) | more));
      }
      record.resize(record.size() + value + 1);  // no headers
      std::vector<std::byte> records(kVarint32BytesMax);
      records.resize(
          StoreVarint32(records.data(), ZigzagEncode32(static_cast<int32_t>(record.size()))));
      records.insert(records.end(), record.begin(), record.end());
      BatchHeader header;
      header.record_count = 1;
      RecordCursor cursor(header, records);
      Record read;
      const auto taken = cursor.Next(read);
      INFO(value << " in " << bytes);
      REQUIRE(taken.ok() == (bytes <= kVarint32BytesMax));
      if (taken.ok()) CHECK(read.value->size() == value);
    }
  }
}

TEST_CASE("records that are not what the header says are refused") {
  const auto batch = MakeBatch({"one", "two", "three"});
  BatchHeader header = std::get<BatchHeader>(CheckBatch(batch));
  header.record_count = header.last_offset_delta = 2;
  CHECK_FALSE(CheckRecords(header, batch).ok());
  header.record_count = 4;
  header.last_offset_delta = 3;
  CHECK_FALSE(CheckRecords(header, batch).ok());
}

TEST_CASE("no damaged record makes the walk fail in any other way than by saying so") {
  const uint32_t seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto batch = MakeBatch({"one", "a longer value", ""});
  const BatchHeader header = std::get<BatchHeader>(CheckBatch(batch));
  int turns = 0;
  int refused = 0;
  for (; turns < 20'000; ++turns) {
    auto damaged = batch;
    for (int i = 0; i < 3; ++i) {
      damaged[kBatchHeaderSize + random() % (damaged.size() - kBatchHeaderSize)] =
          static_cast<std::byte>(random());
    }
    if (const auto facts = CheckRecords(header, damaged); !facts) {
      CHECK(facts.error().fault == Fault::kCorrupt);
      ++refused;
    }
  }
  CHECK(turns == 20'000);
  CHECK(refused > 1'000);
}

TEST_CASE("transactions, control batches and unknown codecs are refused by name") {
  BatchBuilder::Options options;
  options.attributes = kTransactionalBit;
  CHECK(std::get<Refused>(CheckBatch(MakeBatch({"x"}, 1, options))).refusal ==
        Refusal::kInvalidRecord);
  options.attributes = kControlBit;
  CHECK(std::get<Refused>(CheckBatch(MakeBatch({"x"}, 1, options))).refusal ==
        Refusal::kInvalidRecord);
  options.attributes = 5;
  CHECK(std::get<Refused>(CheckBatch(MakeBatch({"x"}, 1, options))).refusal ==
        Refusal::kUnsupportedCodec);
  auto old = MakeBatch({"x"});
  old[kMagicAt] = std::byte{1};
  CHECK(std::get<Refused>(CheckBatch(old)).refusal == Refusal::kInvalidRecord);
}

TEST_CASE("each codec unpacks what it packed, and nothing beyond the limit") {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += "event " + std::to_string(i % 100);
  for (const Codec codec : kCodecs) {
    INFO("codec " << static_cast<int>(codec));
    for (const size_t length : {size_t{0}, size_t{1}, size_t{1000}, text.size()}) {
      std::vector<std::byte> packed;
      REQUIRE(Compress(codec, AsBytes(text).first(length), packed).ok());
      std::vector<std::byte> plain;
      REQUIRE(Decompress(codec, packed, length + 1, plain).ok());
      CHECK(AsText(plain) == text.substr(0, length));
      if (length > 1) {
        CHECK(Decompress(codec, packed, length - 1, plain).error().fault == Fault::kCorrupt);
      }
      for (size_t cut = 1; cut < packed.size(); cut = cut * 2 + 1) {
        const auto part = std::span(packed).first(packed.size() - cut);
        const auto done = Decompress(codec, part, text.size(), plain);
        // Snappy's frame has no end of its own: a cut between blocks is whole.
        if (codec != Codec::kSnappy) CHECK_FALSE(done.ok());
      }
    }
  }
}

TEST_CASE("raw snappy is read, frames in a row too, and lies about lengths are not believed") {
  std::vector<std::byte> plain;
  // A raw block: the length 5, then a literal of five bytes.
  REQUIRE(
      Decompress(Codec::kSnappy, AsBytes(std::string_view("\x05\x10sword", 7)), 100, plain).ok());
  CHECK(AsText(plain) == "sword");
  const auto lie = AsBytes(std::string_view("\xFF\xFF\xFF\x1F\x10sword", 10));
  CHECK(Decompress(Codec::kSnappy, lie, size_t{1} << 30, plain).error().fault == Fault::kCorrupt);
  for (const Codec codec : {Codec::kGzip, Codec::kLz4, Codec::kZstd}) {
    std::vector<std::byte> twice;
    REQUIRE(Compress(codec, AsBytes("one"), twice).ok());
    REQUIRE(Compress(codec, AsBytes("two"), twice).ok());
    REQUIRE(Decompress(codec, twice, 100, plain).ok());
    CHECK(AsText(plain) == "onetwo");
  }
}

TEST_CASE("what one of the clients could not read back is refused at the door, and only that") {
  for (const Codec codec : {Codec::kGzip, Codec::kLz4, Codec::kZstd}) {
    std::vector<std::byte> one, two, behind, plain;
    REQUIRE(Compress(codec, AsBytes("one"), one).ok());
    two = one;
    REQUIRE(Compress(codec, AsBytes("two"), two).ok());
    std::vector<std::byte> empty_first;
    REQUIRE(Compress(codec, {}, empty_first).ok());
    empty_first.insert(empty_first.end(), one.begin(), one.end());
    const bool several = codec == Codec::kZstd;
    CHECK(Decompress(codec, one, 100, plain, PackedFor::kEvery).ok());
    CHECK(Decompress(codec, two, 100, plain, PackedFor::kEvery).ok() == several);
    CHECK(Decompress(codec, empty_first, 100, plain, PackedFor::kEvery).ok() == several);
    CHECK(Decompress(codec, two, 100, plain).ok());
    behind = one;
    behind.push_back(std::byte{0});
    CHECK_FALSE(Decompress(codec, behind, 100, plain, PackedFor::kEvery).ok());
  }
}

TEST_CASE("no packed garbage does anything but fail") {
  const uint32_t seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  int turns = 0;
  for (const Codec codec : kCodecs) {
    std::vector<std::byte> packed;
    REQUIRE(Compress(codec, AsBytes("a sword, a guild, a sword, a guild"), packed).ok());
    for (int i = 0; i < 2'000; ++i, ++turns) {
      auto damaged = packed;
      for (int j = 0; j < 2; ++j)
        damaged[random() % damaged.size()] = static_cast<std::byte>(random());
      std::vector<std::byte> plain;
      const auto done = Decompress(codec, damaged, 1 << 16, plain);
      CHECK((done.ok() || done.error().fault == Fault::kCorrupt));
      CHECK(plain.size() <= size_t{1} << 16);
    }
  }
  CHECK(turns == 8'000);
}

}  // namespace gamevents::log
