#pragma once

#include "core/event/value.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gamevents::event {

/// One field of a document that was read, before anybody has asked for its value. The fields of a
/// nested object follow it at once, up to its `next`. Views into the document.
struct DocumentField {
  enum class Kind : uint8_t { kText, kRaw, kTrue, kFalse, kNull, kNumber };

  std::string_view name;
  std::string_view token;  ///< a text without its quotes; else the value as it stands there
  Kind kind = Kind::kNull;
  size_t next = 0;  ///< the index of the next field of the same object

  /// A number is worked out here, each time.
  Value value() const;
};

/// The white space of JSON (RFC 8259 section 2).
inline constexpr std::string_view kJsonSpace = " \t\n\r";
inline bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// What an atom, a value that is no text, object or array, is: `token` is all of it. False when it
/// is none of JSON's.
bool ReadAtom(std::string_view token, DocumentField::Kind& kind);

}  // namespace gamevents::event
