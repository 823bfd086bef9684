#pragma once

// What a filter's text becomes: made by filter_parser, read by filter_match.

#include "core/event/filter.h"
#include "core/event/value.h"

#include <re2/re2.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace gamevents::event {

/// What stands between a field and the one value that it is compared with.
enum class Operator : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

/// A value that the filter's text names.
using Literal = std::variant<Null, bool, int64_t, OwnedDigits, double, std::string>;

/// `field op value`. A null or boolean value stands only with = and !=.
struct Comparison {
  FieldPath field;
  Operator op;
  Literal value;
};

/// `field in (…)`: texts apart, because they are many and can be looked up.
struct OneOf {
  FieldPath field;
  std::set<std::string, std::less<>> texts;
  std::vector<Literal> others;
};

/// `field ~ regex`.
struct RegexMatch {
  FieldPath field;
  std::unique_ptr<const re2::RE2> regex;
};

/// `exists(field)`.
struct Exists {
  FieldPath field;
};

struct Node;

/// `not condition`.
struct Not {
  std::unique_ptr<const Node> inner;
};

/// Two conditions or more, joined by `and`.
struct All {
  std::vector<Node> parts;
};

/// Two conditions or more, joined by `or`.
struct Any {
  std::vector<Node> parts;
};

/// One condition of a filter.
struct Node {
  std::variant<Comparison, OneOf, RegexMatch, Exists, Not, All, Any> kind;
};

/// A parsed filter, with all fields that it looks at.
struct Filter::Tree {
  Node root;
  std::vector<FieldPath> fields;
};

}  // namespace gamevents::event
