#include "core/collector/gate/rate_limiter.h"

#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <list>
#include <random>
#include <string>
#include <unordered_map>

namespace gamevents::collector {
namespace {

using std::chrono::nanoseconds;

// What is neither, and IPv4 addresses, stand below 0:fffe::/31, where no network of IPv6 is.
constexpr uint64_t kNoAddress = uint64_t{0xFFFE} << 32;
constexpr uint64_t kIpv4 = uint64_t{0xFFFF} << 32;

// An IPv4 address whole, an IPv6 address by its first 64 bits.
uint64_t CallerOf(std::string_view address) {
  // Without the zone of a link-local address, and short: inet_pton wants a C string.
  const std::string text(address.substr(0, std::min<size_t>(address.find('%'), 64)));
  in_addr ipv4 = {};
  if (::inet_pton(AF_INET, text.c_str(), &ipv4) == 1) {
    return kIpv4 | ntohl(ipv4.s_addr);
  }
  in6_addr ipv6 = {};
  if (::inet_pton(AF_INET6, text.c_str(), &ipv6) != 1) return kNoAddress;
  uint64_t network = 0;
  std::memcpy(&network, &ipv6, sizeof(network));
  return be64toh(network);
}

// The mixing of splitmix64 over a seed of our own: nobody can choose addresses that collide.
struct SeededHash {
  uint64_t seed;
  size_t operator()(uint64_t value) const {
    uint64_t mixed = value ^ seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
  }
};

uint64_t RandomSeed() {
  std::random_device device;
  return (uint64_t{device()} << 32) | device();
}

}  // namespace

Tokens::Tokens(int64_t per_second, int64_t burst)
    : interval_(nanoseconds(std::chrono::seconds(1)) / per_second),
      tolerance_(interval_ * (burst - 1)) {}

std::optional<nanoseconds> Tokens::Refuse(Time& full_at, Time now) const {
  const Time full = std::max(full_at, now);
  if (full - now > tolerance_) return full - now - tolerance_;
  full_at = full + interval_;
  return std::nullopt;
}

std::optional<nanoseconds> TokenBucket::Refuse(Tokens::Time now) {
  const std::lock_guard lock(mutex_);
  return tokens_.Refuse(full_at_, now);
}

// A part of the callers.
struct RateLimiter::Shard {
  struct Caller {
    uint64_t id = 0;
    Time full_at;
  };

  std::mutex mutex;
  std::list<Caller> by_use;  // the latest first
  std::unordered_map<uint64_t, std::list<Caller>::iterator, SeededHash> places{
      0, SeededHash{RandomSeed()}};

  // Moves the caller to the front, making room for one that is not known.
  Caller& Touch(uint64_t id, size_t callers_max) {
    const auto place = places.find(id);
    if (place != places.end()) {
      by_use.splice(by_use.begin(), by_use, place->second);
      return by_use.front();
    }
    if (places.size() >= callers_max) {
      places.erase(by_use.back().id);
      by_use.pop_back();
    }
    by_use.push_front({id, Time::min()});
    places.emplace(id, by_use.begin());
    return by_use.front();
  }
};

RateLimiter::RateLimiter(const RateLimit& limit)
    : tokens_(limit.per_second, limit.burst),
      shard_callers_max_(std::max<size_t>(limit.callers_max / kShards, 1)),
      seed_(RandomSeed()),
      shards_(std::make_unique<Shard[]>(kShards)) {}

RateLimiter::~RateLimiter() = default;

std::optional<nanoseconds> RateLimiter::Refuse(std::string_view address, Time now) {
  const uint64_t id = CallerOf(address);
  Shard& shard = shards_[SeededHash{seed_}(id) % kShards];
  const std::lock_guard lock(shard.mutex);
  return tokens_.Refuse(shard.Touch(id, shard_callers_max_).full_at, now);
}

size_t RateLimiter::callers() const {
  size_t count = 0;
  for (size_t i = 0; i < kShards; ++i) {
    const std::lock_guard lock(shards_[i].mutex);
    count += shards_[i].places.size();
  }
  return count;
}

}  // namespace gamevents::collector
