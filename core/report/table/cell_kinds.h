#pragma once

#include "core/event/value.h"
#include "core/report/table/cell.h"

#include <cstdint>
#include <vector>

namespace gamevents::report {

/// Which kinds of values a column's cells are: what its type in a file of typed columns follows
/// from. Nulls, "no time" among them, are none.
class CellKinds {
 public:
  enum Kind : uint16_t {
    kNone = 0,
    kBoolean = 1 << 0,
    kWhole = 1 << 1,      ///< a whole number that a double holds, too
    kLongWhole = 1 << 2,  ///< one that an int64_t holds and not every double
    kDigits = 1 << 3,     ///< one that no int64_t holds
    kDouble = 1 << 4,
    kText = 1 << 5,
    kBytes = 1 << 6,
    kTime = 1 << 7,
    kJson = 1 << 8,
  };

  void Take(const Cell& cell);
  /// The same for the cell that `value` makes, without making it.
  void TakeValue(const event::Value& value);
  void Merge(CellKinds other) { kinds_ = static_cast<uint16_t>(kinds_ | other.kinds_); }

  bool none() const { return kinds_ == kNone; }
  /// Whether there is nothing but these: kWhole | kDouble.
  bool Only(int kinds) const { return (kinds_ & ~kinds) == 0; }

 private:
  uint16_t kinds_ = kNone;
};

/// The kinds of each of the columns of `table`.
std::vector<CellKinds> KindsOf(const Table& table);

}  // namespace gamevents::report
