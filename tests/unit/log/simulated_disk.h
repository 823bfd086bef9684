#pragma once

#include "core/log/file_system.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::log {

/// A disk in memory that fails on request and forgets what was not synced when the power goes.
/// A directory's entries and a file's bytes become durable separately, as on a real one.
/// Thread-safe.
class SimulatedDisk final : public FileSystem {
 public:
  enum class Op : uint8_t { kWrite, kSync, kTruncate, kRename, kRemove, kCreate, kSyncDirectory };

  /// The `n`-th operation of that kind from now on (1: the next) fails once with `fault`. A write
  /// that fails has written its first half.
  void FailNth(Op op, uint64_t n, Fault fault = Fault::kIo);
  /// Whether the failure asked for has happened.
  bool Failed() const;

  /// From now on writes beyond so many bytes on the whole disk fail with kFull; nullopt: no limit.
  void SetRoom(std::optional<uint64_t> bytes);

  /// Each sync of a file takes this long, so that others come to wait for it.
  void SetSyncDelay(std::chrono::microseconds delay);

  /// What a crash of the machine leaves: synced entries and bytes; of a file's unsynced writes the
  /// first `unsynced_kept` bytes (in the order of writing) are there all the same. Open files
  /// still see the old world; do not use them.
  void CrashPower(uint64_t unsynced_kept);

  uint64_t Count(Op op) const;

  /// The bytes of a file, for tests to look at and to damage.
  std::string Get(const std::string& path) const;
  void Set(const std::string& path, const std::string& bytes);
  /// A copy of the whole disk, all of it durable.
  std::unique_ptr<SimulatedDisk> Clone() const;
  std::vector<std::string> Files() const;

  Result<std::shared_ptr<File>> Open(const std::string& path, Mode mode) override;
  Result<std::vector<std::string>> List(const std::string& directory) override;
  Status CreateDirectory(const std::string& path) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  Status SyncDirectory(const std::string& path) override;

 private:
  struct Node {
    std::string bytes;
    std::string durable;
    // Since the last sync: where was written, and what.
    std::vector<std::pair<uint64_t, std::string>> unsynced;
  };
  class OpenFile;
  using Entries = std::map<std::string, std::shared_ptr<Node>>;  // null: a directory

  Status Turn(Op op, const std::string& path);

  mutable std::mutex mutex_;
  Entries entries_;
  Entries durable_entries_;
  std::map<Op, uint64_t> counts_;
  std::optional<Op> failing_;
  uint64_t countdown_ = 0;
  Fault fault_ = Fault::kIo;
  bool failed_ = false;
  std::optional<uint64_t> room_;
  std::chrono::microseconds sync_delay_{0};
};

}  // namespace gamevents::log
