#pragma once

#include "core/report/scan/scan.h"

#include <chrono>

namespace gamevents::cmd {

/// What a long scan says on a terminal: one line of stderr that is written over and taken away at
/// the end. One thread at a time.
class ProgressLine {
 public:
  ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { Clear(); }

  void Say(const report::ScanTotals& totals);

  void Clear();

 private:
  using Steady = std::chrono::steady_clock;

  bool shown_;
  bool drawn_ = false;
  Steady::time_point start_;
  Steady::time_point next_;
};

}  // namespace gamevents::cmd
