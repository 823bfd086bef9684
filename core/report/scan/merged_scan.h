#pragma once

#include "core/report/scan/asked_fields.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/scan_summary.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace gamevents::report {

/// Scan in one part: says, too, which values were no events and which of the names in `options` no
/// event has. Errors: as Scan.
inline Result<ScanSummary> ScanOnce(RecordSource& source, const ScanOptions& options,
                                    std::vector<Step*> steps) {
  ScanSummary summary;
  AskedFields asked(options.asked);
  steps.insert(steps.end(), {&summary.not_objects, &asked});
  auto totals = Scan(source, steps, options);
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  summary.missing = asked.Finish();
  return summary;
}

/// Scans with `step` and siblings of it, one a part of the source, and merges them into it.
/// Mergeable: a Step with Sibling and Merge. Errors: open's; Scan's.
template <class Mergeable>
Result<ScanSummary> ScanMerged(const OpenSource& open, const ScanOptions& options,
                               Mergeable& step) {
  auto source = open();
  if (!source) return std::move(source).error();
  const auto parts = (*source)->Split(ScanThreads());
  if (parts.size() < 2) return ScanOnce(**source, options, {&step});
  ScanSummary summary;
  AskedFields asked(options.asked);
  std::vector<std::unique_ptr<Mergeable>> siblings;
  std::vector<NotObjects> not_objects(parts.size());
  std::vector<AskedFields> asked_of(parts.size(), asked);
  std::vector<std::vector<Step*>> steps;
  for (size_t i = 0; i < parts.size(); ++i) {
    siblings.push_back(step.Sibling());
    steps.push_back({siblings.back().get(), &not_objects[i], &asked_of[i]});
  }
  auto totals = ScanParts(parts, steps, options);
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  for (size_t i = 0; i < parts.size(); ++i) {
    step.Merge(std::move(*siblings[i]));
    summary.not_objects.Merge(not_objects[i]);
    asked.Merge(asked_of[i]);
  }
  summary.missing = asked.Finish();
  return summary;
}

}  // namespace gamevents::report
