#pragma once

#include "core/state/replica.h"
#include "core/state/snapshot.h"
#include "tests/simulation/world.h"
#include "tests/support/temp_folder.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::simulation {

/// Keeps a state up with a topic as state::Projection does, but without its threads: what a thread
/// does there is a call here. Its snapshots are real files, for SQLite writes them, in memory where
/// the machine has such a file system; what the power takes of them is an earlier one that is back.
class StateKeeper {
 public:
  StateKeeper(World& world, std::string topic);
  StateKeeper(const StateKeeper&) = delete;
  StateKeeper& operator=(const StateKeeper&) = delete;

  bool running() const { return replica_ != nullptr; }
  /// A new process loads the snapshot. Throws Broken when it cannot be.
  void Start();
  /// The process ends.
  void Stop(End end, Random& random);

  /// Folds what there is, of topic `id`, but at most about so many records. Whether it came to the
  /// end. Throws Broken when a log that was not made again is taken for another one.
  bool CatchUp(const Uuid& id, uint64_t records_max);
  /// Writes a snapshot, if anything was folded since the last. Throws Broken when it cannot be.
  void Save();

  const state::Replica& replica() const { return *replica_; }
  /// How often the fold began again because the topic was another one.
  uint64_t restarts() const { return restarts_; }

 private:
  struct Version {
    std::string bytes;
    std::optional<Uuid> folded;
  };

  World& world_;
  const std::string topic_;
  std::optional<TempFolder> folder_;
  std::string path_;
  std::unique_ptr<state::SnapshotFile> file_;
  std::unique_ptr<state::Replica> replica_;
  bool unsaved_ = false;           // it has records that the file has not
  std::optional<Uuid> folded_;     // the topic whose records the replica has
  std::vector<Version> versions_;  // of the file, the last is there now
  uint64_t restarts_ = 0;
};

}  // namespace gamevents::simulation
