#include "core/report/steps/column_kinds.h"

#include <cstddef>

namespace gamevents::report {

Status ColumnKinds::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    if (column.field.empty()) {
      kinds_[i].Take(column.read(scanned));
    } else {
      kinds_[i].TakeValue(scanned.event->Field(column.field));
    }
  }
  return Done{};
}

void ColumnKinds::Merge(ColumnKinds&& sibling) {
  for (size_t i = 0; i < kinds_.size(); ++i) kinds_[i].Merge(sibling.kinds_[i]);
}

}  // namespace gamevents::report
