#include "core/parquet/compact.h"

#include "core/base/bytes.h"
#include "core/base/check.h"

#include <array>

namespace gamevents::parquet {
namespace {

// The protocol's numbers for a field's type. A boolean's value is in its type.
constexpr uint8_t kTrueField = 1;
constexpr uint8_t kFalseField = 2;
constexpr uint8_t kI32Field = 5;
constexpr uint8_t kI64Field = 6;
constexpr uint8_t kTextField = 8;
constexpr uint8_t kListField = 9;
constexpr uint8_t kStructField = 12;

constexpr int kShortDeltaMax = 15;    // of a field's number to the one before
constexpr size_t kShortListMax = 14;  // elements
constexpr uint8_t kLongList = 0xF0;

}  // namespace

void CompactWriter::Varint(uint64_t value) {
  std::array<std::byte, kVarint64BytesMax> bytes{};
  const size_t size = StoreVarint64(bytes.data(), value);
  out_.append(AsText(std::span(bytes).first(size)));
}

void CompactWriter::Header(int16_t field, uint8_t type) {
  INVARIANT(!last_.empty());
  const int delta = field - last_.back();
  INVARIANT(delta > 0);
  if (delta <= kShortDeltaMax) {
    out_.push_back(static_cast<char>(delta << 4 | type));
  } else {
    out_.push_back(static_cast<char>(type));
    Varint(ZigzagEncode32(field));
  }
  last_.back() = field;
}

void CompactWriter::BeginStruct(int16_t field) {
  Header(field, kStructField);
  BeginStruct();
}

void CompactWriter::EndStruct() {
  INVARIANT(!last_.empty());
  last_.pop_back();
  out_.push_back('\0');
}

void CompactWriter::Bool(int16_t field, bool value) {
  Header(field, value ? kTrueField : kFalseField);
}

void CompactWriter::I32(int16_t field, int32_t value) {
  Header(field, kI32Field);
  I32(value);
}

void CompactWriter::I64(int16_t field, int64_t value) {
  Header(field, kI64Field);
  Varint(ZigzagEncode64(value));
}

void CompactWriter::Text(int16_t field, std::string_view value) {
  Header(field, kTextField);
  Text(value);
}

void CompactWriter::BeginList(int16_t field, Element element, size_t size) {
  Header(field, kListField);
  const auto type = static_cast<uint8_t>(element);
  if (size <= kShortListMax) {
    out_.push_back(static_cast<char>(size << 4 | type));
  } else {
    out_.push_back(static_cast<char>(kLongList | type));
    Varint(size);
  }
}

void CompactWriter::I32(int32_t element) { Varint(ZigzagEncode32(element)); }

void CompactWriter::Text(std::string_view element) {
  Varint(element.size());
  out_.append(element);
}

}  // namespace gamevents::parquet
