#pragma once

#include "core/report/scan/column.h"
#include "core/report/scan/scan.h"
#include "core/report/table/cell_kinds.h"

#include <memory>
#include <utility>
#include <vector>

namespace gamevents::report {

/// Gathers which kinds of values the selected events have in each of `columns`.
class ColumnKinds final : public Step {
 public:
  explicit ColumnKinds(Columns columns) : columns_(std::move(columns)), kinds_(columns_.size()) {}

  /// Another, with nothing gathered, for a thread of its own.
  std::unique_ptr<ColumnKinds> Sibling() const { return std::make_unique<ColumnKinds>(columns_); }

  /// Never fails.
  Status Take(const Scanned& scanned) override;

  /// Takes what a sibling found.
  void Merge(ColumnKinds&& sibling);

  const std::vector<CellKinds>& kinds() const { return kinds_; }

 private:
  Columns columns_;
  std::vector<CellKinds> kinds_;
};

}  // namespace gamevents::report
