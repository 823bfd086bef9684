#include "core/base/text.h"

#include "core/base/ascii.h"
#include "core/base/byte_words.h"
#include "core/base/number.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace gamevents {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool NeedsEscape(char c) { return static_cast<uint8_t>(c) < 0x20 || c == '"' || c == '\\'; }

// A text of four to eight bytes as one word: its halves overlap.
uint64_t LoadShort(std::string_view text) {
  uint32_t head = 0;
  uint32_t tail = 0;
  std::memcpy(&head, text.data(), sizeof(head));
  std::memcpy(&tail, text.data() + text.size() - sizeof(tail), sizeof(tail));
  return uint64_t{tail} << 32 | head;
}

// Whether no byte of the word is above 0x7F or escaped. Of bytes up to 0x7F none borrows from the
// next before one is found, and those above are found as they are: one mask does for all.
bool IsPlainWord(uint64_t word) {
  const uint64_t control = word - 0x20 * kEveryByte;
  const uint64_t quote = (word ^ '"' * kEveryByte) - kEveryByte;
  const uint64_t backslash = (word ^ '\\' * kEveryByte) - kEveryByte;
  return ((word | control | quote | backslash) & kHighBits) == 0;
}

// Where the first byte at or after `from` is that a JSON string cannot hold as it is.
size_t FindEscape(std::string_view text, size_t from) {
  const bool is_short = text.size() >= kWordBytes / 2 && text.size() < kWordBytes;
  if (is_short && BytesEscaped(LoadShort(text)) == 0) return text.size();
  while (from + kWordBytes <= text.size()) {
    if (BytesEscaped(LoadWord(text.data() + from)) != 0) break;
    from += kWordBytes;
  }
  // The last word once more, from the text's end: what of it was seen before is plain.
  const bool is_rest =
      text.size() >= kWordBytes && from < text.size() && from + kWordBytes > text.size();
  if (is_rest && BytesEscaped(LoadWord(text.data() + text.size() - kWordBytes)) == 0)
    return text.size();
  while (from < text.size() && !NeedsEscape(text[from])) ++from;
  return from;
}

// The length of the UTF-8 sequence at the front of `text`, 0 when it is not a valid one.
size_t SequenceLength(std::string_view text) {
  auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = at(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  // The second byte's range shuts out overlong forms, surrogates and what lies past U+10FFFF.
  if (lead == 0xE0 && at(1) < 0xA0) return 0;
  if (lead == 0xED && at(1) > 0x9F) return 0;
  if (lead == 0xF0 && at(1) < 0x90) return 0;
  if (lead == 0xF4 && at(1) > 0x8F) return 0;
  return length;
}

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[static_cast<uint8_t>(c) & 15];
  }
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    if (text.size() >= kWordBytes && (LoadWord(text.data()) & kHighBits) == 0) {
      text.remove_prefix(kWordBytes);
      continue;
    }
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Status CheckName(std::string_view name) {
  constexpr size_t kNameBytesMax = 128;
  char before = 0;
  for (const char c : name) {
    const auto byte = static_cast<uint8_t>(c);
    const bool is_c1 = before == '\xC2' && byte >= 0x80 && byte < 0xA0;
    if (byte < 0x20 || byte == 0x7F || is_c1) {
      return Error{Fault::kBadInput, "the name has control characters"};
    }
    before = c;
  }
  if (name.empty() || name.size() > kNameBytesMax || !IsUtf8(name)) {
    return Error{Fault::kBadInput, "the name is not UTF-8, or is not of 1 to 128 bytes"};
  }
  if (Trim(name) != name) {
    return Error{Fault::kBadInput, "the name begins or ends with a blank"};
  }
  return Done{};
}

bool IsPlain(std::string_view text) {
  if (text.size() < kWordBytes / 2) {
    return std::ranges::none_of(text, [](char c) { return c < 0 || NeedsEscape(c); });
  }
  if (text.size() < kWordBytes) return IsPlainWord(LoadShort(text));
  // The last word may have bytes of the one before it.
  const char* const last = text.data() + text.size() - kWordBytes;
  for (const char* at = text.data(); at < last; at += kWordBytes) {
    if (!IsPlainWord(LoadWord(at))) return false;
  }
  return IsPlainWord(LoadWord(last));
}

void AppendAll(std::string& out, std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  const size_t before = out.size();
  out.resize(before + size);
  char* to = out.data() + before;
  for (const std::string_view part : parts) to += part.copy(to, part.size());
}

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  for (size_t start = 0; start < text.size();) {
    const size_t end = FindEscape(text, start);
    out.append(text, start, end - start);
    if (end < text.size()) AppendEscaped(out, text[end]);
    start = end + 1;
  }
  out += '"';
}

std::optional<uint8_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::string JsonString(std::string_view text) {
  std::string json;
  AppendJsonString(json, text);
  return json;
}

Result<std::string> PercentDecode(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const bool room = i + 2 < text.size();
    const auto high = room ? HexDigit(text[i + 1]) : std::nullopt;
    const auto low = room ? HexDigit(text[i + 2]) : std::nullopt;
    if (!high || !low) {
      return Error{Fault::kBadInput, "a '%' must be followed by two hexadecimal digits"};
    }
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kKept = "-._~";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const char lower = Lower(c);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || kKept.find(c) != kKept.npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<uint8_t>(c);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 0xF]});
  }
  return out;
}

std::string Base64Encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0);
    }
    for (size_t j = 0; j < 4; ++j) {
      out += j <= count ? kBase64[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

Result<std::string> Base64Decode(std::string_view text) {
  const Error bad{Fault::kBadInput, "not base64"};
  if (text.size() % 4 != 0) return bad;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t group = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const size_t digit = is_padding ? 0 : kBase64.find(text[i]);
    if (digit == std::string_view::npos) return bad;
    group = group << 6 | static_cast<uint32_t>(digit);
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(group >> shift & 255);
    group = 0;
  }
  out.resize(out.size() - padding);
  return out;
}

std::optional<std::string_view> NearestWord(std::string_view word,
                                            std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (std::string_view candidate : candidates) {
    // In capitals it is the same word, and another one only to a machine.
    const size_t distance = EditDistance(Lower(word), Lower(candidate));
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates) {
  const auto nearest = NearestWord(word, candidates);
  return nearest ? "; did you mean " + std::string(*nearest) + "?" : std::string();
}

std::string_view SkipByteOrderMark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool IsOrigin(std::string_view text) {
  const size_t scheme_end = text.find("://");
  if (scheme_end == text.npos || scheme_end == 0) return false;
  const std::string_view host = text.substr(scheme_end + 3);
  return !host.empty() && host.find_first_of("/?#@") == host.npos &&
         std::ranges::all_of(
             text, [](char c) { return c > 0x20 && c < 0x7F && c != '*' && (c < 'A' || c > 'Z'); });
}

std::string FormatHostPort(const std::string& host, uint16_t port) {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<HostPort> ParseHostPort(std::string_view text) {
  const auto bad = [&] {
    return Error{Fault::kBadInput, "'" + std::string(text) + "' is not HOST:PORT"};
  };
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto port = ParseWholeNumber<uint16_t>(digits);
  if (!port || host.empty()) return bad();
  return HostPort{std::string(host), *port};
}

}  // namespace gamevents
