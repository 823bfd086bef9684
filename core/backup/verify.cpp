#include "core/backup/verify.h"

#include "core/backup/file_copy.h"
#include "core/log/file_system.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace gamevents::backup {
namespace {

class Verification {
 public:
  Verification(const std::string& directory, Manifest manifest, const OnProgress& on_progress)
      : directory_(directory),
        folder_(directory + "/" + manifest.folder),
        expected_(BytesOf(manifest)),
        on_progress_(on_progress) {
    found_.manifest = std::move(manifest);
  }

  Result<Verified> Run() {
    for (const ManifestFile& file : found_.manifest.files) {
      if (auto checked = Check(file); !checked) return std::move(checked).error();
    }
    if (auto looked = LookForOthers(); !looked) return std::move(looked).error();
    return std::move(found_);
  }

 private:
  void AddFlaw(const std::string& path, std::string_view what) {
    found_.flaws.push_back(fmt::format("{}/{}: {}", folder_, path, what));
  }

  Status Check(const ManifestFile& file) {
    const std::string path = folder_ + "/" + file.path;
    const auto facts = FactsOf(path);
    if (!facts && facts.error().fault == Fault::kNotFound) {
      AddFlaw(file.path, "is missing");
      return Done{};
    }
    if (!facts) return Error(facts.error());
    if (!facts->is_file) {
      AddFlaw(file.path, "is not a file");
    } else if (facts->size != file.size) {
      AddFlaw(file.path, fmt::format("has {} bytes and must have {}", facts->size, file.size));
    } else {
      const auto sum = SumOf(path, [this](uint64_t bytes) {
        done_ += bytes;
        return on_progress_(done_, expected_);
      });
      if (!sum) return Error(sum.error());
      if (sum->size != file.size || sum->crc != file.crc) {
        AddFlaw(file.path, fmt::format("its bytes have changed: the checksum is {:08x} and must be "
                                       "{:08x}",
                                       sum->crc, file.crc));
      }
    }
    return Done{};
  }

  // What the manifest does not know.
  Status LookForOthers() {
    std::set<std::string_view> known;
    for (const ManifestFile& file : found_.manifest.files) {
      known.insert(file.path);
      known.insert(std::string_view(file.path).substr(0, file.path.find('/')));
    }
    const auto names = log::FileSystem::Posix().List(directory_);
    if (!names) return Error(names.error());
    for (const std::string& name : *names) {
      if (name == found_.manifest.folder) continue;
      if (!BelongsToBackup(name)) {
        found_.flaws.push_back(directory_ + "/" + name + ": belongs to no backup");
      } else if (FolderNumber(name)) {
        found_.notes.push_back(directory_ + "/" + name +
                               ": is left from a backup that did not come to its end; the next one "
                               "removes it");
      }
    }
    std::error_code failed;
    std::filesystem::recursive_directory_iterator each(folder_, failed);
    for (; !failed && each != std::filesystem::recursive_directory_iterator();
         each.increment(failed)) {
      const std::string path = each->path().string().substr(folder_.size() + 1);
      std::error_code unknown;
      const bool is_folder = each->is_directory(unknown) && !each->is_symlink(unknown);
      if (!known.contains(path) && !(is_folder && MayBeEmpty(path))) {
        AddFlaw(path, "is not in the manifest");
      }
    }
    if (failed && failed != std::errc::no_such_file_or_directory) {
      return SystemError("list " + folder_, failed.value());
    }
    return Done{};
  }

  // A folder without files: of snapshots that could not be copied.
  static bool MayBeEmpty(std::string_view path) { return path == ".state"; }

  const std::string directory_;
  const std::string folder_;
  const uint64_t expected_;
  const OnProgress& on_progress_;
  uint64_t done_ = 0;
  Verified found_;
};

}  // namespace

Result<Verified> VerifyBackup(const std::string& directory, const OnProgress& on_progress) {
  auto manifest = ReadManifest(directory);
  if (!manifest) return std::move(manifest).error();
  return Verification(directory, std::move(*manifest), on_progress).Run();
}

}  // namespace gamevents::backup
