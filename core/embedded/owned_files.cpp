#include "core/embedded/owned_files.h"

#include "core/base/notes.h"

#include <utility>

namespace gamevents::embedded {
namespace {

using Steady = std::chrono::steady_clock;

class OwnedFile final : public log::File {
 public:
  OwnedFile(OwnedFiles& owner, std::shared_ptr<log::File> file)
      : owner_(owner), file_(std::move(file)) {}

  Status WriteAt(uint64_t position, std::span<const std::span<const std::byte>> pieces) override {
    if (auto ours = owner_.CheckRecent(); !ours) return ours;
    return file_->WriteAt(position, pieces);
  }
  Result<size_t> ReadAt(uint64_t position, std::span<std::byte> into) const override {
    return file_->ReadAt(position, into);
  }
  Status Sync() override {
    if (auto synced = file_->Sync(); !synced) return synced;
    return owner_.Check();
  }
  Status Truncate(uint64_t size) override { return file_->Truncate(size); }
  Result<uint64_t> Size() const override { return file_->Size(); }
  Result<TimestampMs> ModifiedAt() const override { return file_->ModifiedAt(); }
  int descriptor() const override { return file_->descriptor(); }

 private:
  OwnedFiles& owner_;
  const std::shared_ptr<log::File> file_;
};

}  // namespace

Status OwnedFiles::Check() {
  const bool was_lost = lost_.load();
  if (!was_lost && lock_.IsHeld()) {
    looked_ = Steady::now().time_since_epoch().count();
    return Done{};
  }
  Error error{Fault::kIo,
              lock_.directory() +
                  ": is not the data directory any more that this process locked: it was removed, "
                  "or another stands in its place. Nothing more is stored or acknowledged, and "
                  "nothing there is touched; restart to begin with what is there"};
  if (!lost_.exchange(true)) Note(NoteLevel::kError, error.context);
  return error;
}

Status OwnedFiles::CheckRecent() {
  const auto age = Steady::now().time_since_epoch() - Steady::duration(looked_.load());
  return age < kLookEvery && !lost_.load() ? Done{} : Check();
}

Result<std::shared_ptr<log::File>> OwnedFiles::Open(const std::string& path, Mode mode) {
  if (auto ours = Check(); !ours) return std::move(ours).error();
  auto file = files_.Open(path, mode);
  if (!file) return file;
  return std::shared_ptr<log::File>(std::make_shared<OwnedFile>(*this, std::move(*file)));
}

Result<std::vector<std::string>> OwnedFiles::List(const std::string& directory) {
  if (auto ours = Check(); !ours) return std::move(ours).error();
  return files_.List(directory);
}

Status OwnedFiles::CreateDirectory(const std::string& path) {
  if (auto ours = Check(); !ours) return ours;
  return files_.CreateDirectory(path);
}

Status OwnedFiles::Rename(const std::string& from, const std::string& to) {
  if (auto ours = Check(); !ours) return ours;
  return files_.Rename(from, to);
}

Status OwnedFiles::Remove(const std::string& path) {
  if (auto ours = Check(); !ours) return ours;
  return files_.Remove(path);
}

Status OwnedFiles::SyncDirectory(const std::string& path) {
  if (auto ours = Check(); !ours) return ours;
  return files_.SyncDirectory(path);
}

}  // namespace gamevents::embedded
