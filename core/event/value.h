#pragma once

#include <compare>
#include <cstddef>
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
/// A whole number that no int64_t holds, as JSON writes it: a minus if it is negative, then its
/// digits, at most kDigitsMax bytes. No double stands for it, because many such numbers, the ids of
/// different users, have the same nearest double.
struct Digits {
  std::string_view text;
  friend bool operator==(const Digits&, const Digits&) = default;
};

/// The same with a text of its own.
struct OwnedDigits {
  std::string text;
  operator Digits() const { return {text}; }  // NOLINT(google-explicit-constructor): a view of it
  friend auto operator<=>(const OwnedDigits&, const OwnedDigits&) = default;
};

/// A whole number that is longer is the nearest double.
inline constexpr size_t kDigitsMax = 1'024;

/// A field's value as a filter or a column sees it. Texts are views into the document.
using Value = std::variant<Missing, Null, bool, int64_t, Digits, double, std::string_view, RawJson>;

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
