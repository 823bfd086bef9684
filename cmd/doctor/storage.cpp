// doctor: the data directory, and the disks that are written to.

#include "cmd/cluster.h"
#include "cmd/doctor/finding.h"
#include "core/base/disk_space.h"
#include "core/base/result.h"
#include "core/base/units.h"
#include "core/base/writable.h"
#include "core/log/data_directory.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace gamevents::cmd {
namespace {

namespace fs = std::filesystem;

// What a log needs beside the segment that it begins next: indexes, checkpoints, the snapshot.
constexpr uint64_t kRoomBesideSegment = uint64_t{64} << 20;
// Of the whole disk, below which people want to know.
constexpr uint64_t kRoomShare = 10;
constexpr uint64_t kInodesLeast = 1'000;

// The place itself, or the folder in which it will be made.
std::string NearestThere(const std::string& path) {
  fs::path at = path;
  std::error_code error;
  while (!fs::exists(at, error) && at.has_parent_path() && at != at.parent_path()) {
    at = at.parent_path();
  }
  return at.empty() ? "." : at.string();
}

struct LogSize {
  uint64_t partitions = 0;
  uint64_t bytes = 0;
};

LogSize MeasureLog(const std::string& directory) {
  LogSize size;
  std::error_code error;
  for (const auto& folder : fs::directory_iterator(directory, error)) {
    if (!log::ParsePartitionFolder(folder.path().filename().string())) continue;
    ++size.partitions;
    std::error_code unread;
    for (const auto& file : fs::directory_iterator(folder.path(), unread)) {
      const uintmax_t bytes = file.file_size(unread);
      if (!unread) size.bytes += bytes;
    }
  }
  return size;
}

std::string SayRoom(const DiskSpace& disk) {
  return RoughSize(disk.free_bytes) + " of " + RoughSize(disk.total_bytes) + " free";
}

Finding JudgeDisk(const std::string& subject, const DiskSpace& disk, uint64_t least,
                  const std::string& remedy) {
  const std::string found = SayRoom(disk);
  if (disk.free_inodes == 0) {
    return Fail(subject, found + ", but no inode: no file can be made", remedy);
  }
  if (disk.free_bytes < least)
    return Fail(subject, found + ", less than " + RoughSize(least), remedy);
  if (disk.free_inodes && *disk.free_inodes < kInodesLeast) {
    return Warn(subject, found + ", but only " + std::to_string(*disk.free_inodes) + " inodes",
                remedy);
  }
  if (disk.free_bytes < disk.total_bytes / kRoomShare) return Warn(subject, found, remedy);
  return Ok(subject, found);
}

// The same of the data directory's disk, with what the log may still grow by.
Finding JudgeLogDisk(const Examined& examined, const DiskSpace& disk) {
  const config::Settings::Embedded& embedded = examined.settings().embedded;
  const LogSize log = MeasureLog(examined.data_dir);
  const std::string limits =
      "make room, or bound the log: embedded.retention_size (now " +
      (embedded.retention_size == 0 ? "no limit" : FormatSize(embedded.retention_size)) +
      " a partition), embedded.retention_age (now " +
      (embedded.retention_age.count() == 0 ? "no limit" : FormatDuration(embedded.retention_age)) +
      ")";
  const auto least = static_cast<uint64_t>(embedded.segment_size) + kRoomBesideSegment;
  Finding finding = JudgeDisk("data directory " + examined.data_dir, disk, least, limits);
  finding.found += "; the log has " + RoughSize(log.bytes);
  if (finding.verdict != Finding::Verdict::kOk || embedded.retention_size == 0) return finding;
  const uint64_t partitions =
      std::max(log.partitions, static_cast<uint64_t>(examined.settings().kafka.partitions));
  // What each partition may have, and the segment that it is writing to.
  const auto each = static_cast<uint64_t>(embedded.retention_size + embedded.segment_size);
  if (each > (log.bytes + disk.free_bytes) / partitions) {
    return Warn(finding.subject,
                finding.found + ", and may grow to " + std::to_string(partitions) + " times " +
                    RoughSize(each),
                "set embedded.retention_size to what the disk has room for, or use a larger disk");
  }
  return finding;
}

}  // namespace

std::vector<Finding> FindDataDirectory(const Examined& examined) {
  const std::string& directory = examined.data_dir;
  if (directory.empty()) return {};
  if (Status writable = CheckWritable(directory, MissingFolders::kAny); !writable) {
    return {Fail(directory, writable.error().context,
                 "run as the user that owns it, give that user the right to write there, or set "
                 "embedded.data_dir to another folder")};
  }
  const Status ours = log::CheckDataDirectory(log::FileSystem::Posix(), directory);
  if (!ours && ours.error().fault == Fault::kNotFound) {
    return {Ok(directory, "is not there yet; the first command makes it")};
  }
  if (!ours) {
    return {Fail(directory, ours.error().context,
                 "set embedded.data_dir to a folder that gamevents made, or to a new one")};
  }
  const std::string use =
      examined.holder ? "in use by " + NameProcess(*examined.holder) : "not in use";
  return {Ok(directory, "format " + std::to_string(log::kMetaVersion) + ", " + use)};
}

std::vector<Finding> FindDiskRoom(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  std::vector<std::pair<std::string, std::string>> places;  // what each is, and where
  if (!examined.data_dir.empty()) places.emplace_back("data directory", examined.data_dir);
  if (const auto snapshot = PathOf("state.snapshot", settings.state.snapshot);
      snapshot && !snapshot->empty()) {
    places.emplace_back("state.snapshot", *snapshot);
  }
  if (settings.serve.access_log != "off" && !settings.serve.access_log_file.empty()) {
    places.emplace_back("serve.access_log_file", settings.serve.access_log_file);
  }
  std::vector<Finding> findings;
  std::set<dev_t> seen;
  for (const auto& [what, path] : places) {
    const std::string there = NearestThere(path);
    struct stat status{};
    if (::stat(there.c_str(), &status) == 0 && !seen.insert(status.st_dev).second) continue;
    const std::string subject = what + " " + path;
    const auto disk = FindDiskSpace(there);
    if (!disk) {
      findings.push_back(Fail(subject, disk.error().context, "name a folder that can be read"));
    } else if (path == examined.data_dir) {
      findings.push_back(JudgeLogDisk(examined, *disk));
    } else {
      findings.push_back(JudgeDisk(subject, *disk, kRoomBesideSegment,
                                   "make room there, or name a place on another disk"));
    }
  }
  return findings;
}

}  // namespace gamevents::cmd
