#include "core/report/scan/segment_source.h"

#include "core/base/stop.h"
#include "core/log/batch.h"
#include "core/log/batch_scanner.h"
#include "core/log/data_directory.h"
#include "core/log/stretches.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace gamevents::report {
namespace {

/// What one part of a scan takes at a time: small enough that parts end together.
constexpr uint64_t kStretchBytes = uint64_t{8} << 20;

struct Task {
  kafka::PartitionRange range;
  log::Stretch stretch;
};

/// What the parts of one scan share.
struct Shared {
  std::string topic;
  std::vector<int32_t> partitions;
  int64_t length = 0;
  std::vector<Task> tasks;
  std::atomic<size_t> next{0};
};

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<std::string_view> AsText(const std::optional<std::span<const std::byte>>& bytes) {
  if (!bytes) return std::nullopt;
  return AsText(*bytes);
}

// The file is read in pieces of BatchScanner, not mapped: a disk that fails then gives an error,
// where a mapping would give SIGBUS, and copying a page is little beside parsing it.
class SegmentSource final : public RecordSource {
 public:
  explicit SegmentSource(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    records_.clear();
    while (records_.empty()) {
      if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};
      if (!scanner_) {
        const auto taken = TakeTask();
        if (!taken) return Error(taken.error());
        if (!*taken) break;
      }
      auto batch = scanner_->Next();
      if (!batch) return Damaged(std::move(batch).error());
      if (!batch->has_value()) {
        scanner_.reset();
        continue;
      }
      auto read = ReadBatch((*batch)->header);
      if (!read) return Damaged(std::move(read).error());
    }
    return std::span<const kafka::RecordView>(records_);
  }

  std::vector<int32_t> Partitions() const override { return shared_->partitions; }

  int64_t Length() const override { return shared_->length; }

  bool RereadsCheaply() const override { return true; }

  std::vector<std::unique_ptr<RecordSource>> Split(size_t parts) override {
    std::vector<std::unique_ptr<RecordSource>> sources;
    for (size_t i = 0; i < std::min(parts, shared_->tasks.size()); ++i) {
      sources.push_back(std::make_unique<SegmentSource>(shared_));
    }
    return sources;
  }

 private:
  Result<bool> TakeTask() {
    const size_t index = shared_->next.fetch_add(1);
    if (index >= shared_->tasks.size()) return false;
    task_ = &shared_->tasks[index];
    auto file = task_->stretch.file->Get();
    if (!file && file.error().fault == Fault::kNotFound) {
      return std::move(file).error().In("records were deleted meanwhile; ask again");
    }
    if (!file) return std::move(file).error();
    file_ = *std::move(file);
    scanner_.emplace(*file_, task_->stretch.begin, task_->stretch.end,
                     log::BatchScanner::kWholeChunk);
    return true;
  }

  Error Damaged(Error error) const {
    return std::move(error).In(
        fmt::format("{} at byte {}", task_->stretch.path, scanner_->position()));
  }

  Status ReadBatch(const log::BatchHeader& header) {
    if (header.control()) return Done{};
    const auto bytes = scanner_->Bytes();
    if (!bytes) return Error(bytes.error());
    if (log::BatchCrc(*bytes) != header.crc) {
      return Error{Fault::kCorrupt, "the batch does not match its checksum"};
    }
    const auto plain = log::UncompressedRecords(header, *bytes, scratch_);
    if (!plain) return Error(plain.error());
    log::RecordCursor cursor(header, *plain);
    log::Record record;
    for (;;) {
      const auto taken = cursor.Next(record);
      if (!taken) return Error(taken.error());
      if (!*taken) return Done{};
      Add(header, record);
    }
  }

  void Add(const log::BatchHeader& header, const log::Record& record) {
    if (record.offset.value < task_->range.begin || record.offset.value >= task_->range.end) return;
    kafka::RecordView& view = records_.emplace_back();
    view.topic = shared_->topic;
    view.partition = task_->range.partition;
    view.offset = record.offset.value;
    view.timestamp = record.timestamp;
    view.timestamp_type = header.timestamp_type() == log::TimestampType::kLogAppendTime
                              ? kafka::TimestampType::kLogAppendTime
                              : kafka::TimestampType::kCreateTime;
    view.key = AsText(record.key);
    view.value = AsText(record.value);
  }

  std::shared_ptr<Shared> shared_;
  const Task* task_ = nullptr;
  std::shared_ptr<const log::File> file_;  // the scanner's
  std::optional<log::BatchScanner> scanner_;
  std::vector<std::byte> scratch_;
  std::vector<kafka::RecordView> records_;
};

}  // namespace

OpenSource FromSegments(SegmentRanges ranges) {
  std::ranges::sort(ranges.ranges, {}, &kafka::PartitionRange::partition);
  return [ranges = std::move(ranges)]() -> Result<std::unique_ptr<RecordSource>> {
    auto shared = std::make_shared<Shared>();
    shared->topic = ranges.topic;
    for (const kafka::PartitionRange& range : ranges.ranges) {
      if (range.begin >= range.end) continue;
      const std::string folder =
          ranges.data_dir + "/" + log::PartitionFolderName({ranges.topic, range.partition});
      auto stretches =
          log::FindStretches(log::FileSystem::Posix(), folder,
                             {log::Offset(range.begin), log::Offset(range.end)}, kStretchBytes);
      if (!stretches) return std::move(stretches).error();
      shared->partitions.push_back(range.partition);
      shared->length += range.end - range.begin;
      for (log::Stretch& stretch : *stretches) shared->tasks.push_back({range, std::move(stretch)});
    }
    return std::unique_ptr<RecordSource>(std::make_unique<SegmentSource>(std::move(shared)));
  };
}

}  // namespace gamevents::report
