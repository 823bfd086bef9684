#pragma once

#include "core/base/result.h"
#include "core/event/value.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// One condition over an event's fields: the filter language of `consume --where`, `report
/// --where` and the HTTP API. Grammar and meaning: docs/filter.md. Immutable and thread-safe;
/// copies share.
class Filter {
 public:
  /// Errors: kBadInput, with the column and a line that points at it.
  static Result<Filter> Parse(std::string_view text);

  /// Whether `source` meets the condition. A comparison with a field that is missing, null or of
  /// another kind is false, whatever the operator; `not` turns that around.
  bool Matches(const FieldSource& source) const;

  /// The fields that the condition looks at, each once, in order of appearance.
  const std::vector<FieldPath>& fields() const;

  struct Node;

 private:
  explicit Filter(std::shared_ptr<const Node> root);
  std::shared_ptr<const Node> root_;
  std::vector<FieldPath> fields_;
};

/// Parses a field as the language writes it: `a.b`, `"remote ip"`, `cart."item name"`.
/// Errors: kBadInput.
Result<FieldPath> ParseFieldPath(std::string_view text);

/// The field as the language writes it, quoted only where needed.
std::string FormatFieldPath(const FieldPath& path);

}  // namespace gamevents::event
