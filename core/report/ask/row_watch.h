#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

/// Looks for the rows of one answer that meet a condition on its columns, as an alert does.
/// Not thread-safe.
class RowWatch {
 public:
  explicit RowWatch(event::Filter condition) : condition_(std::move(condition)) {}

  /// The answer's columns; to be called before See. Errors: kBadInput (the condition names a column
  /// that the answer has not).
  Status Begin(std::span<const Heading> headings);

  /// Looks at the next row. Requires: as many cells as headings.
  void See(const Row& row);

  /// How many rows have met the condition.
  size_t met() const { return met_; }
  /// The first of these, "count 42, kind sword"; empty while there is none.
  const std::string& first() const { return first_; }

 private:
  const event::Filter condition_;
  std::vector<std::string> names_;
  size_t met_ = 0;
  std::string first_;
};

}  // namespace gamevents::report
