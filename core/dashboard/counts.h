#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/dashboard/pulse.h"
#include "core/dashboard/query.h"
#include "core/report/answer/overview.h"
#include "core/report/scan/scan.h"
#include "core/report/scan/till.h"
#include "core/report/steps/grouping.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace gamevents::dashboard {

/// What came of a range, beside what an overview shows.
struct RangeFigures {
  int64_t messages = 0;            ///< those that are no events among them
  int64_t events = 0;              ///< those that were asked for
  std::optional<int64_t> users{};  ///< nothing: too many
  double revenue = 0;
};

/// All that a page shows, at one moment.
struct Figures {
  report::Overview::Parts parts;
  report::NotObjects not_objects;
  RangeFigures range{};
  std::optional<RangeFigures> before{};                   ///< of the period before
  std::optional<report::Overview::Part> course_before{};  ///< its course
  PulseFigures pulse{};
  bool has_revenue = true;  ///< false: there was more to follow than the memory allows
};

/// Counts what a page shows, record by record: the one step of its scan, whether that follows the
/// topic or reads what a query needs. The scan has no condition: the counts know it. Not
/// thread-safe.
class Counts final : public report::Step {
 public:
  /// `memory`: what all of it may keep. `clock` must outlive it.
  Counts(Scope scope, size_t memory, const Clock& clock);

  /// Never fails.
  Status Take(const report::Scanned& scanned) override;

  /// What has been counted so far, and the figures of the clock's now.
  Figures Finish();

  const Scope& scope() const { return scope_; }
  /// Records that were taken.
  int64_t records() const { return records_; }

 private:
  enum class Period : uint8_t { kNone, kRange, kBefore };

  std::optional<int64_t> TimeOf(const report::Scanned& scanned) const;
  Period PeriodOf(std::optional<int64_t> time) const;
  void CountIn(Period period, const report::Scanned& scanned);
  void CountSales(const report::Scanned& scanned, std::optional<int64_t> time, Period period);
  void PadCourse(report::Table& course) const;

  const Scope scope_;
  const size_t memory_each_;
  int64_t records_ = 0;
  report::Overview overview_;
  std::vector<report::Step*> steps_;  // of the overview
  report::NotObjects not_objects_;
  RangeFigures range_{};
  RangeFigures before_{};
  report::Groups course_before_;
  report::Groups users_before_;
  Pulse pulse_;
  std::unique_ptr<report::Till> till_ = std::make_unique<report::Till>();  // null: too much
};

}  // namespace gamevents::dashboard
