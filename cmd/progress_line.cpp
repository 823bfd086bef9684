#include "cmd/progress_line.h"

#include "core/base/notes.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace gamevents::cmd {
namespace {

/// A scan shorter than this needs no progress.
constexpr std::chrono::seconds kProgressAfter{1};
constexpr std::chrono::milliseconds kProgressEvery{500};

}  // namespace

ProgressLine::ProgressLine()
    : shown_(::isatty(STDERR_FILENO) == 1 && IsNoted(NoteLevel::kInfo)),
      start_(Steady::now()),
      next_(start_ + kProgressAfter) {}

void ProgressLine::Say(const report::ScanTotals& totals) {
  const auto now = Steady::now();
  if (!shown_ || now < next_) return;
  next_ = now + kProgressEvery;
  drawn_ = true;
  const std::string pass = totals.pass > 0 ? fmt::format("pass {}: ", totals.pass) : "";
  fmt::print(stderr, "\r% {}read {} records, {} of them events", pass, totals.records,
             totals.events);
  if (totals.pass <= 1) {  // A later pass began at some time that nobody has noted.
    const double seconds = std::chrono::duration<double>(now - start_).count();
    fmt::print(stderr, ", {:.0f} a second", static_cast<double>(totals.records) / seconds);
  }
  if (totals.expected > 0) {
    const double share = static_cast<double>(totals.records) / static_cast<double>(totals.expected);
    fmt::print(stderr, ", {:.0f} %", std::min(100.0, 100 * share));
  }
  fmt::print(stderr, "\x1B[K");
  std::fflush(stderr);
}

void ProgressLine::Clear() {
  if (drawn_) fmt::print(stderr, "\r\x1B[K");
  drawn_ = false;
}

}  // namespace gamevents::cmd
