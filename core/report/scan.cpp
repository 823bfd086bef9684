#include "core/report/scan.h"

#include <algorithm>

namespace gamevents::report {
namespace {

/// Shows one record to every step; `document` is the scan's own, to keep its buffers.
Status ShowTo(std::span<Step* const> steps, const kafka::RecordView& record,
              const event::Filter* where, event::Document& document, ScanTotals& totals) {
  const bool is_event = record.value && document.Parse(*record.value);
  const bool selected = is_event && (where == nullptr || where->Matches(document));
  totals.records += 1;
  totals.events += is_event ? 1 : 0;
  totals.selected += selected ? 1 : 0;
  const Scanned scanned{record, is_event ? &document : nullptr, selected};
  for (Step* step : steps) {
    if (auto taken = step->Take(scanned); !taken) return taken;
  }
  return Done{};
}

}  // namespace

Result<ScanTotals> Scan(RecordSource& source, std::span<Step* const> steps,
                        const ScanOptions& options) {
  const auto satisfied = [](const Step* step) { return step->Satisfied(); };
  event::Document document;
  ScanTotals totals;
  while (options.to_the_end || !std::ranges::all_of(steps, satisfied)) {
    auto records = source.Next();
    if (!records) return std::move(records).error();
    if (records->empty()) break;
    for (const kafka::RecordView& record : *records) {
      auto shown = ShowTo(steps, record, options.where, document, totals);
      if (!shown) return std::move(shown).error();
    }
    if (options.progress) options.progress(totals);
  }
  return totals;
}

}  // namespace gamevents::report
