#pragma once

#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/log/file_system.h"
#include "core/log/types.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The files at the top of a data directory, in Kafka's own layout, and the names of its folders.

namespace gamevents::log {

/// `<topic>-<partition>`.
struct PartitionFolder {
  std::string topic;
  int32_t partition = 0;
  friend auto operator<=>(const PartitionFolder&, const PartitionFolder&) = default;
};

/// An offset for each partition: recovery points, or log starts.
using OffsetMap = std::map<PartitionFolder, Offset>;

/// What the last process left for the next.
struct Checkpoints {
  bool clean = false;  ///< the last stop was orderly
  OffsetMap recovery_points;
  OffsetMap log_starts;
};

/// The largest partition number that a folder's name may have.
inline constexpr int32_t kPartitionsMax = 100'000;
inline constexpr size_t kTopicNameMax = 249;
/// The broker's users (core/access), which may be there before anything else. No partition's folder
/// has such a name.
inline constexpr std::string_view kUsersFile = "users";
/// Which producer ids were given (core/broker). No partition's folder has such a name either.
inline constexpr std::string_view kProducerIdsFile = "producer-ids";
/// The file that makes a folder a data directory.
inline constexpr char kMetaFile[] = "meta.properties";
/// The checkpoints, see WriteCheckpoints.
inline constexpr char kRecoveryPointFile[] = "recovery-point-offset-checkpoint";
inline constexpr char kLogStartFile[] = "log-start-offset-checkpoint";
/// The format of a data directory that is written and read here: `version` in that file.
inline constexpr int kMetaVersion = 1;
/// Where Kafka keeps its cluster's state: never a topic of ours.
inline constexpr char kKafkaMetadataTopic[] = "__cluster_metadata";
/// Where Kafka keeps committed offsets. It compacts this topic, so that offsets may be missing.
inline constexpr char kKafkaOffsetsTopic[] = "__consumer_offsets";

/// Whether Kafka takes `name` for a topic: 1 to 249 of [a-zA-Z0-9._-], not "." or "..".
/// Errors: kBadInput with what is wrong.
Status CheckTopicName(std::string_view name);

/// The topic and the number out of a folder's name; nullopt when it is something else.
std::optional<PartitionFolder> ParsePartitionFolder(std::string_view name);
std::string PartitionFolderName(const PartitionFolder& folder);

/// An id as Kafka prints it: 22 characters of base64url.
std::string FormatTopicId(const Uuid& id);
/// Errors: kBadInput.
Result<Uuid> ParseTopicId(std::string_view text);
/// A new one. Kafka avoids ids that begin with '-': its tools would take them for a flag.
Uuid MakeTopicId();

/// Makes the directory and its parents where they are missing, for this user only, and sees that
/// nothing of someone else's is in it; writes nothing into it.
/// Errors: kBadInput (someone else's files); kIo; kFull.
Status MakeDataDirectory(FileSystem& files, const std::string& directory);

/// Whether the directory is there, and nothing of someone else's is in it or of a newer format;
/// changes nothing. Errors: kNotFound; kBadInput; kUnsupported; kCorrupt; kIo.
Status CheckDataDirectory(FileSystem& files, const std::string& directory);

/// The id of the cluster whose data directory this is; changes nothing. Errors: as
/// CheckDataDirectory; kNotFound, too, where the directory is there and nothing has begun in it.
Result<std::string> ReadClusterId(FileSystem& files, const std::string& directory);

/// Makes the directory as above, and its meta.properties, or reads
/// what is there; gives the cluster's id.
/// Errors: kUnsupported (a newer format); kBadInput (someone else's files); kCorrupt; kIo; kFull.
Result<std::string> OpenDataDirectory(FileSystem& files, const std::string& directory);

/// The partitions' folders, sorted; removes those whose deletion had begun. Kafka's own metadata
/// log is passed over. Errors: kIo.
Result<std::vector<PartitionFolder>> ListPartitions(FileSystem& files,
                                                    const std::string& directory);

/// Renames a partition's folder so that it is no partition any more, then removes it. One that is
/// not there any more is no error: after a failure this can be tried again. Errors: kIo; kFull.
Status DeletePartition(FileSystem& files, const std::string& directory,
                       const PartitionFolder& folder);

/// Reads the checkpoints and takes the mark of the clean stop away: from here on the directory is
/// in use. Errors: kIo; kCorrupt.
Result<Checkpoints> TakeCheckpoints(FileSystem& files, const std::string& directory);

/// The same without taking the mark: changes nothing.
Result<Checkpoints> ReadCheckpoints(FileSystem& files, const std::string& directory);

/// Errors of both: kIo; kFull.
Status WriteCheckpoints(FileSystem& files, const std::string& directory,
                        const OffsetMap& recovery_points, const OffsetMap& log_starts);
Status MarkCleanStop(FileSystem& files, const std::string& directory);

}  // namespace gamevents::log
