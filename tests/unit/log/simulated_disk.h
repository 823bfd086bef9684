#pragma once

#include "core/log/file_system.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  /// The failure asked for does not come any more, if it has not come yet.
  void Disarm();

  /// The process ends within the `n`-th operation from now on: like FailNth, and after it nothing
  /// has any effect.
  void DieAfter(uint64_t n);
  /// At once.
  void Die();
  bool dead() const { return dead_; }
  /// Whether anything that was asked for may have failed since Revive.
  bool troubled() const;
  /// A new process: nothing fails any more that was asked for, and there is room.
  void Revive();
  /// Whether the failure asked for has happened, and where.
  bool Failed() const;
  std::string FailedPath() const;

  /// From now on writes beyond so many bytes on the whole disk fail with kFull; nullopt: no limit.
  void SetRoom(std::optional<uint64_t> bytes);

  /// How many files are open now, and were at most. At `most` (nullopt: no limit) opening a file or
  /// a directory fails with kFull.
  void SetDescriptors(std::optional<size_t> most);
  size_t open_files() const { return open_files_; }
  size_t most_open() const { return most_open_; }

  /// What files that are written from now on say they were modified at; 0 at first.
  void SetTime(int64_t now) { now_ = now; }

  /// Each sync of a file takes this long, so that others come to wait for it.
  void SetSyncDelay(std::chrono::microseconds delay);

  /// The next sync of a file is a slow one: it calls `during` with the file's path after what it is
  /// to bring to disk is settled, and before any of it is there. An error of `during` is how it
  /// ends. An empty function takes that back.
  using During = std::function<Status(const std::string& path)>;
  void DuringNextSync(During during);

  /// The next operation of that kind on a path with `part` in it waits before it is done, until
  /// Release. For races: another thread does something meanwhile.
  void HoldNext(Op op, const std::string& part);
  /// Waits until an operation is being held; false when none came within a few seconds.
  bool WaitUntilHeld();
  void Release();

  /// What a crash of the machine leaves: synced entries and bytes; of a file's unsynced writes the
  /// first `unsynced_kept` bytes (in the order of writing) are there all the same. Open files
  /// still see the old world; do not use them.
  void CrashPower(uint64_t unsynced_kept);
  /// The same, but any of the unsynced writes, and of the entries that were made or removed, is
  /// there, as `keeps` says for each: disks do not keep to an order.
  void CrashPower(const std::function<bool()>& keeps);

  /// Whether a file in `directory` has `bytes` in it, whatever crashes now.
  bool IsDurable(const std::string& directory, std::string_view bytes) const;

  uint64_t Count(Op op) const;
  /// Of all files, so far.
  uint64_t bytes_read() const { return bytes_read_; }

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
    int64_t modified = 0;
    // Since the last sync: where was written, and what.
    std::vector<std::pair<uint64_t, std::string>> unsynced;
  };
  class OpenFile;
  using Entries = std::map<std::string, std::shared_ptr<Node>>;  // null: a directory

  void TakeLeft(Entries left);
  void PassGate(Op op, const std::string& path);
  Status Turn(Op op, const std::string& path);
  Status TakeDescriptor(const std::string& path) const;

  mutable std::mutex mutex_;
  Entries entries_;
  Entries durable_entries_;
  std::map<Op, uint64_t> counts_;
  std::optional<Op> failing_;
  uint64_t countdown_ = 0;
  Fault fault_ = Fault::kIo;
  bool failed_ = false;
  std::string failed_path_;
  uint64_t operations_left_ = UINT64_MAX;  // until it dies
  std::atomic<bool> dead_{false};
  std::atomic<uint64_t> bytes_read_{0};
  std::atomic<int64_t> now_{0};
  std::optional<uint64_t> room_;
  std::chrono::microseconds sync_delay_{0};
  During during_sync_;
  std::optional<size_t> descriptors_;
  std::atomic<size_t> open_files_{0};
  std::atomic<size_t> most_open_{0};

  std::mutex gate_mutex_;  // guards what follows; never taken with mutex_
  std::condition_variable gate_moved_;
  std::optional<std::pair<Op, std::string>> gate_;
  bool held_ = false;
  bool released_ = false;
};

}  // namespace gamevents::log
