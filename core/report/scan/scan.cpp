#include "core/report/scan/scan.h"

#include "core/base/check.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

namespace gamevents::report {
namespace {

/// Shows one record to every step; `event` is the scan's own, to keep its buffers.
Status ShowTo(std::span<Step* const> steps, const kafka::RecordView& record,
              const event::Filter* where, RecordEvent& event, ScanTotals& totals) {
  const bool is_event = event.Read(record);
  const bool selected = is_event && (where == nullptr || where->Matches(event));
  totals.records += 1;
  totals.events += is_event ? 1 : 0;
  totals.selected += selected ? 1 : 0;
  const Scanned scanned{record, is_event ? &event : nullptr, selected};
  for (Step* step : steps) {
    if (auto taken = step->Take(scanned); !taken) return taken;
  }
  return Done{};
}

}  // namespace

std::vector<std::unique_ptr<RecordSource>> RecordSource::Split(size_t) { return {}; }

ScanTotals& ScanTotals::operator+=(const ScanTotals& more) {
  records += more.records;
  events += more.events;
  selected += more.selected;
  expected = std::max(expected, more.expected);  // of the whole, in every part
  partial = partial || more.partial;
  return *this;
}

size_t ScanThreads() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kScanThreadsMax);
}

Result<ScanTotals> Scan(RecordSource& source, std::span<Step* const> steps,
                        const ScanOptions& options) {
  const auto satisfied = [](const Step* step) { return step->Satisfied(); };
  RecordEvent event;
  ScanTotals totals;
  totals.expected = source.Length();
  while (options.to_the_end || !std::ranges::all_of(steps, satisfied)) {
    if (options.stop != nullptr && *options.stop) break;
    auto records = source.Next();
    if (!records && records.error().fault == Fault::kClosed) {
      totals.partial = true;
      break;
    }
    if (!records) return std::move(records).error();
    if (records->empty()) break;
    for (const kafka::RecordView& record : *records) {
      auto shown = ShowTo(steps, record, options.where, event, totals);
      if (!shown) return std::move(shown).error();
    }
    if (options.progress) options.progress(totals);
  }
  return totals;
}

Result<ScanTotals> ScanParts(std::span<const std::unique_ptr<RecordSource>> parts,
                             std::span<const std::vector<Step*>> steps,
                             const ScanOptions& options) {
  INVARIANT(parts.size() == steps.size());
  std::atomic<bool> stop{false};
  std::mutex mutex;  // guards `so_far`, and progress
  std::vector<ScanTotals> so_far(parts.size());
  std::vector<Result<ScanTotals>> ends(parts.size(), Result<ScanTotals>(ScanTotals{}));
  const auto sum = [&] {
    ScanTotals all;
    for (const ScanTotals& part : so_far) all += part;
    return all;
  };
  std::vector<std::thread> threads;
  for (size_t i = 0; i < parts.size(); ++i) {
    threads.emplace_back([&, i] {
      ScanOptions mine = options;
      mine.stop = &stop;
      mine.progress = [&, i](const ScanTotals& totals) {
        const std::lock_guard lock(mutex);
        so_far[i] = totals;
        if (options.progress) options.progress(sum());
      };
      ends[i] = Scan(*parts[i], steps[i], mine);
      if (!ends[i]) stop = true;
    });
  }
  for (std::thread& thread : threads) thread.join();
  ScanTotals all;
  for (Result<ScanTotals>& end : ends) {
    if (!end) return std::move(end).error();
    all += *end;
  }
  return all;
}

}  // namespace gamevents::report
