#include "core/log/index_file.h"

#include "core/base/bytes.h"

#include <array>
#include <utility>

namespace gamevents::log {

void OffsetEntry::Encode(std::byte* to) const {
  StoreBigEndian32(to, static_cast<uint32_t>(relative_offset));
  StoreBigEndian32(to + 4, static_cast<uint32_t>(position));
}

OffsetEntry OffsetEntry::Decode(const std::byte* from) {
  return {LoadBigEndianSigned32(from), LoadBigEndianSigned32(from + 4)};
}

void TimeEntry::Encode(std::byte* to) const {
  StoreBigEndian64(to, static_cast<uint64_t>(timestamp.value));
  StoreBigEndian32(to + 8, static_cast<uint32_t>(relative_offset));
}

TimeEntry TimeEntry::Decode(const std::byte* from) {
  return {TimestampMs(LoadBigEndianSigned64(from)), LoadBigEndianSigned32(from + 8)};
}

template <class Entry>
void IndexFile<Entry>::Clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  resting_ = false;
  count_ = 0;
}

template <class Entry>
void IndexFile<Entry>::Add(const Entry& entry) {
  const std::lock_guard lock(mutex_);
  INVARIANT(!resting_);
  entries_.push_back(entry);
  ++count_;
}

template <class Entry>
Result<bool> IndexFile<Entry>::Load() {
  Clear();
  file_.Close();  // somebody else may have written it since
  const auto file = file_.Get();
  if (!file && file.error().fault == Fault::kNotFound) return false;
  if (!file) return Error(file.error());
  const auto size = (*file)->Size();
  if (!size) return Error(size.error());
  if (*size % Entry::kSize != 0 || *size > INT32_MAX) return false;
  const std::lock_guard lock(mutex_);
  resting_ = true;
  count_ = *size / Entry::kSize;
  return true;
}

template <class Entry>
Status IndexFile<Entry>::Write() {
  std::vector<std::byte> bytes;
  {
    const std::lock_guard lock(mutex_);
    if (resting_) return Done{};
    bytes.resize(entries_.size() * Entry::kSize);
    for (size_t i = 0; i < entries_.size(); ++i) entries_[i].Encode(&bytes[i * Entry::kSize]);
  }
  auto file = files_.Open(file_.path(), FileSystem::Mode::kUpdate);
  if (!file && file.error().fault == Fault::kNotFound) {
    file = files_.Open(file_.path(), FileSystem::Mode::kCreate);
  }
  if (!file) return NotMade(std::move(file).error());
  const std::array<std::span<const std::byte>, 1> pieces{bytes};
  if (auto wrote = (*file)->WriteAt(0, pieces); !wrote) return wrote;
  if (auto cut = (*file)->Truncate(bytes.size()); !cut) return cut;
  return (*file)->Sync();
}

template <class Entry>
void IndexFile<Entry>::Rest() {
  const std::lock_guard lock(mutex_);
  resting_ = true;
  std::vector<Entry>().swap(entries_);
}

template <class Entry>
Status IndexFile<Entry>::Grow() {
  const std::lock_guard lock(mutex_);
  if (!resting_) return Done{};
  const auto file = file_.Get();
  if (!file) return Error(file.error());
  std::vector<std::byte> bytes(count_ * Entry::kSize);
  const auto got = (*file)->ReadAt(0, bytes);
  if (!got) return Error(got.error());
  if (*got != bytes.size()) return Error{Fault::kIo, file_.path() + ": has become shorter"};
  entries_.reserve(count_);
  for (size_t i = 0; i < count_; ++i) entries_.push_back(Entry::Decode(&bytes[i * Entry::kSize]));
  resting_ = false;
  return Done{};
}

template <class Entry>
size_t IndexFile<Entry>::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

template <class Entry>
Result<Entry> IndexFile<Entry>::At(const File* file, size_t index) const {
  if (file == nullptr) return entries_[index];
  std::array<std::byte, Entry::kSize> bytes;
  const auto got = file->ReadAt(index * Entry::kSize, bytes);
  if (!got) return Error(got.error());
  if (*got != bytes.size()) return Error{Fault::kIo, file_.path() + ": has become shorter"};
  return Entry::Decode(bytes.data());
}

template <class Entry>
Result<std::optional<Entry>> IndexFile<Entry>::Last() const {
  return FindLast([](const Entry&) { return true; });
}

template <class Entry>
Result<std::optional<Entry>> IndexFile<Entry>::FindLast(
    const std::function<bool(const Entry&)>& before) const {
  std::unique_lock lock(mutex_);
  size_t low = 0;
  size_t high = count_;
  // An index at rest does not change any more; one in memory is searched under the lock.
  std::shared_ptr<File> file;
  if (resting_ && high > 0) {
    lock.unlock();
    auto opened = file_.Get();
    if (!opened) return std::move(opened).error();
    file = *std::move(opened);
  }
  std::optional<Entry> found;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const auto entry = At(file.get(), middle);
    if (!entry) return Error(entry.error());
    if (before(*entry)) {
      found = *entry;
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return found;
}

template class IndexFile<OffsetEntry>;
template class IndexFile<TimeEntry>;

}  // namespace gamevents::log
