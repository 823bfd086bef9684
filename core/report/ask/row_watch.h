#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"
#include "core/event/filter_tree.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gamevents::report {

/// Looks for the rows of one answer that meet a condition on its columns, as an alert does.
/// Not thread-safe.
class RowWatch {
 public:
  explicit RowWatch(event::Filter condition);

  /// The answer's columns; to be called before See. Errors: kBadInput (the condition names a column
  /// that the answer has not).
  Status Begin(std::span<const Heading> headings);

  /// Looks at the next row. Requires: as many cells as headings.
  void See(const Row& row);

  /// A comparison that no row can have met, because its column never had a value of the kind that
  /// it is compared with: "count is never a text, as x is"; empty where there is none.
  std::string NeverAlike() const;

  /// How many rows have met the condition.
  size_t met() const { return met_; }
  /// The first of these, "count 42, kind sword"; empty while there is none.
  const std::string& first() const { return first_; }

 private:
  /// A comparison with a number or a text, and the kinds of values that it has met.
  struct Compared {
    const event::Comparison* comparison;
    bool met_alike = false;
    bool met_other = false;
  };

  const event::Filter condition_;
  std::vector<Compared> compared_;
  std::vector<std::string> names_;
  size_t met_ = 0;
  std::string first_;
};

}  // namespace gamevents::report
