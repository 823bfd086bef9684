#include "core/report/table/utf8.h"

#include "core/base/check.h"

#include <algorithm>
#include <cstdint>

namespace gamevents::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

uint8_t At(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// How many bytes the lead byte announces; 0 when it cannot lead.
size_t AnnouncedLength(uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

/// Whether `second` may follow `lead`: rules out overlong forms and what lies past U+10FFFF.
/// Surrogates pass: Java takes all three of their bytes before it refuses them.
bool MayFollow(uint8_t lead, uint8_t second) {
  if (!IsContinuation(second)) return false;
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second <= 0x8F;
  return true;
}

/// How many bytes at the front belong together: the whole sequence, or as far as it is one.
size_t SequenceLength(std::string_view text, size_t announced) {
  if (text.size() < 2 || !MayFollow(At(text, 0), At(text, 1))) return 1;
  size_t length = 2;
  while (length < announced && length < text.size() && IsContinuation(At(text, length))) ++length;
  return length;
}

}  // namespace

CodePoint FirstCodePoint(std::string_view text) {
  INVARIANT(!text.empty());
  const uint8_t lead = At(text, 0);
  if (lead < 0x80) return {lead, 1, true};
  const size_t announced = AnnouncedLength(lead);
  if (announced == 0) return {kReplacement, 1, false};
  const size_t length = SequenceLength(text, announced);
  if (length < announced) return {kReplacement, length, false};
  char32_t value = lead & (0x7Fu >> announced);
  for (size_t i = 1; i < announced; ++i) value = (value << 6) | (At(text, i) & 0x3Fu);
  if (value >= 0xD800 && value <= 0xDFFF) return {kReplacement, length, false};
  return {value, length, true};
}

void AppendUtf8(std::string& out, char32_t value) {
  INVARIANT(value <= 0x10FFFF);
  const auto tail = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | ((value >> shift) & 0x3F)));
  };
  if (value < 0x80) {
    out.push_back(static_cast<char>(value));
  } else if (value < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (value >> 6)));
    tail(0);
  } else if (value < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (value >> 12)));
    tail(6), tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | (value >> 18)));
    tail(12), tail(6), tail(0);
  }
}

std::string ReplaceMalformed(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const CodePoint point = FirstCodePoint(bytes);
    if (point.valid) {
      out.append(bytes.substr(0, point.bytes));
    } else {
      AppendUtf8(out, kReplacement);
    }
    bytes.remove_prefix(point.bytes);
  }
  return out;
}

}  // namespace gamevents::report
