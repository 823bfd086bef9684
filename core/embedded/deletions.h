#pragma once

#include "core/log/retention.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gamevents::embedded {

/// Counts what is removed of the logs of a data directory, by reason. Thread-safe.
class Deletions {
 public:
  void Add(const log::Deletion& deletion) {
    Row& row = rows_.at(static_cast<size_t>(deletion.reason));
    row.count.fetch_add(1, std::memory_order_relaxed);
    row.bytes.fetch_add(deletion.bytes, std::memory_order_relaxed);
  }

  /// How often something was removed for that reason: each is a line on stderr, too.
  uint64_t count(log::DeletionReason reason) const { return Of(reason).count.load(); }
  /// The bytes of the segments that went.
  uint64_t bytes(log::DeletionReason reason) const { return Of(reason).bytes.load(); }

 private:
  struct Row {
    std::atomic<uint64_t> count{0};
    std::atomic<uint64_t> bytes{0};
  };
  const Row& Of(log::DeletionReason reason) const { return rows_.at(static_cast<size_t>(reason)); }

  std::array<Row, log::kDeletionReasons> rows_;
};

}  // namespace gamevents::embedded
