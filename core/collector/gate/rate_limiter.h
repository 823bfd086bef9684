#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
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

/// A token bucket's arithmetic: `burst` at once, `per_second` in the long run. It is the generic
/// cell rate algorithm, whose one number per bucket is when it would be full again.
class Tokens {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Tokens(int64_t per_second, int64_t burst);

  /// Takes a token and moves `full_at`; nullopt when there was one. Else how long until there will
  /// be one, and nothing is taken.
  std::optional<std::chrono::nanoseconds> Refuse(Time& full_at, Time now) const;

 private:
  std::chrono::nanoseconds interval_;  // a token's
  std::chrono::nanoseconds tolerance_;
};

/// One bucket, which holds what may come in a second. Thread-safe.
class TokenBucket {
 public:
  explicit TokenBucket(int64_t per_second) : tokens_(per_second, per_second) {}

  /// As Tokens::Refuse.
  std::optional<std::chrono::nanoseconds> Refuse(Tokens::Time now);

 private:
  const Tokens tokens_;
  std::mutex mutex_;
  Tokens::Time full_at_ = Tokens::Time::min();
};

/// A token bucket for each caller's address: `burst` requests at once, `per_second` in the long
/// run. Callers with an IPv6 address are told apart by its first 64 bits, for whoever has one
/// address of such a network has them all. Thread-safe; callers share a few locks.
class RateLimiter {
 public:
  using Time = Tokens::Time;

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

  const Tokens tokens_;
  const size_t shard_callers_max_;
  const uint64_t seed_;
  const std::unique_ptr<Shard[]> shards_;
};

}  // namespace gamevents::collector
