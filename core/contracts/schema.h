#pragma once

#include "core/contracts/decimal.h"
#include "core/contracts/values.h"
#include "core/event/value.h"

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A schema as it is checked: what keywords.cpp makes of JSON Schema's keywords, and check.cpp
// walks. Pointers between schemas lead within one SchemaSet, which owns all of them.

namespace gamevents::contracts {

struct Schema;

inline constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

/// A count that a schema limits at both ends.
struct Bounds {
  size_t min = 0;
  size_t max = kNoLimit;
};

/// enum and const. Texts, the most usual, are found without making a canonical text.
struct Choices {
  std::vector<std::string> texts;      ///< sorted
  std::vector<std::string> canonical;  ///< of all others, sorted: see AppendCanonical
  std::string shown;                   ///< for messages
};

struct NumberLimit {
  event::Value value;  ///< int64_t or double
  std::string text;
};

struct NumberRules {
  std::optional<NumberLimit> minimum, maximum, above, below;
  std::optional<Divisor> multiple_of;
  std::string multiple_of_text;
};

/// `pattern`, or a name of patternProperties.
struct Pattern {
  std::string text;
  std::unique_ptr<const re2::RE2> regex;
  const Schema* schema = nullptr;  ///< of patternProperties
};

struct StringRules {
  Bounds length;  ///< in characters
  Pattern pattern;
};

struct ArrayRules {
  Bounds count;
  bool unique = false;
  std::vector<const Schema*> prefix;
  const Schema* items = nullptr;
  const Schema* contains = nullptr;
  Bounds contained{1, kNoLimit};
};

struct Property {
  std::string name;
  const Schema* schema = nullptr;
};

/// What an object must be, or have, once it has the member `name`.
struct Dependent {
  std::string name;
  std::vector<std::string> required;
  const Schema* schema = nullptr;
};

struct ObjectRules {
  Bounds count;
  std::vector<std::string> required;
  std::vector<Property> properties;  ///< in the schema's order, which is often the event's
  std::map<std::string, size_t, std::less<>> places;  ///< of properties, by name
  std::vector<Pattern> patterns;
  const Schema* additional = nullptr;  ///< additionalProperties
  const Schema* names = nullptr;       ///< propertyNames
  std::vector<Dependent> dependents;
};

/// Other schemas for the same value.
struct Combination {
  const Schema* reference = nullptr;  ///< $ref
  std::vector<const Schema*> all_of, any_of, one_of;
  const Schema* none_of = nullptr;  ///< not
  const Schema* condition = nullptr;
  const Schema* then = nullptr;
  const Schema* otherwise = nullptr;
};

struct Schema {
  bool never = false;  ///< the schema `false`
  uint8_t types = 0;   ///< bits of Type; 0: any
  std::unique_ptr<Choices> choices;
  std::unique_ptr<NumberRules> numbers;
  std::unique_ptr<StringRules> strings;
  std::unique_ptr<ArrayRules> arrays;
  std::unique_ptr<ObjectRules> objects;
  std::unique_ptr<Combination> combination;
};

/// The member of `parts` (Schema::numbers, …), made if it is not there yet.
template <class Part>
Part& Needed(std::unique_ptr<Part>& part) {
  if (!part) part = std::make_unique<Part>();
  return *part;
}

}  // namespace gamevents::contracts
