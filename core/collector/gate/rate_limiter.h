#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace gamevents::collector {

/// Addresses that are remembered at once; beyond it the one longest unseen is forgotten, and may
/// begin with a full burst again. About 100 bytes each.
inline constexpr size_t kRateCallersMax = 65'536;

/// How many requests each caller may send.
struct RateLimit {
  int64_t per_second = 0;  ///< above 0
  int64_t burst = 20;      ///< how many may come at once after a pause; above 0
  size_t callers_max = kRateCallersMax;
};

/// A token bucket for each caller's address: `burst` requests at once, `per_second` in the long
/// run. Callers with an IPv6 address are told apart by its first 64 bits, for whoever has one
/// address of such a network has them all. Thread-safe; callers share a few locks.
class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimiter(const RateLimit& limit);
  ~RateLimiter();

  /// Takes one token of `address`; nullopt when there was one. Else how long until there will be
  /// one, and nothing is taken. Whatever is not an address ("", "unix") counts as one caller.
  std::optional<std::chrono::nanoseconds> Refuse(std::string_view address, Time now);

  /// Addresses that are remembered, for tests.
  size_t callers() const;

 private:
  struct Shard;
  static constexpr size_t kShards = 16;

  const std::chrono::nanoseconds interval_;  // a token's
  const std::chrono::nanoseconds tolerance_;
  const size_t shard_callers_max_;
  const uint64_t seed_;
  const std::unique_ptr<Shard[]> shards_;
};

}  // namespace gamevents::collector
