#pragma once

#include "core/base/moment.h"
#include "core/base/result.h"
#include "core/event/filter_tree.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::event {

/// Whether `word` is one of the language's own words (and, or, not, in, exists, true, false,
/// null), in whatever case.
bool IsFilterKeyword(std::string_view word);

/// Whether `c` may stand in a name without quotes.
bool IsBareNameCharacter(char c);

/// Reads a filter's text from left to right, one piece at a time; the parser says which kind of
/// piece may stand where, so no piece is ever ambiguous. White space before a piece is skipped.
/// The text must be UTF-8 and outlive the cursor.
class FilterCursor {
 public:
  explicit FilterCursor(std::string_view text, ReadMoment moments = nullptr)
      : text_(text), moments_(std::move(moments)) {}

  /// Whether only white space is left.
  bool AtEnd();
  /// Where the next piece starts, in bytes.
  size_t Position();
  /// The text from `begin` to the last piece that was taken.
  std::string_view TakenSince(size_t begin) const { return text_.substr(begin, position_ - begin); }
  /// An error about what stands at `position`.
  Error At(size_t position, std::string_view what) const;

  /// Takes `symbol` if it comes next.
  bool TakeSymbol(char symbol);
  /// Takes `keyword` (given in lower case) if it comes next as a whole word, in whatever case.
  bool TakeKeyword(std::string_view keyword);
  /// Takes a comparison (not ~ nor in) if one comes next.
  std::optional<Operator> TakeOperator();

  /// `name`, `"any name"`, or several joined by dots. Errors: kBadInput.
  Result<FieldPath> TakeField();
  /// A quoted text, a number, true, false, null, a bare word or a moment behind an '@', which
  /// `moments` makes a text of. Errors: kBadInput.
  Result<Literal> TakeLiteral();

 private:
  void SkipSpace();
  bool Next(char c) const { return position_ < text_.size() && text_[position_] == c; }
  template <class Predicate>
  std::string_view TakeWhile(Predicate belongs);
  Result<std::string> TakeName();
  Result<std::string> TakeQuoted();

  std::string_view text_;
  ReadMoment moments_;
  size_t position_ = 0;
};

}  // namespace gamevents::event
