#include "core/collector/request/json_text.h"

#include "core/base/byte_words.h"

#include <array>
#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gamevents::collector {
namespace {

// What stands in JSON between strings and says nothing of where a nested value ends: a look at a
// table instead of five comparisons.
constexpr auto kPassedOver = [] {
  std::array<bool, 256> passed{};
  passed.fill(true);
  for (const char c : std::string_view("\"{}[]")) passed[static_cast<unsigned char>(c)] = false;
  return passed;
}();

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The next quote at or behind `at`. Most strings are short, so it takes a look at a word or two.
size_t FindQuote(std::string_view text, size_t at) {
  for (; at + kWordBytes <= text.size(); at += kWordBytes) {
    const uint64_t quotes = BytesEqual(LoadWord(text.data() + at), '"');
    if (quotes != 0) return at + static_cast<size_t>(std::countr_zero(quotes)) / 8;
  }
  return text.find('"', at);
}

// Behind the closing quote of the string within which `at` is, or which begins before it. Each run
// of backslashes is counted for one quote only, so this is linear.
size_t EndOfString(std::string_view text, size_t at) {
  for (size_t quote = FindQuote(text, at); quote != std::string_view::npos;
       quote = FindQuote(text, quote + 1)) {
    size_t backslashes = 0;
    while (text[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return quote + 1;
  }
  return std::string_view::npos;
}

// How far a walk to the end of a value has come.
struct Walk {
  size_t at = 0;
  size_t depth = 0;
  bool in_string = false;
};

#if defined(__SSE2__)
constexpr size_t kBlockBytes = 16;

uint32_t Those(__m128i bytes, char byte) {
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte))));
}

// Goes on by 16 bytes at a time while there are so many and no backslash among them. Whether the
// value has ended: behind it, then. Requires: it is nested.
bool WalkByBlocks(std::string_view text, Walk& walk) {
  for (; text.size() - walk.at >= kBlockBytes; walk.at += kBlockBytes) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + walk.at));
    if (Those(bytes, '\\') != 0) return false;
    // Each bit becomes the parity of those up to it: set from an opening quote to a closing one.
    uint32_t strings = Those(bytes, '"');
    strings ^= strings << 1;
    strings ^= strings << 2;
    strings ^= strings << 4;
    strings ^= strings << 8;
    if (walk.in_string) strings = ~strings;
    // Brackets are braces but for this bit.
    const __m128i braces = _mm_or_si128(bytes, _mm_set1_epi8('{' ^ '['));
    const uint32_t opening = Those(braces, '{') & ~strings;
    const uint32_t closing = Those(braces, '}') & ~strings;
    for (uint32_t left = opening | closing; left != 0; left &= left - 1) {
      if ((left & -left & opening) != 0) {
        ++walk.depth;
      } else if (--walk.depth == 0) {
        walk.at += static_cast<size_t>(std::countr_zero(left)) + 1;
        return true;
      }
    }
    walk.in_string = (strings >> (kBlockBytes - 1) & 1) != 0;
  }
  return false;
}
#else
bool WalkByBlocks(std::string_view, Walk&) { return false; }
#endif

bool IsNested(std::string_view text, size_t at) {
  return at < text.size() && (text[at] == '{' || text[at] == '[');
}

}  // namespace

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

size_t EndOfValue(std::string_view text, size_t at) {
  Walk walk{at};
  if (IsNested(text, at) && WalkByBlocks(text, walk)) return walk.at;
  size_t i = walk.at;
  size_t depth = walk.depth;
  if (walk.in_string) i = EndOfString(text, i);
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (depth > 0 && kPassedOver[static_cast<unsigned char>(c)]) continue;
    if (c == '"') {
      const size_t end = EndOfString(text, i + 1);
      if (end == std::string_view::npos || depth == 0) return end;
      i = end - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return i;
      if (--depth == 0) return i + 1;
    } else if (depth == 0 && (c == ',' || IsSpace(c))) {
      return i;
    }
  }
  return depth == 0 ? text.size() : std::string_view::npos;
}

void ForEachMember(
    std::string_view object,
    const std::function<void(std::string_view name, std::string_view value)>& visit) {
  size_t at = SkipSpace(object, 0) + 1;
  while (true) {
    const size_t name = SkipSpace(object, at);
    if (name >= object.size() || object[name] != '"') return;
    const size_t name_end = EndOfValue(object, name);
    const size_t value = SkipSpace(object, SkipSpace(object, name_end) + 1);  // behind the colon
    const size_t value_end = EndOfValue(object, value);
    visit(object.substr(name, name_end - name), object.substr(value, value_end - value));
    at = SkipSpace(object, value_end) + 1;  // behind the comma or the end
  }
}

void AppendOneLine(std::string& out, std::string_view json) {
  // Most events are one line already.
  if (json.find('\n') == std::string_view::npos && json.find('\r') == std::string_view::npos) {
    out += json;
    return;
  }
  for (size_t i = 0; i < json.size();) {
    if (json[i] == '\n' || json[i] == '\r') {
      i = SkipSpace(json, i);
    } else {
      out += json[i++];
    }
  }
}

}  // namespace gamevents::collector
