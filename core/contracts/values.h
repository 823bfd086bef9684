#pragma once

#include "core/event/document.h"
#include "core/event/document_field.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::contracts {

/// JSON's types, a bit each.
enum Type : uint8_t {
  kNull = 1,
  kBoolean = 2,
  kObject = 4,
  kArray = 8,
  kNumber = 16,
  kString = 32,
  kInteger = 64,  ///< only in schemas: a number that is whole
};

/// A type, and what schemas call it.
struct TypeName {
  Type type;
  std::string_view name;
};
inline constexpr auto kTypeNames = std::to_array<TypeName>({{kNull, "null"},
                                                            {kBoolean, "boolean"},
                                                            {kObject, "object"},
                                                            {kArray, "array"},
                                                            {kNumber, "number"},
                                                            {kString, "string"},
                                                            {kInteger, "integer"}});

/// What schemas call the type.
std::string_view NameOf(Type type);

/// One JSON value of a ValueList.
struct Instance {
  Type type = kNull;
  std::string_view token;  ///< of a string what it says; else the value as it stands there
  size_t begin = 0;        ///< the first member or element, where there is one
  size_t end = 0;          ///< behind the last
};

/// The values of a JSON text as a flat list: members and elements stand behind what they are in, up
/// to its `next`. Of event::Document the elements of arrays are added; without an array nothing is
/// copied. Keeps its buffers, so not thread-safe.
class ValueList {
 public:
  /// The event. What is given views into `document`, until its next Parse.
  Instance Set(const event::Document& document);
  /// One value. Requires: `json` is valid, nested to no more than a sane depth, and outlives this.
  Instance Set(std::string_view json);

  /// The value of a member or element.
  Instance At(size_t index) const;
  /// Its name; empty for an element.
  std::string_view NameAt(size_t index) const { return values_[index].name; }
  /// What follows it in the same object or array.
  size_t Next(size_t index) const { return values_[index].next; }
  size_t size() const { return values_.size(); }

 private:
  std::span<const event::DocumentField> values_;
  std::vector<event::DocumentField> own_;
  std::deque<std::string> unescaped_;
};

/// Appends a text that is equal for equal values and for no others: members in any order, numbers
/// in any way to write them (JSON Schema core, section 4.2.2).
void AppendCanonical(const ValueList& values, const Instance& value, std::string& out);

}  // namespace gamevents::contracts
