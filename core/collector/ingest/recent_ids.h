#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// A name as 128 bits of its hash (XXH3, seeded by chance at the process's start): two of a million
/// names are the same with a probability of about 1e-27.
struct IdHash {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator==(const IdHash&) const = default;
};

/// The hash of a name of two parts; `kind` keeps names of different kinds apart. Thread-safe.
IdHash HashId(char kind, std::string_view first, std::string_view second = {});

/// The ids of the last `count_max` events that are not older than `window_s`, each with a mark of
/// 32 bits. An id takes 24 bytes, and 4 to 16 in a table over them, as memory is needed; it is
/// looked up in constant time. Not thread-safe.
class RecentIds {
 public:
  /// Requires: count_max fits 31 bits.
  RecentIds(size_t count_max, uint32_t window_s);

  /// Adds an id that is not there, at its event's time in seconds since 1970; when there is no
  /// room the first that was added goes. Ids should come in the order of their times: one that is
  /// out of it may be forgotten when older ones before it are.
  void Add(IdHash id, uint32_t mark, uint32_t time_s);

  /// The id's mark, or nothing when it is not there or too old at `now_s`.
  std::optional<uint32_t> Find(IdHash id, uint32_t now_s) const;

  size_t size() const { return count_; }

 private:
  struct Entry {
    uint64_t high;
    uint64_t low;
    uint32_t mark;
    uint32_t time_s;
  };

  bool IsOld(const Entry& entry, uint32_t now_s) const {
    return entry.time_s < now_s && now_s - entry.time_s > window_s_;
  }
  size_t SlotOf(IdHash id) const;
  void Grow();
  void DropOldest();

  const size_t count_max_;
  const uint32_t window_s_;
  std::vector<Entry> ring_;  // its capacity is what is allocated
  size_t first_ = 0;         // the oldest one's place in the ring
  size_t count_ = 0;
  std::vector<uint32_t> slots_;  // open addressing: an entry's place + 1, or 0; a power of two
};

}  // namespace gamevents::collector
