#pragma once

#include "core/base/clock.h"
#include "core/base/time_zone.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace gamevents::dashboard {

/// "Events per second now": of so long.
inline constexpr std::chrono::seconds kRateOver{60};
/// "Players active now": in so long.
inline constexpr std::chrono::minutes kActiveOver{5};

/// What goes on, and what did just before.
struct PulseFigures {
  double per_second = 0;
  double per_second_before = 0;   ///< in the minute before
  std::optional<int64_t> active;  ///< nothing: too many to be counted
  int64_t active_before = 0;      ///< in the five minutes before
  double today = 0;               ///< coins, since midnight
  double yesterday = 0;           ///< up to the same time of the day

  /// Whether they will change although nothing comes.
  bool Fades() const;
};

/// Gathers the figures of the moment from events in whatever order they come, and keeps no more
/// than these need. Not thread-safe.
class Pulse {
 public:
  /// `clock` must outlive it. `users_max`: of those that are told apart.
  Pulse(const Clock& clock, TimeZone zone, size_t users_max);

  /// Notes an event of that time by `user`, if it names one.
  void Take(int64_t time, std::optional<std::string_view> user);
  /// Notes that something was sold.
  void Sell(int64_t time, double revenue);

  /// The figures of the clock's now.
  PulseFigures Finish();

 private:
  // In which of the last slots somebody was there: bit 0 is `slot`, bit 1 the one before.
  struct Presence {
    int64_t slot = 0;
    uint64_t bits = 0;
  };
  struct Second {
    int64_t second = -1;
    int64_t events = 0;
  };
  static constexpr size_t kSeconds = 2 * kRateOver.count() + 8;

  void Meet(int64_t slot, std::string_view user);
  void Forget(int64_t now);
  double EventsIn(int64_t first, int64_t end) const;

  const Clock& clock_;
  const TimeZone zone_;
  const size_t users_max_;
  std::array<Second, kSeconds> seconds_{};        // a ring, by the second
  std::unordered_map<uint64_t, Presence> users_;  // by a hash of the name
  bool too_many_ = false;
  std::map<int64_t, double> sold_;  // by minute, of yesterday and today
};

}  // namespace gamevents::dashboard
