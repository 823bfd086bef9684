#include "core/collector/ingest/recent_ids.h"

#include "core/base/check.h"

#include <xxhash.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>

namespace gamevents::collector {
namespace {

constexpr size_t kFirstRoom = 1'024;
// The table is never more than half full, so that probes stay short.
constexpr size_t kSlotsPerEntry = 2;

uint64_t Seed() {
  static const uint64_t seed = [] {
    std::random_device entropy;
    return uint64_t{entropy()} << 32 | entropy();
  }();
  return seed;
}

size_t PowerOfTwo(size_t at_least) {
  size_t power = 1;
  while (power < at_least) power *= 2;
  return power;
}

}  // namespace

IdHash HashId(char kind, std::string_view first, std::string_view second) {
  thread_local std::string bytes;
  bytes.assign(1, kind);
  bytes.append(std::to_string(first.size())).append(":");  // "ab"+"c" is not "a"+"bc"
  bytes.append(first).append(second);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), Seed());
  return {hash.high64, hash.low64};
}

RecentIds::RecentIds(size_t count_max, uint32_t window_s)
    : count_max_(count_max), window_s_(window_s) {
  INVARIANT(count_max <= size_t{std::numeric_limits<int32_t>::max()});
}

// The slot that holds `id`, or the empty one where it would be. Requires: there is an empty one.
size_t RecentIds::SlotOf(IdHash id) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = id.low & mask;
  while (slots_[slot] != 0) {
    const Entry& entry = ring_[slots_[slot] - 1];
    if (entry.low == id.low && entry.high == id.high) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

std::optional<uint32_t> RecentIds::Find(IdHash id, uint32_t now_s) const {
  if (count_ == 0) return std::nullopt;
  const uint32_t place = slots_[SlotOf(id)];
  if (place == 0 || IsOld(ring_[place - 1], now_s)) return std::nullopt;
  return ring_[place - 1].mark;
}

void RecentIds::Add(IdHash id, uint32_t mark, uint32_t time_s) {
  if (count_max_ == 0) return;
  while (count_ > 0 && (count_ == count_max_ || IsOld(ring_[first_], time_s))) DropOldest();
  if (count_ == ring_.size()) Grow();
  const size_t place = (first_ + count_) % ring_.size();
  const size_t slot = SlotOf(id);
  if (slots_[slot] != 0) {  // there, but too old to be found: its place stays
    Entry& entry = ring_[slots_[slot] - 1];
    entry.mark = mark;
    entry.time_s = std::max(entry.time_s, time_s);
    return;
  }
  ring_[place] = {id.high, id.low, mark, time_s};
  slots_[slot] = static_cast<uint32_t>(place) + 1;
  ++count_;
}

void RecentIds::Grow() {
  std::rotate(ring_.begin(), ring_.begin() + static_cast<ptrdiff_t>(first_), ring_.end());
  first_ = 0;
  ring_.resize(std::min(std::max(ring_.size() * 2, kFirstRoom), count_max_));
  slots_.assign(PowerOfTwo(ring_.size() * kSlotsPerEntry), 0);
  for (size_t place = 0; place < count_; ++place) {
    const Entry& entry = ring_[place];
    slots_[SlotOf({entry.high, entry.low})] = static_cast<uint32_t>(place) + 1;
  }
}

// Takes the first entry out of the ring and the table. Entries behind it in the table that it had
// pushed on move back over the gap, so that no probe ends too early.
void RecentIds::DropOldest() {
  const size_t mask = slots_.size() - 1;
  size_t gap = SlotOf({ring_[first_].high, ring_[first_].low});
  for (size_t slot = (gap + 1) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const size_t home = ring_[slots_[slot] - 1].low & mask;
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
    slots_[gap] = slots_[slot];
    gap = slot;
  }
  slots_[gap] = 0;
  first_ = (first_ + 1) % ring_.size();
  --count_;
}

}  // namespace gamevents::collector
