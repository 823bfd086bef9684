#include "core/backup/manifest.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/base/number.h"
#include "core/base/text.h"
#include "core/log/data_directory.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace gamevents::backup {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFolderPrefix = "data-";

// The last line: the checksum of every byte before it.
std::string LastLine(std::string_view before) {
  return fmt::format("  \"manifest_crc32c\": \"{:08x}\"\n}}\n", Crc32c(0, AsBytes(before)));
}

Error BadManifest(std::string_view what) {
  return {Fault::kCorrupt, "the manifest is damaged: " + std::string(what)};
}

// One or two names, so that no path leads out of the backup.
bool IsSafePath(std::string_view path) {
  const size_t slash = path.find('/');
  const auto is_name = [](std::string_view name) {
    return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
           name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
  };
  if (slash == std::string_view::npos) return is_name(path);
  return is_name(path.substr(0, slash)) && is_name(path.substr(slash + 1));
}

// Reads the members of one object; the first that is missing or of another kind is remembered.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {
    if (!object.is_object()) Fail("an object");
  }

  std::string Text(const char* name) {
    const Json* found = Find(name);
    if (found != nullptr && found->is_string()) return found->get<std::string>();
    Fail(name);
    return "";
  }
  template <class Number>
  Number Whole(const char* name) {
    const Json* found = Find(name);
    if (found == nullptr || !found->is_number_integer()) return Fail(name), Number{0};
    const bool fits = found->is_number_unsigned() ? std::in_range<Number>(found->get<uint64_t>())
                                                  : std::in_range<Number>(found->get<int64_t>());
    if (!fits) return Fail(name), Number{0};
    return found->get<Number>();
  }
  const Json& List(const char* name) {
    static const Json kNone = Json::array();
    const Json* found = Find(name);
    if (found != nullptr && found->is_array()) return *found;
    Fail(name);
    return kNone;
  }

  void Fail(const char* name) {
    if (!flaw_) flaw_ = name;
  }
  Status Checked() const {
    if (flaw_) return BadManifest(*flaw_ + " is missing, or not what it must be");
    return Done{};
  }

 private:
  const Json* Find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }

  const Json& object_;
  std::optional<std::string> flaw_;
};

Result<ManifestTopic> ReadTopic(const Json& json) {
  Members members(json);
  ManifestTopic topic{members.Text("name"), members.Text("id"), {}};
  if (!log::CheckTopicName(topic.name)) members.Fail("the name of a topic");
  for (const Json& each : members.List("partitions")) {
    Members partition(each);
    ManifestPartition range{partition.Whole<int64_t>("start"), partition.Whole<int64_t>("end")};
    if (range.start < 0 || range.start > range.end) partition.Fail("end");
    if (auto checked = partition.Checked(); !checked) return std::move(checked).error();
    topic.partitions.push_back(range);
  }
  if (auto checked = members.Checked(); !checked) return std::move(checked).error();
  return topic;
}

Result<ManifestFile> ReadFile(const Json& json) {
  Members members(json);
  ManifestFile file{members.Text("path"), members.Whole<uint64_t>("size"),
                    members.Whole<uint32_t>("crc32c"), members.Whole<int64_t>("modified_ns")};
  if (!IsSafePath(file.path)) members.Fail("the path of a file");
  if (auto checked = members.Checked(); !checked) return std::move(checked).error();
  return file;
}

// Errors: kUnsupported.
Status CheckFormats(int format, const Manifest& manifest) {
  if (format <= kManifestFormat && manifest.data_format <= log::kMetaVersion) return Done{};
  return Error{
      Fault::kUnsupported,
      fmt::format("it was written by gamevents {}, in formats {} and {}, and {} and {} are "
                  "known here: restore it with that version or a later one",
                  manifest.gamevents, format, manifest.data_format, kManifestFormat,
                  log::kMetaVersion)};
}

Status CheckPaths(const std::vector<ManifestFile>& files) {
  std::vector<std::string_view> paths;
  paths.reserve(files.size());
  for (const ManifestFile& file : files) paths.push_back(file.path);
  std::ranges::sort(paths);
  const auto twice = std::ranges::adjacent_find(paths);
  if (twice != paths.end()) {
    return BadManifest(std::string(*twice) + " stands in it more than once");
  }
  if (std::ranges::binary_search(paths, log::kMetaFile)) return Done{};
  return BadManifest(std::string(log::kMetaFile) + " is not in it");
}

}  // namespace

std::string FolderName(uint64_t number) {
  return std::string(kFolderPrefix) + std::to_string(number);
}

std::optional<uint64_t> FolderNumber(std::string_view name) {
  if (!name.starts_with(kFolderPrefix)) return std::nullopt;
  return ParseWholeNumber<uint64_t>(name.substr(kFolderPrefix.size()));
}

uint64_t BytesOf(const Manifest& manifest) {
  uint64_t bytes = 0;
  for (const ManifestFile& file : manifest.files) bytes += file.size;
  return bytes;
}

uint64_t MessagesOf(const Manifest& manifest) {
  uint64_t messages = 0;
  for (const ManifestTopic& topic : manifest.topics) {
    if (topic.name == log::kKafkaOffsetsTopic) continue;
    for (const ManifestPartition& each : topic.partitions) {
      messages += static_cast<uint64_t>(each.end - each.start);
    }
  }
  return messages;
}

std::string PrintManifest(const Manifest& manifest) {
  std::string text = fmt::format(
      "{{\n  \"format\": {},\n  \"gamevents\": {},\n  \"made_at\": {},\n  \"cluster_id\": {},\n"
      "  \"data_format\": {},\n  \"folder\": {},\n  \"topics\": [",
      kManifestFormat, JsonString(manifest.gamevents), JsonString(manifest.made_at),
      JsonString(manifest.cluster_id), manifest.data_format, JsonString(manifest.folder));
  for (const ManifestTopic& topic : manifest.topics) {
    text += text.ends_with('[') ? "\n" : ",\n";
    text += fmt::format(R"(    {{"name": {}, "id": {}, "partitions": [)", JsonString(topic.name),
                        JsonString(topic.id));
    for (const ManifestPartition& each : topic.partitions) {
      text += text.ends_with('[') ? "" : ", ";
      text += fmt::format(R"({{"start": {}, "end": {}}})", each.start, each.end);
    }
    text += "]}";
  }
  text += "\n  ],\n  \"files\": [";
  for (const ManifestFile& file : manifest.files) {
    text += text.ends_with('[') ? "\n" : ",\n";
    text += fmt::format(R"(    {{"path": {}, "size": {}, "crc32c": {}, "modified_ns": {}}})",
                        JsonString(file.path), file.size, file.crc, file.modified_ns);
  }
  text += "\n  ],\n";
  return text + LastLine(text);
}

Result<Manifest> ParseManifest(std::string_view text) {
  static const size_t kLastLineSize = LastLine("").size();
  if (text.size() < kLastLineSize) return BadManifest("it is cut off");
  const std::string_view before = text.substr(0, text.size() - kLastLineSize);
  if (text.substr(before.size()) != LastLine(before)) {
    return BadManifest("its checksum in the last line is not that of the lines before");
  }
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return BadManifest("it is not JSON");
  Members members(json);
  const int format = members.Whole<int>("format");
  Manifest manifest;
  manifest.gamevents = members.Text("gamevents");
  manifest.data_format = members.Whole<int>("data_format");
  if (auto checked = members.Checked(); !checked) return std::move(checked).error();
  if (auto known = CheckFormats(format, manifest); !known) return std::move(known).error();
  manifest.made_at = members.Text("made_at");
  manifest.cluster_id = members.Text("cluster_id");
  manifest.folder = members.Text("folder");
  if (!FolderNumber(manifest.folder)) members.Fail("folder");
  for (const Json& each : members.List("topics")) {
    auto topic = ReadTopic(each);
    if (!topic) return std::move(topic).error();
    manifest.topics.push_back(std::move(*topic));
  }
  for (const Json& each : members.List("files")) {
    auto file = ReadFile(each);
    if (!file) return std::move(file).error();
    manifest.files.push_back(std::move(*file));
  }
  if (auto checked = members.Checked(); !checked) return std::move(checked).error();
  if (auto sound = CheckPaths(manifest.files); !sound) return std::move(sound).error();
  return manifest;
}

}  // namespace gamevents::backup
