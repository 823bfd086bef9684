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

bool ProgressLine::Due() {
  const auto now = Steady::now();
  if (!shown_ || now < next_) return false;
  next_ = now + kProgressEvery;
  return true;
}

void ProgressLine::Draw(const std::string& text) {
  drawn_ = true;
  fmt::print(stderr, "\r% {}\x1B[K", text);
  std::fflush(stderr);
}

void ProgressLine::Say(const report::ScanTotals& totals) {
  if (!Due()) return;
  const std::string pass = totals.pass > 0 ? fmt::format("pass {}: ", totals.pass) : "";
  std::string text =
      fmt::format("{}read {} records, {} of them events", pass, totals.records, totals.events);
  if (totals.pass <= 1) {  // A later pass began at some time that nobody has noted.
    const double seconds = std::chrono::duration<double>(Steady::now() - start_).count();
    text += fmt::format(", {:.0f} a second", static_cast<double>(totals.records) / seconds);
  }
  if (totals.expected > 0) {
    const double share = static_cast<double>(totals.records) / static_cast<double>(totals.expected);
    text += fmt::format(", {:.0f} %", std::min(100.0, 100 * share));
  }
  Draw(text);
}

void ProgressLine::Say(std::string_view what, uint64_t bytes, uint64_t expected) {
  if (!Due()) return;
  constexpr double kMegabyte = 1e6;
  Draw(fmt::format("{} {:.0f} of {:.0f} MB", what, static_cast<double>(bytes) / kMegabyte,
                   static_cast<double>(expected) / kMegabyte));
}

void ProgressLine::Clear() {
  if (drawn_) fmt::print(stderr, "\r\x1B[K");
  drawn_ = false;
}

}  // namespace gamevents::cmd
