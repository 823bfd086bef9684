#include "core/backup/job.h"

#include "core/log/file_system.h"

#include <algorithm>
#include <utility>

namespace gamevents::backup {

Job::Job(std::string data_dir, std::string target, std::optional<Previous> previous, Watch watch)
    : data_dir_(std::move(data_dir)),
      target_(std::move(target)),
      previous_(std::move(previous)),
      watch_(std::move(watch)) {
  if (!previous_) return;
  for (const ManifestFile& file : previous_->manifest.files) before_[file.path] = &file;
}

Status Job::MakeFolder(const std::string& name) const {
  return log::FileSystem::Posix().CreateDirectory(TargetOf(name));
}

Status Job::Copy(const std::string& path) {
  return Add(path, CopyFile(SourceOf(path), TargetOf(path), UINT64_MAX, watch_));
}

Status Job::CopyIfThere(const std::string& path) {
  auto copied = Copy(path);
  if (!copied && copied.error().fault == Fault::kNotFound) return Done{};
  return copied;
}

Status Job::AddMade(const std::string& path) { return Add(path, SumOf(TargetOf(path), watch_)); }

Status Job::Add(const std::string& path, const Result<FileSum>& sum) {
  if (!sum) return Error(sum.error());
  files_.push_back({path, sum->size, sum->crc, 0});
  ++counts_.copied;
  counts_.bytes_copied += sum->size;
  return Done{};
}

bool Job::HadTopic(const ManifestTopic& topic) const {
  return std::ranges::any_of(previous_->manifest.topics, [&](const ManifestTopic& had) {
    return had.name == topic.name && had.id == topic.id;
  });
}

Result<bool> Job::TakeOver(const std::string& path, const FileFacts& original,
                           const ManifestTopic& topic) {
  const auto found = before_.find(path);
  if (found == before_.end() || !HadTopic(topic)) return false;
  const ManifestFile& file = *found->second;
  const bool same = file.modified_ns != 0 && file.modified_ns == original.modified_ns &&
                    file.size == original.size;
  if (!same) return false;
  const std::string had = previous_->folder + "/" + path;
  const auto sum = SumOf(had, watch_);
  if (!sum && sum.error().fault == Fault::kClosed) return Error(sum.error());
  if (!sum || sum->size != file.size || sum->crc != file.crc) {
    Note(had + ": is damaged, and was copied again");
    return false;
  }
  const auto shared = ShareFile(had, TargetOf(path), [](uint64_t) { return true; });
  if (!shared) return Error(shared.error());
  files_.push_back(file);
  ++counts_.taken_over;
  return true;
}

Status Job::Place(const std::string& path, bool closed) {
  const Watch unwatched = [](uint64_t) { return true; };  // its bytes count when they are checked
  auto means = Means::kCopied;
  if (closed) {
    const auto shared = ShareFile(SourceOf(path), TargetOf(path), unwatched);
    if (!shared) return Error(shared.error());
    means = *shared;
  } else if (const auto copied = CopyFile(SourceOf(path), TargetOf(path), UINT64_MAX, unwatched);
             !copied) {
    return Error(copied.error());
  }
  if (means == Means::kCloned) ++counts_.cloned;
  if (means == Means::kLinked) ++counts_.linked;
  if (means != Means::kCopied) return Done{};
  ++counts_.copied;
  const auto facts = FactsOf(TargetOf(path));
  if (!facts) return Error(facts.error());
  counts_.bytes_copied += facts->size;
  return Done{};
}

Status Job::Drop(const std::string& folder, bool keep_folder) {
  std::erase_if(files_,
                [&](const ManifestFile& file) { return file.path.starts_with(folder + "/"); });
  if (auto removed = RemoveFolder(TargetOf(folder)); !removed) return removed;
  return keep_folder ? MakeFolder(folder) : Done{};
}

}  // namespace gamevents::backup
