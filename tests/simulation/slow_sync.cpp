#include "tests/simulation/history.h"

namespace gamevents::simulation {
namespace {

// How long a client waits for its answer at most before it comes again.
constexpr uint64_t kPatienceMs = 20'000;

}  // namespace

void History::MaySyncSlowly() {
  if (syncing_ || !random_.OneIn(6)) return;
  world_.SyncSlowly([this](const std::string& path) { return WhileSyncing(path); });
}

// The disk takes tens of seconds. Meanwhile requests come that wait for it, or for another log;
// clients give up and come again; and the process may end before the sync does.
Status History::WhileSyncing(const std::string& path) {
  // One that gets its memory during the sync may have to wait for it: see WaitsForSync.
  if (MemoryMayRunOut(0)) return Done{};
  syncing_ = path.substr(0, path.find_last_of('/'));
  Tell("a slow sync of " + *syncing_);
  ++totals_.faults["a slow sync"];
  for (uint64_t left = 1 + random_.Below(6); left > 0 && !world_.disk().dead(); --left) {
    Pass(kPatienceMs);
    StepBesideSync();
  }
  syncing_.reset();
  if (world_.disk().dead()) {
    ++totals_.faults["a crash within a slow sync"];
    return Done{};
  }
  if (random_.OneIn(8)) {
    Tell("the sync fails");
    ++totals_.faults["a slow sync that fails"];
    return Error{random_.OneIn(3) ? Fault::kFull : Fault::kIo, path + ": made to fail, slowly"};
  }
  Tell("the sync ends");
  return Done{};
}

void History::StepBesideSync() {
  SettleAll();  // Before the topics that the answers are about may be others.
  switch (random_.Below(20)) {
    case 0:
      return MakeTopic(PickTopic());
    case 1:
      return DeleteTopic(PickTopic());
    case 2:
      return DeleteRecords();
    case 3:
    case 4:
      return CommitOffset();
    case 5:
      return FetchOffsets(PickName());
    case 6:
      return UseOldLog();
    case 7:
      return BreakDisk();
    case 8:
      Tell("look");
      return promises_.Check(world_, false, false);
    case 9:
      Tell("the process ends");
      return world_.disk().Die();
    case 10:
    case 11:
    case 12:
      return ProduceNumbered();
    case 13:
    case 14:
    case 15:
      return UseWires();
    case 16:
      return FoldOn();
    default:
      return Produce();
  }
}

bool History::WaitsForSync(const std::string& name, int32_t partition) const {
  return syncing_ == World::FolderOf(name, partition);
}

bool History::WaitsForSync(const Batch& batch) const {
  return WaitsForSync(batch.name, batch.partition) &&
         world_.WouldRoll(*syncing_, batch.bytes.size());
}

}  // namespace gamevents::simulation
