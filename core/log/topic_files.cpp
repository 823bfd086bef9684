#include "core/log/topic_files.h"

#include "core/base/text.h"
#include "core/log/data_directory.h"
#include "core/log/format.h"

#include <algorithm>

namespace gamevents::log {
namespace {

constexpr char kDeletedFile[] = "topic.deleted";
constexpr size_t kTopicFileMax = 64 * 1024;

}  // namespace

Status WriteTopicId(FileSystem& files, const std::string& folder, const Uuid& id) {
  return ReplaceFile(files, folder, kPartitionMetadataFile,
                     "version: 0\ntopic_id: " + FormatTopicId(id));
}

Result<std::optional<Uuid>> ReadTopicId(FileSystem& files, const std::string& folder) {
  const std::string path = folder + "/" + kPartitionMetadataFile;
  const auto text = ReadWholeFile(files, path, kTopicFileMax);
  if (!text && text.error().fault == Fault::kNotFound) return std::optional<Uuid>();
  if (!text) return Error(text.error());
  constexpr std::string_view kVersion = "version: ";
  constexpr std::string_view kId = "topic_id: ";
  std::optional<Uuid> id;
  for (const std::string_view line : SplitLines(*text)) {
    if (line.starts_with(kVersion) && line.substr(kVersion.size()) != "0") {
      return Error{Fault::kUnsupported, path + ": " + std::string(line) + ", only 0 is known"};
    }
    if (!line.starts_with(kId)) continue;
    const auto parsed = ParseTopicId(line.substr(kId.size()));
    if (!parsed) return Error{Fault::kCorrupt, path + ": " + parsed.error().context};
    id = *parsed;
  }
  if (!id) return Error{Fault::kCorrupt, path + ": no topic_id"};
  return id;
}

Status WriteTopicConfigs(FileSystem& files, const std::string& folder,
                         const TopicConfigs& configs) {
  std::string text;
  for (const auto& [name, value] : configs) text += name + "=" + value + "\n";
  return ReplaceFile(files, folder, kTopicConfigFile, text);
}

Result<TopicConfigs> ReadTopicConfigs(FileSystem& files, const std::string& folder) {
  TopicConfigs configs;
  const std::string path = folder + "/" + kTopicConfigFile;
  const auto text = ReadWholeFile(files, path, kTopicFileMax);
  if (!text && text.error().fault == Fault::kNotFound) return configs;
  if (!text) return Error(text.error());
  for (const std::string_view line : SplitLines(*text)) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return Error{Fault::kCorrupt, path + ": not name=value: " + std::string(line)};
    }
    configs.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return configs;
}

Status MarkDeleted(FileSystem& files, const std::string& folder) {
  return ReplaceFile(files, folder, kDeletedFile, "");
}

Status UnmarkDeleted(FileSystem& files, const std::string& folder) {
  auto removed = files.Remove(folder + "/" + kDeletedFile);
  if (!removed && removed.error().fault == Fault::kNotFound) return Done{};
  if (!removed) return removed;
  return files.SyncDirectory(folder);
}

Result<bool> IsMarkedDeleted(FileSystem& files, const std::string& folder) {
  const auto names = files.List(folder);
  if (!names) return Error(names.error());
  return std::binary_search(names->begin(), names->end(), std::string(kDeletedFile));
}

Result<bool> HasNoRecords(FileSystem& files, const std::string& folder) {
  const auto names = files.List(folder);
  if (!names) return Error(names.error());
  for (const std::string& name : *names) {
    if (!name.ends_with(kLogSuffix)) continue;
    auto file = files.Open(folder + "/" + name, FileSystem::Mode::kRead);
    if (!file) return std::move(file).error();
    const auto size = (*file)->Size();
    if (!size) return Error(size.error());
    if (*size > 0) return false;
  }
  return true;
}

}  // namespace gamevents::log
