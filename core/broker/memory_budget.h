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
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t bytes) : free_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Bytes that are given back at its end.
  class Lease {
   public:
    Lease() = default;
    Lease(MemoryBudget& budget, int64_t bytes) : budget_(&budget), bytes_(bytes) {}
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { GiveBack(); }

   private:
    void GiveBack();
    MemoryBudget* budget_ = nullptr;
    int64_t bytes_ = 0;
  };

  /// Waits for `bytes` and takes them. The wait ends with an empty lease when the coroutine is
  /// cancelled. Requires: bytes is at most the whole budget.
  asio::awaitable<Lease> Take(int64_t bytes);

  int64_t free() const;

 private:
  struct Waiter;
  bool TryTake(int64_t bytes);
  void GiveBack(int64_t bytes);
  void GrantNext();

  mutable std::mutex mutex_;
  int64_t free_;
  std::list<std::shared_ptr<Waiter>> line_;
};

}  // namespace gamevents::broker
