#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// What a Content-Type says, without parameters but the charset (RFC 9110 section 8.3), in lower
/// case; both empty when there is none.
struct MediaType {
  std::string name;     ///< "application/json"
  std::string charset;  ///< "utf-8"

  /// Whether it declares JSON: application/json, or a subtype that ends in +json.
  bool IsJson() const;
};

MediaType ParseMediaType(std::string_view content_type);

/// How the events of a body follow each other.
enum class Shape : uint8_t {
  kOne,    ///< the whole body is one event
  kArray,  ///< a JSON array of events
  kLines,  ///< an event a line (NDJSON)
};

/// Whether a charset is UTF-8 or a part of it, by any of its names (WHATWG's Encoding standard); in
/// lower case. No name is UTF-8, too.
bool IsUtf8Charset(std::string_view charset);

/// The shape of a body that only says that it is JSON: an array when it begins with '['; lines when
/// its first line closes every bracket that it opens and more follows; else one event. So neither
/// an object printed over several lines nor a line that is no JSON is taken for the other.
Shape Sniff(std::string_view body);

/// Where one event stands in its body, without white space around it.
struct Piece {
  size_t offset = 0;
  size_t size = 0;
};

/// Cuts a body into its events; a blank line is none, and a byte order mark at the body's start is
/// passed over. Only the array's own brackets and commas are
/// checked: what a piece is worth is for a parser to say.
/// Errors: kBadInput (the array is broken at that byte, so nobody knows where its events end; or
/// the body is empty); kFull (more than `events_max` events).
Result<std::vector<Piece>> Split(std::string_view body, Shape shape, size_t events_max);

}  // namespace gamevents::collector
