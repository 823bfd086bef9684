#include "core/log/compression.h"

#include "core/base/bytes.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace gamevents::log {
namespace {

constexpr size_t kFirstRoom = 64 * 1024;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to say: the largest window, in a gzip frame

// snappy-java's framing: these eight bytes, two version numbers, then blocks with their length.
constexpr std::array<unsigned char, 8> kXerialMagic{0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr size_t kXerialHeaderSize = kXerialMagic.size() + 4 + 4;
constexpr size_t kXerialBlockSize = 32 * 1024;

Error Damaged(std::string_view codec, std::string_view why) {
  return Error{Fault::kCorrupt, std::string(codec) + ": " + std::string(why)};
}

// Where a stream's output goes: a vector that doubles up to a limit.
class Room {
 public:
  Room(std::vector<std::byte>& out, size_t bytes_max) : out_(out), bytes_max_(bytes_max) {
    out_.resize(std::min(std::max(out_.capacity(), kFirstRoom), bytes_max));
  }
  std::span<std::byte> Free() { return std::span(out_).subspan(used_); }
  void Use(size_t bytes) { used_ += bytes; }
  /// Makes some room when there is none; false when the limit is reached.
  bool Grow() {
    if (used_ < out_.size()) return true;
    if (out_.size() >= bytes_max_) return false;
    out_.resize(std::min(out_.size() * 2, bytes_max_));
    return true;
  }
  void Finish() { out_.resize(used_); }

 private:
  std::vector<std::byte>& out_;
  const size_t bytes_max_;
  size_t used_ = 0;
};

Error TooLong(std::string_view codec, size_t bytes_max) {
  return Damaged(codec, "unpacks to more than the " + std::to_string(bytes_max) + " bytes allowed");
}

Status Gunzip(std::span<const std::byte> packed, size_t bytes_max, PackedFor reader,
              std::vector<std::byte>& out) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return Damaged("gzip", "out of memory");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, &inflateEnd);
  Room room(out, bytes_max);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  for (;;) {
    if (!room.Grow()) return TooLong("gzip", bytes_max);
    const auto free = room.Free();
    stream.next_out = reinterpret_cast<Bytef*>(free.data());
    stream.avail_out = static_cast<uInt>(free.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    room.Use(free.size() - stream.avail_out);
    if (code == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (reader == PackedFor::kEvery) {
        return Damaged("gzip", "something is behind the first member: not every client reads it");
      }
      if (inflateReset(&stream) != Z_OK) return Damaged("gzip", "cannot go on");
    } else if (code != Z_OK && !(code == Z_BUF_ERROR && stream.avail_out == 0)) {
      return Damaged("gzip", stream.msg != nullptr ? stream.msg : "ends too early");
    }
  }
  room.Finish();
  return Done{};
}

// Every client reads several frames, and skips those that are to be skipped.
Status UnpackZstd(std::span<const std::byte> packed, size_t bytes_max,
                  std::vector<std::byte>& out) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  if (context == nullptr) return Damaged("zstd", "out of memory");
  Room room(out, bytes_max);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  size_t hint = 1;  // 0 once a frame has been flushed to its end
  while (in.pos < in.size || hint != 0) {
    if (!room.Grow()) return TooLong("zstd", bytes_max);
    const auto free = room.Free();
    ZSTD_outBuffer target{free.data(), free.size(), 0};
    const size_t before = in.pos;
    hint = ZSTD_decompressStream(context.get(), &target, &in);
    if (ZSTD_isError(hint) != 0) return Damaged("zstd", ZSTD_getErrorName(hint));
    room.Use(target.pos);
    if (in.pos == before && target.pos == 0 && hint != 0) return Damaged("zstd", "ends too early");
  }
  room.Finish();
  return Done{};
}

// Whether what begins here is a frame that Java's client reads, too: not one to be skipped, of
// version 1, of blocks that stand alone, without a dictionary.
bool IsLz4ForJava(std::span<const std::byte> packed) {
  constexpr uint32_t kFrameBegin = 0x04224D18;
  constexpr size_t kFlagsAt = 4;
  // Two bits of version, one for blocks that stand alone; the last two: reserved, a dictionary.
  constexpr std::byte kOfInterest{0b1110'0011};
  constexpr std::byte kWanted{0b0110'0000};
  return packed.size() > kFlagsAt && LoadBigEndian32(packed.data()) == kFrameBegin &&
         (packed[kFlagsAt] & kOfInterest) == kWanted;
}

Status UnpackLz4(std::span<const std::byte> packed, size_t bytes_max, PackedFor reader,
                 std::vector<std::byte>& out) {
  if (reader == PackedFor::kEvery && !IsLz4ForJava(packed)) {
    return Damaged("lz4", "no frame of independent blocks: not every client reads it");
  }
  LZ4F_dctx* made = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)) != 0) {
    return Damaged("lz4", "out of memory");
  }
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(
      made, &LZ4F_freeDecompressionContext);
  Room room(out, bytes_max);
  size_t hint = 1;  // 0 at the end of a frame
  while (!packed.empty() || hint != 0) {
    if (!room.Grow()) return TooLong("lz4", bytes_max);
    const auto free = room.Free();
    size_t wrote = free.size();
    size_t read = packed.size();
    hint = LZ4F_decompress(context.get(), free.data(), &wrote, packed.data(), &read, nullptr);
    if (LZ4F_isError(hint) != 0) return Damaged("lz4", LZ4F_getErrorName(hint));
    room.Use(wrote);
    packed = packed.subspan(read);
    if (read == 0 && wrote == 0 && hint != 0) return Damaged("lz4", "ends too early");
    if (reader == PackedFor::kEvery && hint == 0 && !packed.empty()) {
      return Damaged("lz4", "something is behind the first frame: not every client reads it");
    }
  }
  room.Finish();
  return Done{};
}

// One raw snappy block onto the end of `out`.
Status UnsnapBlock(std::span<const std::byte> block, size_t bytes_max,
                   std::vector<std::byte>& out) {
  const auto text = AsText(block);
  size_t length = 0;
  if (!snappy::GetUncompressedLength(text.data(), text.size(), &length)) {
    return Damaged("snappy", "no length");
  }
  if (length > bytes_max - out.size()) return TooLong("snappy", bytes_max);
  // Snappy's longest copy is 64 bytes for 3: a length beyond that is a lie, not worth memory.
  if (length > text.size() * 64) return Damaged("snappy", "the length cannot be true");
  const size_t at = out.size();
  out.resize(at + length);
  if (!snappy::RawUncompress(text.data(), text.size(), reinterpret_cast<char*>(out.data() + at))) {
    return Damaged("snappy", "the block does not unpack");
  }
  return Done{};
}

Status Unsnap(std::span<const std::byte> packed, size_t bytes_max, PackedFor reader,
              std::vector<std::byte>& out) {
  out.clear();
  const bool in_blocks = packed.size() >= kXerialHeaderSize &&
                         std::memcmp(packed.data(), kXerialMagic.data(), kXerialMagic.size()) == 0;
  if (!in_blocks) return UnsnapBlock(packed, bytes_max, out);
  if (reader == PackedFor::kEvery &&
      LoadBigEndianSigned32(packed.data() + kXerialMagic.size()) < 1) {
    return Damaged("snappy", "blocks of a version below 1: not every client reads them");
  }
  packed = packed.subspan(kXerialHeaderSize);
  while (!packed.empty()) {
    if (packed.size() < 4) return Damaged("snappy", "ends in a block's length");
    const uint32_t length = LoadBigEndian32(packed.data());
    packed = packed.subspan(4);
    if (length > packed.size()) return Damaged("snappy", "ends in a block");
    if (auto block = UnsnapBlock(packed.first(length), bytes_max, out); !block) return block;
    packed = packed.subspan(length);
  }
  return Done{};
}

Status Gzip(std::span<const std::byte> plain, std::vector<std::byte>& out) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return Error{Fault::kIo, "gzip: out of memory"};
  }
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> end(&stream, &deflateEnd);
  const size_t at = out.size();
  out.resize(at + deflateBound(&stream, plain.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + at);
  stream.avail_out = static_cast<uInt>(out.size() - at);
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return Error{Fault::kIo, "gzip: did not end"};
  out.resize(out.size() - stream.avail_out);
  return Done{};
}

Status Snap(std::span<const std::byte> plain, std::vector<std::byte>& out) {
  const auto header = std::as_bytes(std::span(kXerialMagic));
  out.insert(out.end(), header.begin(), header.end());
  const size_t versions = out.size();
  out.resize(versions + 8);
  StoreBigEndian32(out.data() + versions, 1);
  StoreBigEndian32(out.data() + versions + 4, 1);
  while (!plain.empty()) {
    const auto block = plain.first(std::min(plain.size(), kXerialBlockSize));
    const size_t at = out.size();
    out.resize(at + 4 + snappy::MaxCompressedLength(block.size()));
    size_t length = 0;
    snappy::RawCompress(AsText(block).data(), block.size(),
                        reinterpret_cast<char*>(out.data() + at + 4), &length);
    StoreBigEndian32(out.data() + at, static_cast<uint32_t>(length));
    out.resize(at + 4 + length);
    plain = plain.subspan(block.size());
  }
  return Done{};
}

Status PackLz4(std::span<const std::byte> plain, std::vector<std::byte>& out) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.blockSizeID = LZ4F_max64KB;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;  // all that Java's reader takes
  const size_t at = out.size();
  out.resize(at + LZ4F_compressFrameBound(plain.size(), &preferences));
  const size_t length = LZ4F_compressFrame(out.data() + at, out.size() - at, plain.data(),
                                           plain.size(), &preferences);
  if (LZ4F_isError(length) != 0) {
    return Error{Fault::kIo, std::string("lz4: ") + LZ4F_getErrorName(length)};
  }
  out.resize(at + length);
  return Done{};
}

Status PackZstd(std::span<const std::byte> plain, std::vector<std::byte>& out) {
  const size_t at = out.size();
  out.resize(at + ZSTD_compressBound(plain.size()));
  const size_t length = ZSTD_compress(out.data() + at, out.size() - at, plain.data(), plain.size(),
                                      ZSTD_CLEVEL_DEFAULT);
  if (ZSTD_isError(length) != 0) {
    return Error{Fault::kIo, std::string("zstd: ") + ZSTD_getErrorName(length)};
  }
  out.resize(at + length);
  return Done{};
}

Error NoSuchCodec(Codec codec) {
  return Error{Fault::kUnsupported, "compression codec " + std::to_string(static_cast<int>(codec)) +
                                        ": only 1 gzip, 2 snappy, 3 lz4 and 4 zstd are known"};
}

}  // namespace

Status Decompress(Codec codec, std::span<const std::byte> packed, size_t bytes_max,
                  std::vector<std::byte>& out, PackedFor reader) {
  switch (codec) {
    case Codec::kGzip:
      return Gunzip(packed, bytes_max, reader, out);
    case Codec::kSnappy:
      return Unsnap(packed, bytes_max, reader, out);
    case Codec::kLz4:
      return UnpackLz4(packed, bytes_max, reader, out);
    case Codec::kZstd:
      return UnpackZstd(packed, bytes_max, out);
    case Codec::kNone:
      break;
  }
  return NoSuchCodec(codec);
}

Status Compress(Codec codec, std::span<const std::byte> plain, std::vector<std::byte>& out) {
  switch (codec) {
    case Codec::kGzip:
      return Gzip(plain, out);
    case Codec::kSnappy:
      return Snap(plain, out);
    case Codec::kLz4:
      return PackLz4(plain, out);
    case Codec::kZstd:
      return PackZstd(plain, out);
    case Codec::kNone:
      break;
  }
  return NoSuchCodec(codec);
}

}  // namespace gamevents::log
