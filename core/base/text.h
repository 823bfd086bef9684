#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents {

/// Whether `text` is valid UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
bool IsUtf8(std::string_view text);

/// Whether `name` can name a key or a user in a line of a file: 1 to 128 bytes of UTF-8 without
/// control characters (U+0080 to U+009F too, which terminals obey), no blanks at its ends. Errors:
/// kBadInput.
Status CheckName(std::string_view name);

/// Whether `text` is ASCII, and a JSON string of it has nothing escaped: as most texts are.
bool IsPlain(std::string_view text);

/// Appends all of `parts` at once, for a text that is made of many. None may be of `out`.
void AppendAll(std::string& out, std::initializer_list<std::string_view> parts);

/// Appends `text` as a JSON string with its quotes (RFC 8259), escaping what must be: quote,
/// backslash and control characters. Requires: IsUtf8(text).
void AppendJsonString(std::string& out, std::string_view text);

/// `text` as a JSON string, as AppendJsonString writes it.
std::string JsonString(std::string_view text);

/// "%41" becomes "A"; '+' stays a plus. Errors: kBadInput for a '%' without two hex digits.
Result<std::string> PercentDecode(std::string_view text);

/// `text` as a part of a URL: every byte but letters, digits and "-._~" as "%41" (RFC 3986, section
/// 2.3).
std::string PercentEncode(std::string_view text);

/// The value of a hexadecimal digit in either case; nothing for any other character.
std::optional<uint8_t> HexDigit(char c);

/// Standard base64 (RFC 4648 section 4) with padding.
std::string Base64Encode(std::string_view bytes);

/// The bytes back. Errors: kBadInput for a character or a length that base64 cannot have.
Result<std::string> Base64Decode(std::string_view text);

/// The candidate with the smallest edit distance to `word`, if it is near enough to be a slip of
/// the fingers (a third of its length, at least 2).
std::optional<std::string_view> NearestWord(std::string_view word,
                                            std::span<const std::string_view> candidates);

/// The end of a message about an unknown `word`: "; did you mean X?" with the candidate that
/// NearestWord finds, or nothing when none is near.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates);

/// U+FEFF in UTF-8. Editors and libraries of Windows put one before a text.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// `text` without a byte order mark at its start, which a reader of JSON may ignore (RFC 8259
/// section 8.1).
std::string_view SkipByteOrderMark(std::string_view text);

/// The lines of `text`, without the "\n" or "\r\n" at their ends; the last need not have one. They
/// point into `text`.
std::vector<std::string_view> SplitLines(std::string_view text);

/// Whether `text` is an origin as browsers write it in the header Origin: "https://game.example",
/// "http://localhost:8080". Lower case, no path (WHATWG URL, section 4.5).
bool IsOrigin(std::string_view text);

/// Host and port out of "127.0.0.1:29092", "localhost:5000" or "[::1]:80".
struct HostPort {
  std::string host;
  uint16_t port = 0;
};
/// Errors: kBadInput when there is no port, or it is above 65535.
Result<HostPort> ParseHostPort(std::string_view text);

/// The way back: an IPv6 address stands in brackets (RFC 3986, section 3.2.2).
std::string FormatHostPort(const std::string& host, uint16_t port);

}  // namespace gamevents
