#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

namespace gamevents::broker {

/// A bound on bytes held at once by all connections. Those who find it used up wait in line, so
/// that many are not served before one who wants more. Thread-safe; must outlive its leases.
///
/// A request takes its memory in steps, as its bytes arrive: who announces much and sends nothing
/// holds the first step only. Half-read requests that wait for their next steps could then hold
/// everything together and wait for each other for ever. A reserve rules that out. Steps come from
/// the common part of the budget. The head of the line, if its step does not fit there, gets the
/// whole of its request from the reserve instead, and gives back what it had of the common part.
///
/// Why the line always moves: a lease from the reserve covers its whole request, so its holder
/// never waits here again; its lease ends when the request is read and answered, or when its client
/// has been too slow. So the reserve is free again after a bounded time, and as it is at least as
/// large as the largest request, the head of the line gets its request from there at the latest.
class RequestBudget {
 public:
  /// `reserve` is a part of `bytes`.
  explicit RequestBudget(int64_t bytes, int64_t reserve = 0)
      : common_free_(bytes - reserve), reserve_free_(reserve) {}
  RequestBudget(const RequestBudget&) = delete;
  RequestBudget& operator=(const RequestBudget&) = delete;

  /// Bytes that are given back at its end. Of one budget for its life.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { GiveBack(); }

    /// Bytes that are held.
    int64_t bytes() const { return bytes_; }
    /// Whether these are of the reserve, which others may be waiting for.
    bool reserved() const { return reserved_; }

   private:
    friend class RequestBudget;
    void GiveBack();
    RequestBudget* budget_ = nullptr;
    int64_t bytes_ = 0;
    bool reserved_ = false;
  };

  /// Waits until `lease` has at least `bytes`, of the `whole` that it may have to grow to. False
  /// when the coroutine was cancelled first: the lease is as it was. Requires: bytes <= whole;
  /// whole is at most the reserve, or, when there is none, `bytes` is `whole` and at most the
  /// budget, and the lease is empty.
  asio::awaitable<bool> Grow(Lease& lease, int64_t bytes, int64_t whole);

  /// Takes `bytes` of the common part for an empty lease, if it can be done at once.
  bool TryTake(Lease& lease, int64_t bytes);

  /// Whether somebody waits.
  bool has_line() const;
  /// Bytes that nobody holds, those of the reserve included.
  int64_t free() const;

 private:
  struct Wish;
  struct Waiter;
  bool Fulfil(Wish& wish);
  void Give(const Wish& wish, Lease& lease);
  void GiveBack(int64_t bytes, bool reserved);
  void GrantNext();

  mutable std::mutex mutex_;
  int64_t common_free_;
  int64_t reserve_free_;
  std::list<std::shared_ptr<Waiter>> line_;
};

}  // namespace gamevents::broker
