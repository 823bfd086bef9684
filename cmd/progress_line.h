#pragma once

#include "core/report/scan/scan.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

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
  /// The same of bytes: "backed up 1200 of 3400 MB".
  void Say(std::string_view what, uint64_t bytes, uint64_t expected);

  void Clear();

 private:
  using Steady = std::chrono::steady_clock;

  bool Due();
  void Draw(const std::string& text);

  bool shown_;
  bool drawn_ = false;
  Steady::time_point start_;
  Steady::time_point next_;
};

}  // namespace gamevents::cmd
