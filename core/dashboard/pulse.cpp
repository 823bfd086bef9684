#include "core/dashboard/pulse.h"

#include "core/report/ask/time_step.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace gamevents::dashboard {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kSecond = 1'000;
constexpr int64_t kMinute = 60 * kSecond;
/// How exact "in the last five minutes" is.
constexpr int64_t kSlot = 10 * kSecond;
constexpr int64_t kSlotBits = 64;
constexpr int64_t kSlotsActive = milliseconds(kActiveOver).count() / kSlot;
static_assert(2 * kSlotsActive + 1 <= kSlotBits);
/// What is sold longer ago is neither of today nor of yesterday, wherever clocks are changed.
constexpr int64_t kTwoDays = 50 * 60 * kMinute;

/// The bits of `count` slots, the newest of which is `first` slots ago.
constexpr uint64_t SlotsFrom(int64_t first, int64_t count) {
  return ((uint64_t{1} << count) - 1) << first;
}

}  // namespace

bool PulseFigures::Fades() const {
  return per_second > 0 || per_second_before > 0 || active.value_or(1) > 0 || active_before > 0 ||
         today > 0 || yesterday > 0;
}

Pulse::Pulse(const Clock& clock, TimeZone zone, size_t users_max)
    : clock_(clock), zone_(std::move(zone)), users_max_(users_max) {}

void Pulse::Take(int64_t time, std::optional<std::string_view> user) {
  const int64_t now = clock_.Now().value;
  // What is said to come later than now would be counted at no time, or push out what is now.
  if (time > now || now - time > kSlotBits * kSlot) return;
  const int64_t second = time / kSecond;
  Second& place = seconds_[static_cast<size_t>(second) % kSeconds];
  if (place.second < second) place = {second, 0};
  if (place.second == second) ++place.events;
  if (user) Meet(time / kSlot, *user);
}

void Pulse::Meet(int64_t slot, std::string_view user) {
  const uint64_t hash = std::hash<std::string_view>{}(user);
  const auto found = users_.find(hash);
  if (found == users_.end()) {
    if (users_.size() >= users_max_) Forget(clock_.Now().value);
    too_many_ = users_.size() >= users_max_;
    if (!too_many_) users_.emplace(hash, Presence{slot, 1});
    return;
  }
  Presence& presence = found->second;
  if (slot > presence.slot) {
    const int64_t later = slot - presence.slot;
    presence.bits = later < kSlotBits ? presence.bits << later : 0;
    presence.slot = slot;
  }
  const int64_t ago = presence.slot - slot;
  if (ago < kSlotBits) presence.bits |= uint64_t{1} << ago;
}

void Pulse::Sell(int64_t time, double revenue) {
  const int64_t now = clock_.Now().value;
  if (time > now || now - time > kTwoDays) return;
  sold_[time / kMinute] += revenue;
}

void Pulse::Forget(int64_t now) {
  std::erase_if(
      users_, [&](const auto& user) { return now / kSlot - user.second.slot > 2 * kSlotsActive; });
  sold_.erase(sold_.begin(), sold_.lower_bound((now - kTwoDays) / kMinute));
}

double Pulse::EventsIn(int64_t first, int64_t end) const {
  int64_t events = 0;
  for (const Second& each : seconds_) {
    if (each.second >= first && each.second < end) events += each.events;
  }
  return static_cast<double>(events);
}

PulseFigures Pulse::Finish() {
  const int64_t now = clock_.Now().value;
  Forget(now);
  PulseFigures figures;
  const int64_t over = kRateOver.count();
  const int64_t end = now / kSecond + 1;  // with the second that goes on
  const auto seconds = static_cast<double>(over);
  figures.per_second = EventsIn(end - over, end) / seconds;
  figures.per_second_before = EventsIn(end - 2 * over, end - over) / seconds;
  int64_t active = 0;
  for (const auto& [hash, presence] : users_) {
    const int64_t ago = now / kSlot - presence.slot;
    const uint64_t bits = ago < kSlotBits ? presence.bits << ago : 0;
    if ((bits & SlotsFrom(0, kSlotsActive + 1)) != 0) ++active;
    if ((bits & SlotsFrom(kSlotsActive + 1, kSlotsActive)) != 0) ++figures.active_before;
  }
  if (!too_many_) figures.active = active;
  const report::TimeStep day = report::Days(zone_);
  const int64_t midnight = StartOf(day, now);
  const int64_t before = StartOf(day, midnight - 1);
  for (const auto& [minute, revenue] : sold_) {
    const int64_t time = minute * kMinute;
    if (time >= midnight) figures.today += revenue;
    if (time >= before && time <= before + (now - midnight)) figures.yesterday += revenue;
  }
  return figures;
}

}  // namespace gamevents::dashboard
