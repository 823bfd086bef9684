#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::backup {

/// The format of a manifest that is written and read here.
inline constexpr int kManifestFormat = 1;
/// A longer manifest is not read: this is of some 250,000 files.
inline constexpr size_t kManifestBytesMax = size_t{32} << 20;

/// A file of a backup.
struct ManifestFile {
  std::string path;  ///< within the backup's folder, as "eventsForm-0/partition.metadata"
  uint64_t size = 0;
  uint32_t crc = 0;  ///< CRC-32C of all of it
  /// When its original was last written to, in ns since 1970, for a segment that is closed. 0 for
  /// what changes: it is copied each time.
  int64_t modified_ns = 0;

  bool operator==(const ManifestFile&) const = default;
};

/// The offsets of a partition: [start, end).
struct ManifestPartition {
  int64_t start = 0;
  int64_t end = 0;

  bool operator==(const ManifestPartition&) const = default;
};

/// A topic of a backup.
struct ManifestTopic {
  std::string name;
  std::string id;  ///< 22 characters; empty where there is none
  std::vector<ManifestPartition> partitions;

  bool operator==(const ManifestTopic&) const = default;
};

/// What a backup holds. It is written last: a folder without one is no backup.
struct Manifest {
  std::string gamevents;  ///< the version that wrote it
  std::string made_at;    ///< RFC 3339, in UTC
  std::string cluster_id;
  int data_format = 0;  ///< log::kMetaVersion of the data directory
  std::string folder;   ///< where the files are, beside the manifest: "data-3"
  std::vector<ManifestTopic> topics;
  std::vector<ManifestFile> files;

  bool operator==(const Manifest&) const = default;
};

/// The folder of a backup's files by its number, "data-3", and back; nullopt: it is not such a
/// name.
std::string FolderName(uint64_t number);
std::optional<uint64_t> FolderNumber(std::string_view name);

/// How much a backup holds.
uint64_t BytesOf(const Manifest& manifest);
uint64_t MessagesOf(const Manifest& manifest);

/// As JSON, one line for each file. The last line is the checksum of the lines above it, by which
/// ParseManifest finds any byte that has changed.
std::string PrintManifest(const Manifest& manifest);

/// The manifest back. Every path in it stays within the backup: one or two names, none of which is
/// "." or "..", none twice, and meta.properties is one. Errors: kCorrupt; kUnsupported (a newer
/// format, of the manifest or of the data directory, with the version that wrote it).
Result<Manifest> ParseManifest(std::string_view text);

}  // namespace gamevents::backup
