#include "core/broker/protocol/codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gamevents::broker {
namespace {

/// The largest length that an int32 can say.
constexpr size_t kLengthMax = INT32_MAX;

/// What a WireWriter allocates at first: most responses fit.
constexpr size_t kRoomMin = 256;

}  // namespace

bool operator==(const Records& a, const Records& b) {
  return a.external == b.external && std::ranges::equal(a.bytes, b.bytes);
}

Status WireReader::status() const {
  if (error_) return *error_;
  return Done{};
}

void WireReader::Fail(std::string_view why) {
  if (!error_) {
    std::string context = std::string(field_) + ": ";
    context.append(why).append(" (at byte ").append(std::to_string(position()));
    context.append(" of ").append(std::to_string(frame_size_)).append(")");
    error_ = Error{Fault::kCorrupt, std::move(context)};
  }
  // Nothing is left for a reader that failed: every later read then ends at once.
  frame_size_ -= in_.size();
  in_ = {};
}

void WireReader::FailShort(size_t wanted) {
  Fail("needs " + std::to_string(wanted) + " bytes where " + std::to_string(in_.size()) +
       " are left");
}

double WireReader::ReadFloat64() { return std::bit_cast<double>(ReadInt<uint64_t>()); }

Uuid WireReader::ReadUuid() {
  Uuid uuid{};
  if (const std::byte* from = Take(uuid.size()); from != nullptr) {
    std::memcpy(uuid.data(), from, uuid.size());
  }
  return uuid;
}

uint32_t WireReader::ReadLongVarint() {
  const auto value = TakeVarint32(in_);
  if (!value) Fail("has a varint that does not end or does not fit 32 bits");
  return value.value_or(0);
}

int32_t WireReader::ReadVarint() { return ZigzagDecode32(ReadUnsignedVarint()); }

int64_t WireReader::ReadVarlong() {
  const auto value = TakeZigzag64(in_);
  if (!value) Fail("has a varint that does not end or does not fit 64 bits");
  return value.value_or(0);
}

std::optional<size_t> WireReader::ReadLength(Form form, size_t plain_bytes) {
  if (form == Form::kCompact) {
    const uint32_t length = ReadUnsignedVarint();
    if (length == 0) return std::nullopt;
    return length - 1;
  }
  const int32_t length = plain_bytes == 2 ? ReadInt<int16_t>() : ReadInt<int32_t>();
  if (!ok()) return std::nullopt;
  if (length < -1) Fail("has the length " + std::to_string(length));
  if (length < 0) return std::nullopt;
  return static_cast<size_t>(length);
}

std::optional<std::string_view> WireReader::ReadString(Form form) {
  const auto length = ReadLength(form, 2);
  if (!length) return std::nullopt;
  if (*length > kStringBytesMax) {
    Fail("is a string of " + std::to_string(*length) + " bytes, more than " +
         std::to_string(kStringBytesMax));
    return std::nullopt;
  }
  const std::byte* from = Take(*length);
  if (!ok()) return std::nullopt;
  return AsText({from, *length});
}

std::optional<std::span<const std::byte>> WireReader::ReadBytes(Form form) {
  const auto length = ReadLength(form, 4);
  if (!length) return std::nullopt;
  const std::byte* from = Take(*length);
  if (!ok()) return std::nullopt;
  return std::span(from, *length);
}

std::optional<size_t> WireReader::ReadCount(Form form, size_t element_bytes_min) {
  const auto count = ReadLength(form, 4);
  if (!count) return std::nullopt;
  if (*count > in_.size() / element_bytes_min) {
    Fail("claims " + std::to_string(*count) + " elements where " + std::to_string(in_.size()) +
         " bytes are left");
    return std::nullopt;
  }
  if (*count > elements_left_) {
    Fail("claims " + std::to_string(*count) + " elements where the message may have " +
         std::to_string(elements_left_) + " more");
    return std::nullopt;
  }
  elements_left_ -= *count;
  return count;
}

std::span<const std::byte> WireReader::EnterWindow(size_t bytes) {
  if (bytes > in_.size()) FailShort(bytes);
  const size_t inside = std::min(bytes, in_.size());
  const auto rest = in_.subspan(inside);
  in_ = in_.first(inside);
  frame_size_ -= rest.size();
  return rest;
}

void WireReader::LeaveWindow(std::span<const std::byte> rest) {
  if (!in_.empty()) Fail("has " + std::to_string(in_.size()) + " bytes too many");
  if (!ok()) return;
  in_ = rest;
  frame_size_ += rest.size();
}

Status WireWriter::status() const {
  if (error_) return *error_;
  return Done{};
}

void WireWriter::Fail(Fault fault, std::string_view why) {
  if (!error_) error_ = Error{fault, std::string(field_).append(": ").append(why)};
}

void WireWriter::WriteFloat64(double value) { WriteInt(std::bit_cast<uint64_t>(value)); }

void WireWriter::WriteUuid(const Uuid& uuid) { WriteRaw(std::as_bytes(std::span(uuid))); }

void WireWriter::MakeRoom(size_t bytes) {
  bytes_.resize(std::max({size_ + bytes, 2 * bytes_.size(), kRoomMin}));
}

void WireWriter::WriteLongVarint(uint32_t value) { StoreVarint32(Grow(VarintSize(value)), value); }

void WireWriter::WriteVarint(int32_t value) { WriteUnsignedVarint(ZigzagEncode32(value)); }

void WireWriter::WriteVarlong(int64_t value) {
  const uint64_t zigzag = ZigzagEncode64(value);
  StoreVarint64(Grow(VarintSize(zigzag)), zigzag);
}

void WireWriter::WriteLength(std::optional<size_t> length, Form form) {
  if (length && *length > kLengthMax) {
    Fail(Fault::kBadInput, "has the length " + std::to_string(*length) + ", more than an int32");
    return;
  }
  if (form == Form::kCompact) {
    WriteUnsignedVarint(length ? static_cast<uint32_t>(*length) + 1 : 0);
  } else {
    WriteInt(length ? static_cast<int32_t>(*length) : int32_t{-1});
  }
}

void WireWriter::WriteString(std::optional<std::string_view> text, Form form) {
  if (text && text->size() > kStringBytesMax) {
    Fail(Fault::kBadInput, "is a string of " + std::to_string(text->size()) + " bytes, more than " +
                               std::to_string(kStringBytesMax));
    return;
  }
  if (form == Form::kCompact) {
    WriteLength(text ? std::optional(text->size()) : std::nullopt, form);
  } else {
    WriteInt(text ? static_cast<int16_t>(text->size()) : int16_t{-1});
  }
  if (text) WriteRaw(AsBytes(*text));
}

void WireWriter::WriteBytes(std::optional<std::span<const std::byte>> bytes, Form form) {
  WriteLength(bytes ? std::optional(bytes->size()) : std::nullopt, form);
  if (bytes && ok()) WriteRaw(*bytes);
}

void WireWriter::WriteCount(std::optional<size_t> count, Form form) { WriteLength(count, form); }

void WireWriter::WriteRecords(const std::optional<Records>& records, Form form) {
  if (!records || !records->external) {
    WriteBytes(records ? std::optional(records->bytes) : std::nullopt, form);
    return;
  }
  WriteLength(records->external->length, form);
  if (records->external->length > 0) external_.push_back({size_, *records->external});
}

void WireWriter::WriteRaw(std::span<const std::byte> bytes) {
  if (!bytes.empty()) std::memcpy(Grow(bytes.size()), bytes.data(), bytes.size());
}

void WireWriter::PatchInt32(size_t at, int32_t value) {
  INVARIANT(at + sizeof value <= size_);
  StoreBigEndian32(bytes_.data() + at, static_cast<uint32_t>(value));
}

}  // namespace gamevents::broker
