#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::event {

/// The field is not there.
struct Missing {};
/// The field is there and is JSON's null.
struct Null {};
/// An array or object, as its JSON text.
struct RawJson {
  std::string_view text;
};

/// A field's value as a filter or a column sees it. Texts are views into the document.
using Value = std::variant<Missing, Null, bool, int64_t, double, std::string_view, RawJson>;

/// The names from an event's top to a field: {"remote ip"} or {"cart", "total"}. Never empty.
using FieldPath = std::vector<std::string>;

/// Anything that has fields: a parsed event, a row of columns, a user's inventory.
class FieldSource {
 public:
  virtual ~FieldSource() = default;
  /// The value at `path`; Missing when there is none. May be called often and in any order.
  virtual Value Field(const FieldPath& path) const = 0;
};

}  // namespace gamevents::event
