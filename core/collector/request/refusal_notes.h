#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::collector {

/// How long after a note nothing more of its kind is noted.
inline constexpr std::chrono::seconds kRefusalNoteEvery{10};
/// What of a caller's text stands in a note, in bytes.
inline constexpr size_t kNotedBytesMax = 200;

/// Why a request or an event was refused, as far as its sender may not see it, as a browser hides
/// the answer, or the operator should.
enum class RefusalKind : uint8_t { kOrigin, kKey, kContent, kContract };

/// Tells the operator of refused requests: of each kind the first at once, then one in
/// kRefusalNoteEvery at most, with how many there were in between. Thread-safe; no lock.
class RefusalNotes {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Write = std::function<void(const std::string& note)>;

  /// `write` takes the notes, in any thread; none: nothing is noted.
  explicit RefusalNotes(Write write) : write_(std::move(write)) {}

  /// Notes what `text` gives, if one of this kind is due.
  template <class MakeText>
  void Add(RefusalKind why, Time now, MakeText make_text) {
    if (!write_) return;
    if (const auto left_out = Take(why, now)) write_(make_text() + Others(*left_out));
  }

 private:
  struct Kind {
    std::atomic<Time::rep> due{Time::min().time_since_epoch().count()};
    std::atomic<uint64_t> left_out{0};
  };

  // How many were left out before this one, which is noted; nothing for one that is left out.
  std::optional<uint64_t> Take(RefusalKind why, Time now);
  static std::string Others(uint64_t left_out);

  const Write write_;
  std::array<Kind, 4> kinds_;
};

/// The first line of what a caller sent or is told, cut to kNotedBytesMax between two characters.
std::string Noted(std::string_view text);

}  // namespace gamevents::collector
