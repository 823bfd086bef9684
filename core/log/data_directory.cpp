#include "core/log/data_directory.h"

#include "core/base/number.h"
#include "core/base/text.h"
#include "core/log/checkpoint_text.h"

#include <algorithm>
#include <array>

namespace gamevents::log {
namespace {

constexpr size_t kCheckpointFileMax = 8 << 20;
constexpr char kCleanFile[] = ".kafka_cleanshutdown";
constexpr char kDeleteSuffix[] = "-delete";
constexpr size_t kUuidTextSize = 22;

// What may be in a new data directory: the files of core/embedded, that of the users, and a file
// system's own.
bool MayStandThere(const std::string& name) {
  return name == kUsersFile || name.starts_with('.') || name == "LOCK" || name == "ENDPOINT" ||
         name == "lost+found";
}

Status MakeDirectories(FileSystem& files, const std::string& path) {
  if (files.List(path)) return Done{};
  auto made = files.CreateDirectory(path);
  if (made || made.error().fault == Fault::kExists) return Done{};
  const size_t slash = path.find_last_of('/');
  const bool parent_missing = made.error().fault == Fault::kNotFound;
  if (!parent_missing || slash == std::string::npos || slash == 0) return made;
  if (auto parent = MakeDirectories(files, path.substr(0, slash)); !parent) return parent;
  if (made = files.CreateDirectory(path); !made) return made;
  return files.SyncDirectory(path.substr(0, slash));
}

Result<std::string> ReadMeta(const std::string& path, std::string_view text) {
  std::optional<std::string> cluster;
  std::optional<int> version;
  for (const std::string_view line : SplitLines(text)) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 1);
    if (key == "cluster.id") cluster = value;
    if (key == "version") version = ParseWholeNumber<int>(value);
  }
  if (!version) return Error{Fault::kCorrupt, path + ": no version"};
  if (*version > kMetaVersion) {
    return Error{Fault::kUnsupported, path + ": format version " + std::to_string(*version) +
                                          " is newer than " + std::to_string(kMetaVersion) +
                                          ": use the release that wrote it"};
  }
  if (!cluster || cluster->empty()) return Error{Fault::kCorrupt, path + ": no cluster.id"};
  return *std::move(cluster);
}

Result<OffsetMap> ReadOffsets(FileSystem& files, const std::string& path) {
  OffsetMap offsets;
  const auto text = ReadWholeFile(files, path, kCheckpointFileMax);
  if (!text && text.error().fault == Fault::kNotFound) return offsets;
  if (!text) return Error(text.error());
  // Kafka makes the file empty, and fills it at its first checkpoint.
  if (text->empty()) return offsets;
  auto lines = ParseCheckpoint(*text);
  if (!lines) return std::move(lines).error().In(path);
  for (const std::string_view line : *lines) {
    const size_t first = line.find(' ');
    const size_t second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) {
      return Error{Fault::kCorrupt,
                   path + ": not topic, partition and offset: " + std::string(line)};
    }
    const auto partition = ParseWholeNumber<int32_t>(line.substr(first + 1, second - first - 1));
    const auto offset = ParseWholeNumber<int64_t>(line.substr(second + 1));
    if (!partition || !offset || *offset < 0) {
      return Error{Fault::kCorrupt,
                   path + ": not topic, partition and offset: " + std::string(line)};
    }
    offsets[{std::string(line.substr(0, first)), *partition}] = Offset(*offset);
  }
  return offsets;
}

Status WriteOffsets(FileSystem& files, const std::string& directory, const std::string& name,
                    const OffsetMap& offsets) {
  std::vector<std::string> lines;
  for (const auto& [folder, offset] : offsets) {
    lines.push_back(folder.topic + " " + std::to_string(folder.partition) + " " +
                    std::to_string(offset.value));
  }
  return ReplaceFile(files, directory, name, PrintCheckpoint(lines));
}

// A folder of files only, and then itself.
Status RemoveFolder(FileSystem& files, const std::string& path) {
  const auto names = files.List(path);
  if (!names) return Error(names.error());
  for (const std::string& name : *names) {
    if (auto removed = files.Remove(path + "/" + name); !removed) return removed;
  }
  return files.Remove(path);
}

// Whether nothing of someone else's is in the directory.
Status CheckOwner(FileSystem& files, const std::string& directory) {
  const auto names = files.List(directory);
  if (!names) return Error(names.error());
  if (std::find(names->begin(), names->end(), kMetaFile) != names->end()) return Done{};
  for (const std::string& name : *names) {
    if (!MayStandThere(name) && name != std::string(kMetaFile) + ".tmp") {
      return Error{Fault::kBadInput, directory + ": is no data directory: it has '" + name +
                                         "' and no meta.properties; name an empty one"};
    }
  }
  return Done{};
}

}  // namespace

Status CheckTopicName(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (name.empty() || name == "." || name == "..") {
    return Error{Fault::kBadInput, "topic name '" + std::string(name) + "' is not allowed"};
  }
  if (name.size() > kTopicNameMax) {
    return Error{Fault::kBadInput, "topic name is " + std::to_string(name.size()) +
                                       " characters long, at most 249 are allowed"};
  }
  if (name.find_first_not_of(kAllowed) != std::string_view::npos) {
    return Error{Fault::kBadInput, "topic name may have ASCII letters, digits, '.', '_' and '-'"};
  }
  return Done{};
}

std::optional<PartitionFolder> ParsePartitionFolder(std::string_view name) {
  const size_t dash = name.find_last_of('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto partition = ParseWholeNumber<int32_t>(name.substr(dash + 1));
  if (!partition || *partition < 0 || *partition >= kPartitionsMax) return std::nullopt;
  PartitionFolder folder{std::string(name.substr(0, dash)), *partition};
  // One name a partition: "t-01" is not t-1.
  if (!CheckTopicName(folder.topic) || PartitionFolderName(folder) != name) return std::nullopt;
  return folder;
}

std::string PartitionFolderName(const PartitionFolder& folder) {
  return folder.topic + "-" + std::to_string(folder.partition);
}

std::string FormatTopicId(const Uuid& id) {
  std::string text =
      Base64Encode({reinterpret_cast<const char*>(id.data()), id.size()}).substr(0, kUuidTextSize);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

Result<Uuid> ParseTopicId(std::string_view text) {
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  const auto bytes = Base64Decode(padded + "==");
  Uuid id{};
  if (!bytes || text.size() != kUuidTextSize || bytes->size() != id.size()) {
    return Error{Fault::kBadInput, "'" + std::string(text) + "' is no id of 22 characters"};
  }
  std::copy(bytes->begin(), bytes->end(), id.begin());
  return id;
}

Uuid MakeTopicId() {
  Uuid id = MakeUuidV4();
  while (FormatTopicId(id).starts_with('-')) id = MakeUuidV4();
  return id;
}

Status MakeDataDirectory(FileSystem& files, const std::string& directory) {
  if (auto made = MakeDirectories(files, directory); !made) return made;
  return CheckOwner(files, directory);
}

Status CheckDataDirectory(FileSystem& files, const std::string& directory) {
  if (auto ours = CheckOwner(files, directory); !ours) return ours;
  const auto cluster = ReadClusterId(files, directory);
  if (cluster || cluster.error().fault == Fault::kNotFound) return Done{};
  return Error(cluster.error());
}

Result<std::string> ReadClusterId(FileSystem& files, const std::string& directory) {
  if (auto ours = CheckOwner(files, directory); !ours) return std::move(ours).error();
  const std::string path = directory + "/" + kMetaFile;
  const auto text = ReadWholeFile(files, path, kCheckpointFileMax);
  if (!text) return Error(text.error());
  return ReadMeta(path, *text);
}

Result<std::string> OpenDataDirectory(FileSystem& files, const std::string& directory) {
  if (auto made = MakeDataDirectory(files, directory); !made) return std::move(made).error();
  const std::string path = directory + "/" + kMetaFile;
  const auto text = ReadWholeFile(files, path, kCheckpointFileMax);
  if (text) return ReadMeta(path, *text);
  if (text.error().fault != Fault::kNotFound) return Error(text.error());
  const std::string cluster = FormatTopicId(MakeTopicId());
  const std::string content = "version=1\nnode.id=1\ncluster.id=" + cluster +
                              "\ndirectory.id=" + FormatTopicId(MakeTopicId()) + "\n";
  if (auto wrote = ReplaceFile(files, directory, kMetaFile, content); !wrote) {
    return std::move(wrote).error();
  }
  return cluster;
}

Result<std::vector<PartitionFolder>> ListPartitions(FileSystem& files,
                                                    const std::string& directory) {
  const auto names = files.List(directory);
  if (!names) return Error(names.error());
  std::vector<PartitionFolder> folders;
  for (const std::string& name : *names) {
    if (auto folder = ParsePartitionFolder(name)) {
      if (folder->topic != kKafkaMetadataTopic) folders.push_back(*std::move(folder));
    } else if (name.ends_with(kDeleteSuffix) && name.find('.') != std::string::npos) {
      if (auto gone = RemoveFolder(files, directory + "/" + name); !gone) {
        return std::move(gone).error();
      }
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

Status DeletePartition(FileSystem& files, const std::string& directory,
                       const PartitionFolder& folder) {
  // Kafka's own form, short enough for the longest topic name.
  const std::string id = FormatUuid(MakeUuidV4());
  const std::string ending = "." + id.substr(0, 8) + id.substr(24) + kDeleteSuffix;
  std::string name = PartitionFolderName(folder);
  constexpr size_t kFileNameMax = 255;
  name.resize(std::min(name.size(), kFileNameMax - ending.size()));
  const std::string doomed = directory + "/" + name + ending;
  const auto renamed = files.Rename(directory + "/" + PartitionFolderName(folder), doomed);
  const bool was_gone = !renamed && renamed.error().fault == Fault::kNotFound;
  if (!renamed && !was_gone) return Error(renamed.error());
  if (auto synced = files.SyncDirectory(directory); !synced) return synced;
  return was_gone ? Done{} : RemoveFolder(files, doomed);
}

Result<Checkpoints> ReadCheckpoints(FileSystem& files, const std::string& directory) {
  Checkpoints checkpoints;
  auto points = ReadOffsets(files, directory + "/" + kRecoveryPointFile);
  if (!points) return std::move(points).error();
  auto starts = ReadOffsets(files, directory + "/" + kLogStartFile);
  if (!starts) return std::move(starts).error();
  const auto names = files.List(directory);
  if (!names) return Error(names.error());
  checkpoints.recovery_points = std::move(*points);
  checkpoints.log_starts = std::move(*starts);
  checkpoints.clean = std::ranges::binary_search(*names, std::string(kCleanFile));
  return checkpoints;
}

Result<Checkpoints> TakeCheckpoints(FileSystem& files, const std::string& directory) {
  auto checkpoints = ReadCheckpoints(files, directory);
  if (!checkpoints) return checkpoints;
  auto removed = RemoveIfThere(files, directory + "/" + kCleanFile);
  if (removed) removed = files.SyncDirectory(directory);
  if (!removed) return std::move(removed).error();
  return checkpoints;
}

Status WriteCheckpoints(FileSystem& files, const std::string& directory,
                        const OffsetMap& recovery_points, const OffsetMap& log_starts) {
  if (auto wrote = WriteOffsets(files, directory, kLogStartFile, log_starts); !wrote) return wrote;
  return WriteOffsets(files, directory, kRecoveryPointFile, recovery_points);
}

Status MarkCleanStop(FileSystem& files, const std::string& directory) {
  return ReplaceFile(files, directory, kCleanFile, "{\"version\":0,\"brokerEpoch\":-1}");
}

}  // namespace gamevents::log
