// Goal: a batch that passes the door is read back the same by the strictest client; any other is
// refused. Method: records that are cut into members and frames, concatenated, emptied, cut short
// and padded, of every codec, always the same ones; what passes is unpacked as librdkafka does it,
// and as this program does. GAMEVENTS_CASES is how many (20,000 for a long run).
#include "core/base/bytes.h"
#include "core/log/batch.h"
#include "core/log/compression.h"
#include "tests/unit/log/log_fixture.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace gamevents::log {
namespace {

constexpr int kPackedCases = 4'000;
constexpr size_t kUnpackRoom = 1 << 20;
constexpr std::string_view kXerialHeader("\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);

int PackedCases() {
  const char* asked = std::getenv("GAMEVENTS_CASES");
  return asked == nullptr ? kPackedCases : std::max(1, std::atoi(asked));
}

// What librdkafka makes of packed bytes (its rdgz.c, rdkafka_lz4.c, snappy.c, rdkafka_zstd.c):
// nothing where it says that they are damaged.
std::optional<std::string> UnzipOneMember(std::string_view packed) {
  std::string plain(kUnpackRoom, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 32) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  const int code = inflate(&stream, Z_NO_FLUSH);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  // It does not ask whether the member ended.
  if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return std::nullopt;
  return plain;
}

std::optional<std::string> UnpackOneLz4Frame(std::string_view packed) {
  LZ4F_dctx* context = nullptr;
  REQUIRE(LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) == 0);
  std::string plain(kUnpackRoom, '\0');
  size_t wrote = 0;
  size_t hint = 1;
  while (hint != 0 && !packed.empty()) {
    size_t read = packed.size();
    size_t room = plain.size() - wrote;
    hint = LZ4F_decompress(context, plain.data() + wrote, &room, packed.data(), &read, nullptr);
    if (LZ4F_isError(hint) != 0 || (read == 0 && room == 0)) break;
    packed.remove_prefix(read);
    wrote += room;
  }
  LZ4F_freeDecompressionContext(context);
  if (hint != 0 || !packed.empty()) return std::nullopt;
  plain.resize(wrote);
  return plain;
}

std::optional<std::string> UnpackZstdAtOnce(std::string_view packed) {
  std::string plain(kUnpackRoom, '\0');
  const size_t size = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0) return std::nullopt;
  plain.resize(size);
  return plain;
}

std::optional<std::string> UnsnapBlocks(std::string_view packed) {
  std::string plain;
  if (packed.substr(0, 8) != kXerialHeader.substr(0, 8)) {
    if (!snappy::Uncompress(packed.data(), packed.size(), &plain)) return std::nullopt;
    return plain;
  }
  packed.remove_prefix(std::min(packed.size(), kXerialHeader.size()));
  while (!packed.empty()) {
    if (packed.size() < 4) return std::nullopt;
    const uint32_t length = LoadBigEndian32(AsBytes(packed).data());
    packed.remove_prefix(4);
    std::string block;
    if (length > packed.size()) return std::nullopt;
    if (!snappy::Uncompress(packed.data(), length, &block)) return std::nullopt;
    plain += block;
    packed.remove_prefix(length);
  }
  return plain;
}

std::optional<std::string> AsLibrdkafkaReads(Codec codec, std::string_view packed) {
  switch (codec) {
    case Codec::kNone:
      break;
    case Codec::kGzip:
      return UnzipOneMember(packed);
    case Codec::kSnappy:
      return UnsnapBlocks(packed);
    case Codec::kLz4:
      return UnpackOneLz4Frame(packed);
    case Codec::kZstd:
      return UnpackZstdAtOnce(packed);
  }
  return std::string(packed);
}

// Draws batches.
class Packer {
 public:
  explicit Packer(uint32_t seed) : random_(seed) {}

  bool Chance(uint32_t of) { return random_() % of == 0; }
  size_t Below(size_t end) { return random_() % end; }
  Codec DrawCodec() { return static_cast<Codec>(random_() % 5); }

  // Records without their batch's header, and the header of a batch of them that is not packed.
  std::string DrawRecords(BatchHeader& header) {
    std::vector<std::string> values;
    for (size_t i = 0, count = 1 + Below(5); i < count; ++i) {
      values.emplace_back(Below(200), static_cast<char>('a' + Below(26)));
    }
    BatchBuilder builder;
    for (const std::string& value : values) {
      builder.Add(TimestampMs(kTestNow), std::nullopt, std::string_view(value));
    }
    const auto batch = builder.Finish().value();
    header = ReadBatchHeader(batch);
    return std::string(AsText(std::span(batch).subspan(kBatchHeaderSize)));
  }

  // One member or frame.
  std::string Pack(Codec codec, std::string_view plain) {
    if (codec == Codec::kNone) return std::string(plain);
    if (codec == Codec::kLz4 && Chance(2)) return PackLz4(plain);
    if (codec == Codec::kSnappy && Chance(2)) {
      std::string raw;
      snappy::Compress(plain.data(), plain.size(), &raw);
      return raw;
    }
    std::vector<std::byte> packed;
    REQUIRE(Compress(codec, AsBytes(plain), packed).ok());
    return std::string(AsText(packed));
  }

  // Two to four members or frames, some of them of nothing, some behind what is to be skipped.
  std::string PackInPieces(Codec codec, std::string_view plain) {
    const bool in_one_xerial = codec == Codec::kSnappy && Chance(2);
    std::string packed(in_one_xerial ? kXerialHeader : std::string_view());
    const size_t pieces = 2 + Below(3);
    for (size_t i = 0; i < pieces; ++i) {
      size_t size = Chance(3) ? 0 : Below(plain.size() + 1);
      if (i + 1 == pieces) size = plain.size();
      const std::string_view piece = plain.substr(0, size);
      plain.remove_prefix(size);
      if (in_one_xerial) {
        std::string block;
        snappy::Compress(piece.data(), piece.size(), &block);
        packed += Length(block.size()) + block;
      } else {
        if ((codec == Codec::kLz4 || codec == Codec::kZstd) && Chance(4)) {
          packed += std::string("\x50\x2A\x4D\x18\x03\0\0\0abc", 11);
        }
        packed += Pack(codec, piece);
      }
    }
    return packed;
  }

  void Damage(std::string& packed) {
    if (Chance(2)) packed.resize(packed.size() - std::min(packed.size(), 1 + Below(12)));
    if (Chance(2)) packed.append(1 + Below(12), Chance(2) ? '\0' : static_cast<char>(random_()));
    if (Chance(4)) packed.insert(0, 1 + Below(4), '\0');
  }

 private:
  static std::string Length(size_t size) {
    std::array<std::byte, 4> bytes;
    StoreBigEndian32(bytes.data(), static_cast<uint32_t>(size));
    return std::string(AsText(bytes));
  }

  // As other libraries do it: with checksums and sizes, of blocks that depend on each other.
  std::string PackLz4(std::string_view plain) {
    LZ4F_preferences_t preferences{};
    preferences.frameInfo.blockMode = Chance(2) ? LZ4F_blockLinked : LZ4F_blockIndependent;
    preferences.frameInfo.contentChecksumFlag =
        Chance(2) ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum;
    preferences.frameInfo.contentSize = Chance(2) ? plain.size() : 0;
    std::string packed(LZ4F_compressFrameBound(plain.size(), &preferences), '\0');
    const size_t size =
        LZ4F_compressFrame(packed.data(), packed.size(), plain.data(), plain.size(), &preferences);
    REQUIRE(LZ4F_isError(size) == 0);
    packed.resize(size);
    return packed;
  }

  std::mt19937 random_;
};

std::vector<std::byte> BatchOf(BatchHeader header, Codec codec, std::string_view packed) {
  std::vector<std::byte> batch(kBatchHeaderSize);
  const auto bytes = AsBytes(packed);
  batch.insert(batch.end(), bytes.begin(), bytes.end());
  header.attributes = static_cast<uint16_t>(codec);
  header.length = static_cast<int32_t>(batch.size() - kBatchLengthOverhead);
  WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
  header.crc = BatchCrc(batch);
  WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
  return batch;
}

struct Passed {
  int whole = 0;
  int in_pieces = 0;
  int refused = 0;
};

}  // namespace

TEST_CASE("what passes the door is read back the same by the strictest client") {
  Packer packer(20'261'126);
  std::map<Codec, Passed> passed;
  const int cases = PackedCases();
  for (int turn = 0; turn < cases; ++turn) {
    const Codec codec = packer.DrawCodec();
    BatchHeader header;
    const std::string plain = packer.DrawRecords(header);
    const bool is_whole = packer.Chance(4);
    std::string packed = is_whole ? packer.Pack(codec, plain) : packer.PackInPieces(codec, plain);
    const bool is_damaged = !is_whole && packer.Chance(2);
    if (is_damaged) packer.Damage(packed);
    const auto batch = BatchOf(header, codec, packed);
    INFO("case " << turn << ", codec " << static_cast<int>(codec));
    const auto checked = CheckBatch(batch);
    REQUIRE(std::holds_alternative<BatchHeader>(checked));
    const BatchHeader& stored = std::get<BatchHeader>(checked);
    if (const auto facts = CheckRecords(stored, batch); !facts) {
      CHECK(facts.error().fault == Fault::kCorrupt);
      ++passed[codec].refused;
      REQUIRE_FALSE(is_whole);
      continue;
    }
    passed[codec].whole += is_whole ? 1 : 0;
    passed[codec].in_pieces += is_whole || is_damaged ? 0 : 1;
    std::vector<std::byte> scratch;
    const auto read = AsText(UncompressedRecords(stored, batch, scratch).value());
    REQUIRE(AsLibrdkafkaReads(codec, packed) == read);
    // Not every format has a checksum: what was cut and padded can be other records.
    if (!is_damaged) REQUIRE(read == plain);
  }
  for (const auto& [codec, counts] : passed) {
    INFO("codec " << static_cast<int>(codec));
    CHECK(counts.whole > 0);
    CHECK(counts.refused > 0);
    if (codec == Codec::kGzip || codec == Codec::kLz4) CHECK(counts.in_pieces == 0);
  }
  CHECK(passed.size() == 5);
  CHECK(passed[Codec::kZstd].in_pieces > 0);  // Every client reads those.
  CHECK(passed[Codec::kSnappy].in_pieces > 0);
}

TEST_CASE("lz4 that Java's client does not read is refused at the door alone") {
  BatchHeader header;
  const std::string plain = Packer(1).DrawRecords(header);
  std::vector<std::byte> packed;
  REQUIRE(Compress(Codec::kLz4, AsBytes(plain), packed).ok());
  std::vector<std::byte> out;
  CHECK(Decompress(Codec::kLz4, packed, kUnpackRoom, out, PackedFor::kEvery).ok());
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockMode = LZ4F_blockLinked;
  // Of one block alone it would be written as independent.
  const std::string text(200'000, 'x');
  std::string linked(LZ4F_compressFrameBound(text.size(), &preferences), '\0');
  linked.resize(
      LZ4F_compressFrame(linked.data(), linked.size(), text.data(), text.size(), &preferences));
  CHECK(Decompress(Codec::kLz4, AsBytes(linked), kUnpackRoom, out).ok());
  CHECK_FALSE(Decompress(Codec::kLz4, AsBytes(linked), kUnpackRoom, out, PackedFor::kEvery).ok());
}

}  // namespace gamevents::log
