#include "core/log/file_pool.h"

#include <utility>

namespace gamevents::log {

bool FilePool::CloseAll() {
  Entries closing;  // ended behind the lock: closing a file may take its time
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries_) entry.owner->is_open_ = false;
  closing.swap(entries_);
  return !closing.empty();
}

std::shared_ptr<File> FilePool::Find(PooledFile& owner) {
  const std::lock_guard lock(mutex_);
  if (!owner.is_open_) return nullptr;
  entries_.splice(entries_.begin(), entries_, owner.at_);
  return owner.at_->file;
}

void FilePool::Put(PooledFile& owner, const std::shared_ptr<File>& file) {
  Entries closing;
  const std::lock_guard lock(mutex_);
  entries_.push_front({&owner, file});
  owner.at_ = entries_.begin();
  owner.is_open_ = true;
  while (entries_.size() > files_max_) {
    entries_.back().owner->is_open_ = false;
    closing.splice(closing.begin(), entries_, std::prev(entries_.end()));
  }
}

void FilePool::Drop(PooledFile& owner) {
  Entries closing;
  const std::lock_guard lock(mutex_);
  if (!std::exchange(owner.is_open_, false)) return;
  closing.splice(closing.begin(), entries_, owner.at_);
}

PooledFile::PooledFile(FilePool& pool, FileSystem& files, std::string path, FileSystem::Mode mode)
    : pool_(pool), files_(files), path_(std::move(path)), mode_(mode) {}

PooledFile::~PooledFile() { pool_.Drop(*this); }

Result<std::shared_ptr<File>> PooledFile::Get() {
  const std::lock_guard opening(opening_);
  if (retired_) return Error{Fault::kClosed, path_ + ": was removed with its log"};
  if (auto open = pool_.Find(*this)) return open;
  auto file = files_.Open(path_, mode_);
  if (!file && file.error().fault == Fault::kFull && pool_.CloseAll()) {
    file = files_.Open(path_, mode_);
  }
  if (!file) return file;
  pool_.Put(*this, *file);
  return file;
}

void PooledFile::Close() { pool_.Drop(*this); }

void PooledFile::Retire() {
  const std::lock_guard opening(opening_);
  retired_ = true;
  pool_.Drop(*this);
}

}  // namespace gamevents::log
