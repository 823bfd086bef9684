#include "tests/unit/log/simulated_disk.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace gamevents::log {
namespace {

std::string ParentOf(const std::string& path) { return path.substr(0, path.find_last_of('/')); }

// Calls `visit` with each entry that is in `directory` itself. Looks at nothing else of the disk: a
// test with thousands of files syncs their directories thousands of times.
template <class Entries, class Visit>
void ForEachIn(const Entries& entries, const std::string& directory, const Visit& visit) {
  const std::string start = directory + "/";
  for (auto at = entries.lower_bound(start); at != entries.end();) {
    if (!at->first.starts_with(start)) return;
    const size_t deeper = at->first.find('/', start.size());
    if (deeper == std::string::npos) {
      visit(*at);
      ++at;
    } else {
      // Behind all that is in this directory's directory: '0' follows '/'.
      at = entries.lower_bound(at->first.substr(0, deeper) + "0");
    }
  }
}

void Put(std::string& bytes, uint64_t position, std::string_view piece) {
  if (bytes.size() < position + piece.size()) bytes.resize(position + piece.size());
  bytes.replace(position, piece.size(), piece);
}

}  // namespace

class SimulatedDisk::OpenFile final : public File {
 public:
  OpenFile(SimulatedDisk& disk, std::string path, std::shared_ptr<Node> node)
      : disk_(disk), path_(std::move(path)), node_(std::move(node)) {
    const size_t open = ++disk_.open_files_;
    if (open > disk_.most_open_) disk_.most_open_ = open;
  }
  ~OpenFile() override { --disk_.open_files_; }

  Status WriteAt(uint64_t position, std::span<const std::span<const std::byte>> pieces) override {
    std::string all;
    for (const auto& piece : pieces) all += AsText(piece);
    disk_.PassGate(Op::kWrite, path_);
    const std::lock_guard lock(disk_.mutex_);
    const bool dead = disk_.dead_;
    auto turn = disk_.Turn(Op::kWrite, path_);
    if (dead) return turn;
    size_t size = turn ? all.size() : all.size() / 2;
    if (disk_.room_ && size > *disk_.room_) {
      size = *disk_.room_;
      turn = Error{Fault::kFull, "write " + path_ + ": no space left"};
    }
    if (disk_.room_) *disk_.room_ -= size;
    all.resize(size);
    Put(node_->bytes, position, all);
    node_->modified = disk_.now_;
    node_->unsynced.emplace_back(position, all);
    return turn;
  }

  Result<size_t> ReadAt(uint64_t position, std::span<std::byte> into) const override {
    const std::lock_guard lock(disk_.mutex_);
    if (position >= node_->bytes.size()) return size_t{0};
    const size_t size = std::min<size_t>(into.size(), node_->bytes.size() - position);
    std::memcpy(into.data(), node_->bytes.data() + position, size);
    disk_.bytes_read_ += size;
    return size;
  }

  Status Sync() override {
    disk_.PassGate(Op::kSync, path_);
    std::unique_lock lock(disk_.mutex_);
    if (auto turn = disk_.Turn(Op::kSync, path_); !turn) return turn;
    // Only what was there at the start is promised.
    const std::string bytes = node_->bytes;
    const size_t writes = node_->unsynced.size();
    if (disk_.sync_delay_.count() > 0) {
      lock.unlock();
      std::this_thread::sleep_for(disk_.sync_delay_);
      lock.lock();
    }
    if (const During during = std::exchange(disk_.during_sync_, nullptr)) {
      lock.unlock();
      Status ended = during(path_);
      lock.lock();
      if (disk_.dead_) return Error{Fault::kIo, path_ + ": the process has ended"};
      if (!ended) {
        disk_.failed_ = true;
        disk_.failed_path_ = path_;
        return ended;
      }
    }
    node_->durable = bytes;
    const size_t done = std::min(writes, node_->unsynced.size());
    node_->unsynced.erase(node_->unsynced.begin(),
                          node_->unsynced.begin() + static_cast<std::ptrdiff_t>(done));
    return Done{};
  }

  Status Truncate(uint64_t size) override {
    disk_.PassGate(Op::kTruncate, path_);
    const std::lock_guard lock(disk_.mutex_);
    if (auto turn = disk_.Turn(Op::kTruncate, path_); !turn) return turn;
    node_->bytes.resize(size);
    std::erase_if(node_->unsynced, [size](auto& write) {
      if (write.first < size)
        write.second.resize(std::min(write.second.size(), size - write.first));
      return write.first >= size;
    });
    return Done{};
  }

  Result<uint64_t> Size() const override {
    const std::lock_guard lock(disk_.mutex_);
    return uint64_t{node_->bytes.size()};
  }

  Result<TimestampMs> ModifiedAt() const override {
    const std::lock_guard lock(disk_.mutex_);
    return TimestampMs(node_->modified);
  }

  int descriptor() const override { return -1; }

 private:
  SimulatedDisk& disk_;
  const std::string path_;
  const std::shared_ptr<Node> node_;
};

void SimulatedDisk::FailNth(Op op, uint64_t n, Fault fault) {
  const std::lock_guard lock(mutex_);
  failing_ = op;
  countdown_ = n;
  fault_ = fault;
  failed_ = false;
}

void SimulatedDisk::SetSyncDelay(std::chrono::microseconds delay) {
  const std::lock_guard lock(mutex_);
  sync_delay_ = delay;
}

void SimulatedDisk::DuringNextSync(During during) {
  const std::lock_guard lock(mutex_);
  during_sync_ = std::move(during);
}

void SimulatedDisk::HoldNext(Op op, const std::string& part) {
  const std::lock_guard lock(gate_mutex_);
  gate_.emplace(op, part);
  held_ = released_ = false;
}

bool SimulatedDisk::WaitUntilHeld() {
  std::unique_lock lock(gate_mutex_);
  return gate_moved_.wait_for(lock, std::chrono::seconds(20), [this] { return held_; });
}

void SimulatedDisk::Release() {
  const std::lock_guard lock(gate_mutex_);
  gate_.reset();
  released_ = true;
  gate_moved_.notify_all();
}

void SimulatedDisk::PassGate(Op op, const std::string& path) {
  std::unique_lock lock(gate_mutex_);
  if (!gate_ || gate_->first != op || path.find(gate_->second) == std::string::npos) return;
  gate_.reset();
  held_ = true;
  gate_moved_.notify_all();
  gate_moved_.wait(lock, [this] { return released_; });
}

void SimulatedDisk::SetDescriptors(std::optional<size_t> most) {
  const std::lock_guard lock(mutex_);
  descriptors_ = most;
}

Status SimulatedDisk::TakeDescriptor(const std::string& path) const {
  if (!descriptors_ || open_files_ < *descriptors_) return Done{};
  return Error{Fault::kFull, "open " + path + ": too many open files"};
}

void SimulatedDisk::Disarm() {
  const std::lock_guard lock(mutex_);
  failing_.reset();
}

bool SimulatedDisk::Failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

std::string SimulatedDisk::FailedPath() const {
  const std::lock_guard lock(mutex_);
  return failed_path_;
}

void SimulatedDisk::DieAfter(uint64_t n) {
  const std::lock_guard lock(mutex_);
  operations_left_ = n;
}

void SimulatedDisk::Die() { dead_ = true; }

bool SimulatedDisk::troubled() const {
  const std::lock_guard lock(mutex_);
  return failed_ || dead_ || room_ || descriptors_;
}

void SimulatedDisk::Revive() {
  const std::lock_guard lock(mutex_);
  failed_ = false;
  dead_ = false;
  operations_left_ = UINT64_MAX;
  failing_.reset();
  room_.reset();
  descriptors_.reset();
}

void SimulatedDisk::SetRoom(std::optional<uint64_t> bytes) {
  const std::lock_guard lock(mutex_);
  room_ = bytes;
}

uint64_t SimulatedDisk::Count(Op op) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(op);
  return found == counts_.end() ? 0 : found->second;
}

Status SimulatedDisk::Turn(Op op, const std::string& path) {
  if (!dead_ && --operations_left_ == 0) dead_ = true;
  if (dead_) return Error{Fault::kIo, path + ": the process has ended"};
  ++counts_[op];
  if (failing_ != op || --countdown_ > 0) return Done{};
  failing_.reset();
  failed_ = true;
  failed_path_ = path;
  return Error{fault_, path + ": made to fail"};
}

void SimulatedDisk::CrashPower(uint64_t unsynced_kept) {
  const std::lock_guard lock(mutex_);
  Entries left;
  for (const auto& [path, node] : durable_entries_) {
    if (node == nullptr) {
      left[path] = nullptr;
      continue;
    }
    auto file = std::make_shared<Node>();
    file->bytes = node->durable;
    uint64_t kept = unsynced_kept;
    for (const auto& [position, piece] : node->unsynced) {
      const std::string part = piece.substr(0, kept);
      Put(file->bytes, position, part);
      kept -= part.size();
      if (kept == 0) break;
    }
    left[path] = std::move(file);
  }
  TakeLeft(std::move(left));
}

void SimulatedDisk::CrashPower(const std::function<bool()>& keeps) {
  const std::lock_guard lock(mutex_);
  Entries names = durable_entries_;
  for (const auto& [path, node] : durable_entries_) {
    if (!entries_.contains(path) && keeps()) names.erase(path);  // its removal came through
  }
  for (const auto& [path, node] : entries_) {
    const auto old = durable_entries_.find(path);
    const bool changed = old == durable_entries_.end() || old->second != node;
    if (changed && keeps()) names[path] = node;
  }
  Entries left;
  for (const auto& [path, node] : names) {
    // Nothing is in a directory that is not there.
    if (!ParentOf(path).empty() && !left.contains(ParentOf(path))) continue;
    if (node == nullptr) {
      left[path] = nullptr;
      continue;
    }
    auto file = std::make_shared<Node>();
    file->bytes = node->durable;
    for (const auto& [position, piece] : node->unsynced) {
      if (keeps()) Put(file->bytes, position, keeps() ? piece : piece.substr(0, piece.size() / 2));
    }
    left[path] = std::move(file);
  }
  TakeLeft(std::move(left));
}

void SimulatedDisk::TakeLeft(Entries left) {
  failing_.reset();
  for (auto& [path, node] : left) {
    if (node != nullptr) node->durable = node->bytes;
  }
  entries_ = left;
  durable_entries_ = std::move(left);
}

bool SimulatedDisk::IsDurable(const std::string& directory, std::string_view bytes) const {
  const std::lock_guard lock(mutex_);
  for (auto at = durable_entries_.lower_bound(directory + "/");
       at != durable_entries_.end() && at->first.starts_with(directory + "/"); ++at) {
    const bool has = at->second != nullptr && at->second->durable.find(bytes) != std::string::npos;
    if (has) return true;
  }
  return false;
}

std::string SimulatedDisk::Get(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return entries_.at(path)->bytes;
}

void SimulatedDisk::Set(const std::string& path, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  auto node = std::make_shared<Node>();
  node->bytes = node->durable = bytes;
  entries_[path] = durable_entries_[path] = node;
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::Clone() const {
  auto copy = std::make_unique<SimulatedDisk>();
  const std::lock_guard lock(mutex_);
  for (const auto& [path, node] : entries_) {
    if (node == nullptr) {
      copy->entries_[path] = copy->durable_entries_[path] = nullptr;
    } else {
      copy->Set(path, node->bytes);
    }
  }
  return copy;
}

std::vector<std::string> SimulatedDisk::Files() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, node] : entries_) {
    if (node != nullptr) paths.push_back(path);
  }
  return paths;
}

Result<std::shared_ptr<File>> SimulatedDisk::Open(const std::string& path, Mode mode) {
  if (mode == Mode::kCreate) PassGate(Op::kCreate, path);
  const std::lock_guard lock(mutex_);
  if (auto taken = TakeDescriptor(path); !taken) return std::move(taken).error();
  const auto found = entries_.find(path);
  if (mode == Mode::kCreate) {
    if (found != entries_.end()) return Error{Fault::kExists, "open " + path};
    if (auto turn = Turn(Op::kCreate, path); !turn) return std::move(turn).error();
    entries_[path] = std::make_shared<Node>();
  } else if (found == entries_.end() || found->second == nullptr) {
    return Error{Fault::kNotFound, "open " + path};
  }
  return std::shared_ptr<File>(std::make_shared<OpenFile>(*this, path, entries_[path]));
}

Result<std::vector<std::string>> SimulatedDisk::List(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  if (auto taken = TakeDescriptor(directory); !taken) return std::move(taken).error();
  if (!entries_.contains(directory)) return Error{Fault::kNotFound, "list " + directory};
  std::vector<std::string> names;
  ForEachIn(entries_, directory,
            [&](const auto& entry) { names.push_back(entry.first.substr(directory.size() + 1)); });
  return names;
}

Status SimulatedDisk::CreateDirectory(const std::string& path) {
  PassGate(Op::kCreate, path);
  const std::lock_guard lock(mutex_);
  if (entries_.contains(path)) return Error{Fault::kExists, "make " + path};
  if (!ParentOf(path).empty() && !entries_.contains(ParentOf(path))) {
    return Error{Fault::kNotFound, "make " + path};
  }
  if (auto turn = Turn(Op::kCreate, path); !turn) return turn;
  entries_[path] = nullptr;
  return Done{};
}

Status SimulatedDisk::Rename(const std::string& from, const std::string& to) {
  PassGate(Op::kRename, from);
  const std::lock_guard lock(mutex_);
  if (!entries_.contains(from)) return Error{Fault::kNotFound, "rename " + from};
  if (auto turn = Turn(Op::kRename, from); !turn) return turn;
  // A directory takes what is in it along; that part of a rename is one step on disk as well.
  const auto move = [&](Entries& entries) {
    std::vector<std::pair<std::string, std::shared_ptr<Node>>> moved;
    const auto take = [&](Entries::iterator at) {
      moved.emplace_back(to + at->first.substr(from.size()), at->second);
      return entries.erase(at);
    };
    if (const auto itself = entries.find(from); itself != entries.end()) take(itself);
    for (auto at = entries.lower_bound(from + "/");
         at != entries.end() && at->first.starts_with(from + "/");) {
      at = take(at);
    }
    for (auto& [path, node] : moved) entries[path] = std::move(node);
  };
  move(entries_);
  if (entries_.at(to) == nullptr) move(durable_entries_);
  return Done{};
}

Status SimulatedDisk::Remove(const std::string& path) {
  PassGate(Op::kRemove, path);
  const std::lock_guard lock(mutex_);
  if (!entries_.contains(path)) return Error{Fault::kNotFound, "remove " + path};
  if (auto turn = Turn(Op::kRemove, path); !turn) return turn;
  entries_.erase(path);
  return Done{};
}

Status SimulatedDisk::SyncDirectory(const std::string& path) {
  PassGate(Op::kSyncDirectory, path);
  const std::lock_guard lock(mutex_);
  if (auto taken = TakeDescriptor(path); !taken) return taken;
  if (auto turn = Turn(Op::kSyncDirectory, path); !turn) return turn;
  std::vector<std::string> gone;
  ForEachIn(durable_entries_, path, [&](const auto& entry) {
    if (!entries_.contains(entry.first)) gone.push_back(entry.first);
  });
  for (const std::string& name : gone) durable_entries_.erase(name);
  durable_entries_[path] = nullptr;
  ForEachIn(entries_, path,
            [&](const auto& entry) { durable_entries_[entry.first] = entry.second; });
  return Done{};
}

}  // namespace gamevents::log
