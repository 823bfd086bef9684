#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/field.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Kafka's primitive types as bytes and back. Both classes keep their first error and do nothing
// more after it, so that the code which walks a message needs no check a field; ask for `status()`
// at the end. Not thread-safe; neither allocates for anything that it has not checked first.

namespace gamevents::broker {

/// The longest string of the protocol, in bytes: its length is an int16, in compact form too.
inline constexpr size_t kStringBytesMax = INT16_MAX;

/// How many array elements one message may have in all, however they are nested. A decoded element
/// takes up to about a hundred bytes, so a frame cannot make us take more than some 13 MB on top of
/// its own size; the largest real requests (offsets of every partition) have a tenth of this.
inline constexpr size_t kElementsMax = 1u << 17;

/// How lengths are written: as big-endian integers, or as varints in flexible versions (KIP-482).
enum class Form : uint8_t { kPlain, kCompact };

/// Takes values off the front of a frame. What it gives as a view lives as long as the frame.
/// A read past the end, or a length that cannot be right, fails; from then on every read gives
/// zero, empty or null. Every error is kCorrupt and names the field and the place.
class WireReader {
 public:
  /// Reads `frame`, which must outlive it. `elements_max` bounds the elements of all arrays
  /// together.
  explicit WireReader(std::span<const std::byte> frame, size_t elements_max = kElementsMax)
      : in_(frame), frame_size_(frame.size()), elements_left_(elements_max) {}

  /// Names the field that the next reads are for, in messages. `name` must be a literal.
  void Enter(const char* name) { field_ = name; }

  bool ok() const { return !error_; }
  Status status() const;
  /// Bytes that are left; within a window, of the window.
  size_t remaining() const { return in_.size(); }
  /// Bytes that were taken.
  size_t position() const { return frame_size_ - in_.size(); }

  /// A big-endian integer of T's width; an enum as its number.
  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  T ReadInt() {
    const std::byte* from = Take(sizeof(T));
    if (from == nullptr) return T{};
    if constexpr (sizeof(T) == 1) {
      return static_cast<T>(std::to_integer<uint8_t>(*from));
    } else if constexpr (sizeof(T) == 2) {
      return static_cast<T>(LoadBigEndian16(from));
    } else if constexpr (sizeof(T) == 4) {
      return static_cast<T>(LoadBigEndian32(from));
    } else {
      return static_cast<T>(LoadBigEndian64(from));
    }
  }
  /// Any byte but 0 is true.
  bool ReadBool() { return ReadInt<int8_t>() != 0; }
  /// IEEE 754, 8 bytes.
  double ReadFloat64();
  /// 16 bytes as they are.
  Uuid ReadUuid();
  /// A varint of at most 32 bits, not zigzag: lengths, counts and tags.
  uint32_t ReadUnsignedVarint() {
    if (in_.empty() || std::to_integer<uint8_t>(in_.front()) >= 0x80) return ReadLongVarint();
    const auto value = std::to_integer<uint32_t>(in_.front());  // Most are one byte.
    in_ = in_.subspan(1);
    return value;
  }
  int32_t ReadVarint();   ///< zigzag
  int64_t ReadVarlong();  ///< zigzag

  /// nullopt is null (or a failure). At most kStringBytesMax bytes; not checked to be UTF-8, for
  /// Kafka does not either.
  std::optional<std::string_view> ReadString(Form form);
  /// nullopt is null (or a failure).
  std::optional<std::span<const std::byte>> ReadBytes(Form form);
  /// The element count of an array; nullopt is null (or a failure). Each element takes at least
  /// `element_bytes_min` (> 0) bytes: a count that cannot fit what is left is refused, and so is
  /// one that passes the total of elements.
  std::optional<size_t> ReadCount(Form form, size_t element_bytes_min);

  /// Takes so many bytes and drops them.
  void Skip(size_t bytes) { Take(bytes); }

  /// From here on the frame ends after `bytes` bytes. Gives what follows, for LeaveWindow.
  std::span<const std::byte> EnterWindow(size_t bytes);
  /// Fails unless the window was read to its end, and goes on with `rest`.
  void LeaveWindow(std::span<const std::byte> rest);

  /// Keeps "`field`: `why` (at byte N of M)" as the error, if there is none yet.
  void Fail(std::string_view why);
  /// Fails for a null where the version in hand allows none.
  void FailNull() { Fail("is null, which this version does not allow"); }

 private:
  /// The next `bytes` bytes, or nullptr after failing.
  const std::byte* Take(size_t bytes) {
    if (bytes > in_.size()) {
      FailShort(bytes);
      return nullptr;
    }
    const std::byte* from = in_.data();
    in_ = in_.subspan(bytes);
    return from;
  }
  void FailShort(size_t wanted);
  uint32_t ReadLongVarint();
  /// A length as the wire has it: nullopt is null (-1, or 0 in compact form).
  std::optional<size_t> ReadLength(Form form, size_t plain_bytes);

  std::span<const std::byte> in_;
  size_t frame_size_;
  size_t elements_left_;
  const char* field_ = "message";
  std::optional<Error> error_{};
};

/// Where bytes from elsewhere belong in what a WireWriter wrote: before byte `at`.
struct ExternalMark {
  size_t at = 0;
  ExternalRecords records{};
  friend bool operator==(const ExternalMark&, const ExternalMark&) = default;
};

/// Appends values to a growing buffer. Errors are ours alone: a value that the wire form cannot
/// hold (kBadInput), or a field that a version does not have (kUnsupported).
class WireWriter {
 public:
  void Enter(const char* name) { field_ = name; }

  bool ok() const { return !error_; }
  Status status() const;

  /// What was written so far, without the external bytes; a view until the next write.
  std::span<const std::byte> bytes() const { return {bytes_.data(), size_}; }
  /// Where the external ones belong, in ascending order; none has length 0.
  const std::vector<ExternalMark>& external() const { return external_; }
  /// What was written, moved out; the writer is empty.
  std::vector<std::byte> TakeBytes() && {
    bytes_.resize(std::exchange(size_, 0));
    return std::move(bytes_);
  }
  /// The marks, moved out.
  std::vector<ExternalMark> TakeExternal() && { return std::move(external_); }

  /// An error code; worst() remembers the gravest class that was written.
  void WriteErrorCode(ErrorCode code) {
    if (code != ErrorCode::kNone) worst_ = std::max(worst_, ClassOf(code));
    WriteInt(code);
  }
  ErrorClass worst() const { return worst_; }

  /// A big-endian integer of T's width; an enum as its number.
  template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
  void WriteInt(T value) {
    std::byte* to = Grow(sizeof(T));
    if constexpr (sizeof(T) == 1) {
      *to = static_cast<std::byte>(value);
    } else if constexpr (sizeof(T) == 2) {
      StoreBigEndian16(to, static_cast<uint16_t>(value));
    } else if constexpr (sizeof(T) == 4) {
      StoreBigEndian32(to, static_cast<uint32_t>(value));
    } else {
      StoreBigEndian64(to, static_cast<uint64_t>(value));
    }
  }
  void WriteBool(bool value) { WriteInt(static_cast<int8_t>(value)); }
  /// IEEE 754, 8 bytes.
  void WriteFloat64(double value);
  /// 16 bytes as they are.
  void WriteUuid(const Uuid& uuid);
  /// A varint that is not zigzag: lengths, counts and tags.
  void WriteUnsignedVarint(uint32_t value) {
    if (value >= 0x80) return WriteLongVarint(value);
    *Grow(1) = static_cast<std::byte>(value);
  }
  void WriteVarint(int32_t value);   ///< zigzag
  void WriteVarlong(int64_t value);  ///< zigzag

  /// nullopt writes null. Fails beyond kStringBytesMax.
  void WriteString(std::optional<std::string_view> text, Form form);
  /// nullopt writes null. Fails beyond 2 GiB.
  void WriteBytes(std::optional<std::span<const std::byte>> bytes, Form form);
  /// The count that opens an array; nullopt writes null.
  void WriteCount(std::optional<size_t> count, Form form);
  /// The length of `records`, and then the bytes or a mark for them; nullopt writes null.
  void WriteRecords(const std::optional<Records>& records, Form form);
  /// Without a length.
  void WriteRaw(std::span<const std::byte> bytes);

  /// Overwrites the int32 at `at`, which was written before: a frame's size is known at its end.
  void PatchInt32(size_t at, int32_t value);

  /// Keeps "`field`: `why`" as the error, if there is none yet.
  void Fail(Fault fault, std::string_view why);

 private:
  std::byte* Grow(size_t bytes) {
    if (bytes > bytes_.size() - size_) MakeRoom(bytes);
    size_ += bytes;
    return bytes_.data() + (size_ - bytes);
  }
  void MakeRoom(size_t bytes);
  void WriteLongVarint(uint32_t value);
  void WriteLength(std::optional<size_t> length, Form form);

  std::vector<std::byte> bytes_;  // what was written, and room for more
  size_t size_ = 0;               // of what was written
  std::vector<ExternalMark> external_;
  ErrorClass worst_ = ErrorClass::kNone;
  const char* field_ = "message";
  std::optional<Error> error_{};
};

}  // namespace gamevents::broker
