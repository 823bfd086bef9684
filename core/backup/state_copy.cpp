#include "core/backup/state_copy.h"

#include "core/database/database.h"
#include "core/log/data_directory.h"
#include "core/log/file_system.h"

#include <string>
#include <string_view>
#include <utility>

namespace gamevents::backup {
namespace {

constexpr std::string_view kSuffix = ".sqlite";
// Which records are given up instead of forwarded (cmd/forward_options.h), in the same folder.
constexpr std::string_view kSkipsFile = "forward-skips";

// As SQLite sees it, with what is still in the log beside the file.
Status CopySnapshot(const std::string& from, const std::string& to) {
  auto database = database::Database::Open(from, database::Database::Mode::kExisting);
  if (!database) return std::move(database).error();
  auto copy = database->Prepare("VACUUM INTO CAST(? AS TEXT)");
  if (!copy) return std::move(copy).error();
  copy->Bind(1, std::string_view(to));
  return copy->Run();
}

}  // namespace

Status CopyState(Job& job) {
  const auto names = log::FileSystem::Posix().List(job.SourceOf(kStateFolder));
  if (!names && names.error().fault == Fault::kNotFound) return Done{};
  if (!names) return Error(names.error());
  if (auto made = job.MakeFolder(kStateFolder); !made) return made;
  auto skips = job.CopyIfThere(std::string(kStateFolder) + "/" + std::string(kSkipsFile));
  if (!skips) return skips;
  for (const std::string& name : *names) {
    if (!name.ends_with(kSuffix)) continue;
    const std::string topic = name.substr(0, name.size() - kSuffix.size());
    if (!log::CheckTopicName(topic)) continue;
    const std::string path = std::string(kStateFolder) + "/" + name;
    const auto original = FactsOf(job.SourceOf(path));
    if (!original || original->size == 0) continue;  // made before its first snapshot
    const Status copied = CopySnapshot(job.SourceOf(path), job.TargetOf(path));
    if (!copied && copied.error().fault == Fault::kFull) return Error(copied.error());
    if (!copied) {
      job.Note("the state's snapshot of topic " + topic +
               " is left out, and is folded again after a restore: " + copied.error().context);
      if (auto removed = log::RemoveIfThere(log::FileSystem::Posix(), job.TargetOf(path));
          !removed) {
        return removed;
      }
      continue;
    }
    if (auto synced = SyncFile(job.TargetOf(path)); !synced) return synced;
    if (auto added = job.AddMade(path); !added) return added;
  }
  return Done{};
}

}  // namespace gamevents::backup
