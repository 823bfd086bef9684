#pragma once

#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/log/file_system.h"
#include "core/log/topic_config.h"

#include <optional>
#include <string>

// The small files in a partition's folder that tell of its topic.

namespace gamevents::log {

/// The name of the file that WriteTopicConfigs writes.
inline constexpr char kTopicConfigFile[] = "topic.properties";

/// partition.metadata. Errors: kIo; kFull.
Status WriteTopicId(FileSystem& files, const std::string& folder, const Uuid& id);
/// nullopt when there is no such file. Errors: kCorrupt; kUnsupported (version); kIo.
Result<std::optional<Uuid>> ReadTopicId(FileSystem& files, const std::string& folder);

/// topic.properties in partition 0: "name=value" a line. Kafka passes such a file over.
/// Errors: kIo; kFull.
Status WriteTopicConfigs(FileSystem& files, const std::string& folder, const TopicConfigs& configs);
/// Empty when there is no such file. Errors: kCorrupt; kIo.
Result<TopicConfigs> ReadTopicConfigs(FileSystem& files, const std::string& folder);

/// Whether a partition's folder holds no record: that of a creation that is not finished, for
/// example. Errors: kNotFound (no such folder); kIo.
Result<bool> HasNoRecords(FileSystem& files, const std::string& folder);

/// A file in partition 0 that says: the topic was deleted, what is left is to be removed.
Status MarkDeleted(FileSystem& files, const std::string& folder);
/// Takes the mark back; none there is no error. After an error it may be there or not.
Status UnmarkDeleted(FileSystem& files, const std::string& folder);
Result<bool> IsMarkedDeleted(FileSystem& files, const std::string& folder);

}  // namespace gamevents::log
