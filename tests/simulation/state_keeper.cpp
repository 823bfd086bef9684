#include "tests/simulation/state_keeper.h"

#include "tests/simulation/log_reader.h"
#include "tests/simulation/promises.h"

#include <unistd.h>

#include <filesystem>
#include <utility>

namespace gamevents::simulation {
namespace {

constexpr size_t kVersionsMax = 4;

constexpr char kName[] = "state.db";

// Where files are in memory, on a machine that has such a place.
std::filesystem::path Memory() {
  const std::filesystem::path memory = "/dev/shm";
  const bool there = ::access(memory.c_str(), W_OK) == 0;
  return there ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

StateKeeper::StateKeeper(World& world, std::string topic)
    : world_(world), topic_(std::move(topic)) {}

void StateKeeper::Start() {
  if (!folder_) {
    folder_.emplace(Memory());
    path_ = folder_->path() + "/" + kName;
  }
  auto file = state::SnapshotFile::Open(path_, topic_);
  if (!file) throw Broken("the snapshot cannot be opened: " + file.error().context);
  file_ = *std::move(file);
  auto loaded = file_->Load();
  const bool missing = !loaded && loaded.error().fault == Fault::kNotFound;
  if (!loaded && !missing) throw Broken("the snapshot is worthless: " + loaded.error().context);
  if (missing != versions_.empty()) throw Broken("the snapshot is not the one that was written");
  unsaved_ = false;
  replica_ = missing ? std::make_unique<state::Replica>() : *std::move(loaded);
  folded_ = missing ? std::nullopt : versions_.back().folded;
}

void StateKeeper::Stop(End end, Random& random) {
  if (!running()) return;
  if (end == End::kClean) Save();
  file_.reset();
  replica_.reset();
  if (end != End::kPower || versions_.empty()) return;
  // Any number of the newest snapshots are gone, and perhaps the file.
  versions_.resize(random.Below(versions_.size() + 1));
  if (versions_.empty()) {
    std::filesystem::remove(path_);
  } else {
    folder_->Write(kName, versions_.back().bytes);
  }
}

bool StateKeeper::CatchUp(const Uuid& id, uint64_t records_max) {
  const auto open = [&](const kafka::ReaderOptions& options) {
    return LogReader::Open(world_, options, records_max);
  };
  for (;;) {
    const auto folded = state::FoldToEnd({}, topic_, *replica_, nullptr, open);
    const bool of_another = !folded && folded.error().fault == Fault::kCorrupt;
    if (folded && !folded->gaps.empty()) throw Broken("the fold misses " + folded->gaps.front());
    if (folded || (!folded_ && !of_another)) folded_ = id;
    unsaved_ = unsaved_ || !folded || folded->records > 0;
    if (!of_another) return folded.ok();
    if (folded_ == id) {
      throw Broken("the fold takes the log for another one: " + folded.error().context);
    }
    ++restarts_;
    replica_ = std::make_unique<state::Replica>();
    folded_.reset();
    versions_.clear();
    if (Status aside = file_->SetAside(); !aside) throw Broken(aside.error().context);
  }
}

void StateKeeper::Save() {
  if (!std::exchange(unsaved_, false)) return;
  if (Status saved = file_->Save(file_->TakeChanges(*replica_)); !saved) {
    throw Broken("the snapshot was not written: " + saved.error().context);
  }
  if (versions_.size() == kVersionsMax) versions_.erase(versions_.begin());
  versions_.push_back({folder_->Read(kName), folded_});
}

}  // namespace gamevents::simulation
