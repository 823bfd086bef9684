#pragma once

#include "core/base/clock.h"
#include "core/base/latency_histogram.h"
#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/log/committer.h"
#include "core/log/data_directory.h"
#include "core/log/file_system.h"
#include "core/log/log.h"
#include "core/log/log_options.h"
#include "core/log/topic_config.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::log {

/// A topic as it is now; a copy, so that it stays true while someone looks at it.
struct Topic {
  std::string name;
  Uuid id{};
  std::vector<std::shared_ptr<Log>> partitions;
  TopicConfigs configs;  ///< only what was set for this topic
};

/// A data directory: topics and their partitions as folders `<topic>-<partition>`, in the layout
/// of Kafka's log.dir. Thread-safe. Its directory must be used by no other process: whoever opens
/// it holds a lock (core/embedded).
class LogManager {
 public:
  /// What a manager is opened with.
  struct Options {
    std::string directory;  ///< made when missing, with its parents
    LogOptions defaults;    ///< for what a topic does not set
    Committer::Options commit;
    bool repair = false;  ///< see Log::OpenOptions
    /// Open files and recovery time grow with these.
    size_t topics_max = 1'000;
    size_t partitions_max = 10'000;  ///< of all topics together
    /// Files of segments at rest that are open at the same time: see FilePool. Each partition has
    /// one more, that of the segment which grows.
    size_t open_files_max = 128;
    /// Topics of which nothing may be deleted until Log::KeepFrom says of a partition what may,
    /// whether they are there already or are made later: somebody copies them elsewhere.
    std::vector<std::string> kept_topics;
    FileSystem* files = &FileSystem::Posix();
    const Clock* clock = &Clock::System();
    /// Called for each deletion of records, by whoever's wish: by retention, DeleteRecords and
    /// DeleteTopic, in their threads.
    std::function<void(const Deletion&)> on_deletion = [](const Deletion&) {};
  };

  /// What was found, for one line in the log.
  struct Summary {
    bool clean = false;  ///< the last stop was orderly
    size_t topics = 0;
    size_t partitions = 0;
    uint64_t messages = 0;  ///< offsets from log start to log end
    uint64_t bytes = 0;
    uint64_t bytes_truncated = 0;
    std::chrono::nanoseconds took{0};  ///< to open and recover all of it
    std::vector<std::string> notes;
  };

  /// Opens or makes the data directory and recovers every log in it.
  /// Errors: kUnsupported (a newer format); kBadInput (a folder of someone else's files);
  ///         kCorrupt (see Log::Open); kIo; kFull.
  static Result<std::unique_ptr<LogManager>> Open(const Options& options);

  /// Without a Close before it, as after a crash: the next open reads the tails.
  ~LogManager();

  /// What Open found.
  const Summary& summary() const { return summary_; }
  /// 22 characters of base64url, made once for a directory.
  const std::string& cluster_id() const { return cluster_id_; }
  const LogOptions& defaults() const { return options_.defaults; }
  const std::string& directory() const { return options_.directory; }
  FileSystem& files() const { return *options_.files; }
  /// What records' times are compared with.
  const Clock& clock() const { return *options_.clock; }

  /// Makes a topic. Errors: kExists; kBadInput (name, count or config, with what is allowed);
  /// kFull (a limit or the disk); kIo.
  Result<Topic> CreateTopic(std::string_view name, int32_t partitions,
                            const TopicConfigs& configs = {});

  /// Removes the topic with its records; readers that hold a Slice may finish. After an error Find
  /// tells whether the topic is gone; if it is, the rest is done by the next DeleteTopic or
  /// CreateTopic of that name, or the next Open, before the name is used again.
  /// Errors: kNotFound; kUnavailable (its logs are kept, see Log::KeepFrom);
  ///         kIo; kFull.
  Status DeleteTopic(std::string_view name);

  /// Raises the number of partitions to `total`. Errors: kNotFound; kBadInput (not more than
  /// now); kFull; kIo.
  Status CreatePartitions(std::string_view name, int32_t total);

  /// Log::DeleteRecordsBefore for a client. Requires: `log` is one of this manager's.
  Result<Offset> DeleteRecords(Log& log, Offset before);

  /// Replaces what is set for a topic. Errors: kNotFound; kBadInput (key or value); kIo; kFull.
  Status SetConfigs(std::string_view name, const TopicConfigs& configs);

  /// Whether that many more topics and partitions are within the limits: tells a limit's kFull from
  /// the disk's.
  bool HasRoomFor(size_t topics, size_t partitions) const;

  /// The topic of that name, as it is now; nullopt when there is none.
  std::optional<Topic> Find(std::string_view name) const;
  /// The same by the id; that of a deleted topic finds nothing.
  std::optional<Topic> FindById(const Uuid& id) const;
  /// How many partitions the topic has; 0 when there is none of that name.
  int32_t CountPartitions(std::string_view name) const;
  /// All topics, by name.
  std::vector<Topic> Topics() const;
  /// Null when there is no such topic or partition.
  std::shared_ptr<Log> Partition(std::string_view name, int32_t partition) const;
  std::shared_ptr<Log> Partition(const Uuid& id, int32_t partition) const;
  /// Whether a topic has the id.
  bool Has(const Uuid& id) const;
  /// Which topic has the name now; nullopt when none has.
  std::optional<Uuid> IdOf(std::string_view name) const;

  /// Removes what has become too old or too much in every log, and writes the checkpoints. To be
  /// called from time to time (Kafka: every five minutes). Goes on after an error and returns the
  /// first.
  Status ApplyRetention(TimestampMs now);

  /// Writes log starts and recovery points, after DeleteRecordsBefore for example.
  /// Errors: kIo, kFull.
  Status Checkpoint();

  /// See Committer::Post.
  void Post(std::function<void()> task) { committer_.Post(std::move(task)); }

  /// How long the syncs of all logs took.
  const LatencyHistogram& syncs() const { return committer_.syncs(); }

  /// See Committer::CommitScheduled.
  size_t CommitScheduled() { return committer_.CommitScheduled(); }

  /// Closes every log and marks the stop as clean. Later calls that change something are kClosed.
  /// Errors: the first log's that could not be closed; then the stop is not marked clean.
  Status Close();

 private:
  struct TopicState {
    Uuid id{};
    TopicConfigs configs;
    std::vector<std::shared_ptr<Log>> partitions;
  };
  using TopicMap = std::map<std::string, TopicState, std::less<>>;

  explicit LogManager(const Options& options);
  Status OpenTopics(const std::vector<PartitionFolder>& folders, const Checkpoints& checkpoints);
  Status OpenTopic(const std::string& name, std::span<const PartitionFolder> folders,
                   const Checkpoints& checkpoints);
  Status RemoveDeleted(const std::string& name, std::span<const PartitionFolder> folders);
  Status FinishDelete(const std::string& name);
  Status FreeName(std::string_view name);
  Status RefreshCheckpoints();
  bool NamesOthers(const Checkpoints& checkpoints) const;
  Log::Environment environment();
  Result<std::vector<std::shared_ptr<Log>>> MakePartitions(const std::string& topic,
                                                           const TopicState& state, size_t total);
  std::string FolderOf(std::string_view topic, size_t partition) const;
  void RemovePartitions(const std::string& topic, size_t from, size_t to);
  Status CheckOpen() const;
  Status CheckRoom(size_t topics, size_t partitions) const;
  Status CheckpointLocked();
  void KeepNeeded(const std::string& topic, Log& log) const;
  const TopicState& AddTopic(const std::string& name, TopicState state);
  static std::shared_ptr<Log> PartitionOf(const TopicState& state, int32_t partition);
  static Topic Copy(const std::string& name, const TopicState& state);
  static Error NoSuchTopic(std::string_view name);

  const Options options_;
  FilePool pool_;
  Committer committer_;
  std::string cluster_id_;
  Summary summary_;
  // One change of topics at a time, with its input and output; taken before mutex_.
  std::mutex change_mutex_;
  bool closed_ = false;  // change_mutex_
  // Both change_mutex_; see log_manager_delete.cpp. Deleted topics of which folders are left, and
  // how many; and whether the checkpoints may name partitions that are not there.
  std::map<std::string, size_t, std::less<>> leaving_;
  bool checkpoints_stale_ = false;
  mutable std::mutex
      mutex_;  // guards topics_, by_id_; held shortly, and for writing with the other
  TopicMap topics_;
  std::map<Uuid, TopicMap::const_iterator> by_id_;
};

}  // namespace gamevents::log
