#pragma once

#include "core/base/moment.h"
#include "core/base/result.h"
#include "core/event/value.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// What a filter may cost. Texts come from outsiders, so each limit is checked before the work.
inline constexpr size_t kFilterBytesMax = 64u << 10;
/// Parentheses and `not` within each other; parsing and matching recurse.
inline constexpr int kFilterDepthMax = 64;
/// Comparisons and `exists` in one filter.
inline constexpr size_t kFilterConditionsMax = 1000;
/// The values of one `in (…)`.
inline constexpr size_t kFilterListMax = 1000;
inline constexpr size_t kFilterRegexesMax = 16;
/// One expression's program and its cache while matching. An expression that needs more for its
/// program is refused; one that needs more for its cache gets slower, still in linear time.
inline constexpr int64_t kFilterRegexMemoryMax = 1 << 20;

/// One condition over an event's fields: the filter language of `consume --where`, `report
/// --where` and the HTTP API. Grammar and meaning: docs/filter.md. Immutable and thread-safe;
/// copies share.
class Filter {
 public:
  /// Errors: kBadInput, with the line and column (in characters, from 1) and two lines that show
  /// the text and point at it; or over one of the limits above.
  /// `moments`: takes what stands behind an '@'; without it that is an error.
  static Result<Filter> Parse(std::string_view text, const ReadMoment& moments = nullptr);

  /// Whether `source` meets the condition. A comparison with a field that is missing, null or of
  /// another kind is false, whatever the operator (`= null` and `!= null` aside); `not` turns that
  /// around. Takes time linear in the texts that it looks at.
  bool Matches(const FieldSource& source) const;

  /// The fields that the condition looks at, each once, in order of appearance.
  const std::vector<FieldPath>& fields() const;

  /// The texts that the condition compares `field` with by `=` or `in`, ascending.
  std::set<std::string, std::less<>> TextsOf(const FieldPath& field) const;

  struct Tree;

  /// The condition's parts (filter_tree.h), for callers that translate it into another language.
  const Tree& tree() const { return *tree_; }

 private:
  explicit Filter(std::shared_ptr<const Tree> tree);
  std::shared_ptr<const Tree> tree_;
};

/// Parses a field as the language writes it: `a.b`, `"remote ip"`, `cart."item name"`.
/// Errors: kBadInput, as Filter::Parse gives them.
Result<FieldPath> ParseFieldPath(std::string_view text);

/// The field as the language writes it, quoted only where needed.
/// Requires: `path` is not empty.
std::string FormatFieldPath(const FieldPath& path);

/// A name left of an operator, or a text right of one, in double quotes.
std::string QuoteText(std::string_view text);

}  // namespace gamevents::event
