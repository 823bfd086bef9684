#pragma once

#include "core/report/scan/asked_fields.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/scan_summary.h"

#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace gamevents::report {

/// Scans with `step` and siblings of it, one a part of the source, and merges them into it.
/// Mergeable: a Step with Sibling and Merge. Errors: open's; Scan's.
template <class Mergeable>
Result<ScanSummary> ScanMerged(const OpenSource& open, const ScanOptions& options,
                               Mergeable& step) {
  auto source = open();
  if (!source) return std::move(source).error();
  const auto parts = (*source)->Split(ScanThreads());
  ScanSummary summary;
  AskedFields asked(options.asked);
  if (parts.size() < 2) {
    Step* const steps[] = {&step, &summary.not_objects, &asked};
    auto totals = Scan(**source, steps, options);
    if (!totals) return std::move(totals).error();
    summary.totals = *totals;
    summary.missing = asked.Finish();
    return summary;
  }
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
