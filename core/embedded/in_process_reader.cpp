// One Next takes records out of the buffer; when it is empty, the buffer is filled with what the
// partitions have, the one whose turn it is first; when they have nothing, it waits for a move.

#include "core/embedded/in_process_reader.h"

#include "core/embedded/in_process_reader_batches.h"
#include "core/embedded/in_process_reader_offsets.h"
#include "core/embedded/in_process_reader_records.h"
#include "core/kafka/reading_errors.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace gamevents::embedded {
namespace {

using std::chrono::steady_clock;

// Records that one Next gives at most.
constexpr size_t kReaderRecordsMax = 1'024;
// Longer waits are cut: a point in time so far away could not be told.
constexpr std::chrono::hours kReaderWaitMax{1};

class InProcessReader final : public kafka::Reader {
 public:
  InProcessReader(broker::Broker& broker, const kafka::ReaderOptions& options, log::Topic topic,
                  std::vector<kafka::PartitionRange> ranges);
  /// Compares the landmarks. Errors: kCorrupt.
  Status CheckLandmarks() const;

  std::span<const kafka::PartitionRange> ranges() const override { return ranges_; }
  Result<std::span<const kafka::RecordView>> Next(std::chrono::milliseconds wait) override;
  void LimitBatch(size_t count) override {
    records_max_ = std::clamp(count, size_t{1}, kReaderRecordsMax);
  }
  std::vector<kafka::PartitionRange> TakeFinished() override {
    return std::exchange(finished_, {});
  }
  bool Finished() const override { return unfinished_ == 0; }
  int64_t Behind() const override;
  Status Commit() override;

 private:
  struct Partition {
    kafka::PartitionRange range;
    std::shared_ptr<log::Log> log;
    int64_t end = 0;   // where reading stops: range.end, or never when following
    int64_t next = 0;  // everything below was returned, or holds no record
    bool finished = false;
  };
  struct Batch {
    size_t owner;
    log::BatchHeader header;
    log::RecordCursor records;
  };

  Error Stopping() const;
  std::optional<Error> Changed() const;
  std::optional<Error> Removed() const;
  bool Fill();
  bool FillFrom(size_t index);
  void Take();
  bool BeginBatch();
  void TakeRecord();
  void MoveTo(Partition& partition, int64_t next);
  Error FailedRead(const Partition& partition, const Error& error) const;
  kafka::ReadPlace PlaceOf(const Partition& partition) const {
    return {options_.topic, partition.range.partition, partition.next};
  }

  broker::Broker& broker_;
  const kafka::ReaderOptions options_;
  const log::Topic topic_;
  std::vector<kafka::PartitionRange> ranges_;
  std::vector<Partition> partitions_;
  std::vector<kafka::PartitionRange> finished_;
  size_t unfinished_ = 0;
  size_t turn_ = 0;  // which partition the next Fill begins with
  size_t records_max_ = kReaderRecordsMax;

  BatchBuffer batches_;
  std::optional<Batch> batch_;  // whose records are being taken
  GivenRecords records_;
  std::optional<Error> failed_;  // what came behind the records of the last Next
  std::optional<broker::Wakeups::ThreadWaiter> waiter_;  // when following
};

InProcessReader::InProcessReader(broker::Broker& broker, const kafka::ReaderOptions& options,
                                 log::Topic topic, std::vector<kafka::PartitionRange> ranges)
    : broker_(broker), options_(options), topic_(std::move(topic)), ranges_(std::move(ranges)) {
  std::vector<std::shared_ptr<log::Log>> logs;
  unfinished_ = ranges_.size();
  for (const kafka::PartitionRange& range : ranges_) {
    logs.push_back(topic_.partitions[static_cast<size_t>(range.partition)]);
    const int64_t end = options_.follow ? std::numeric_limits<int64_t>::max() : range.end;
    partitions_.push_back({range, logs.back(), end, range.begin});
    MoveTo(partitions_.back(), range.begin);
  }
  if (options_.follow) waiter_.emplace(broker_.wakeups, logs);
}

Status InProcessReader::CheckLandmarks() const {
  if (!options_.follow) return Done{};
  for (const Partition& partition : partitions_) {
    const auto known = options_.landmarks.find(partition.range.partition);
    if (known == options_.landmarks.end()) continue;
    const auto there = FindLandmark(*partition.log, known->second.offset);
    if (!there || *there == known->second) continue;
    return kafka::AnotherTopic(options_.topic, partition.range.partition,
                               kafka::AnotherRecordAt(known->second.offset));
  }
  return Done{};
}

Error InProcessReader::Stopping() const {
  return {Fault::kClosed, "topic " + options_.topic + ": its broker, of this process, stops"};
}

// What ends the reading, whatever there is left. Of a topic that is not followed, each log says
// when it is read that it was removed.
std::optional<Error> InProcessReader::Changed() const {
  if (broker_.stopping()) return Stopping();
  if (!options_.follow) return std::nullopt;
  const auto id = broker_.logs.IdOf(options_.topic);
  if (id == topic_.id) return std::nullopt;
  if (!id) return kafka::DeletedWhileFollowed(options_.topic);
  return kafka::AnotherTopic(options_.topic, ranges_.front().partition, "it has another id");
}

// Whoever is about to wait asks the log, too: one that is deleted wakes its readers a moment before
// its topic's name is gone, and does not wake them again.
std::optional<Error> InProcessReader::Removed() const {
  if (!waiter_ || !partitions_.front().log->abandoned()) return std::nullopt;
  return kafka::DeletedWhileFollowed(options_.topic);
}

Result<std::span<const kafka::RecordView>> InProcessReader::Next(std::chrono::milliseconds wait) {
  records_.Clear();
  batches_.KeepOne();
  const auto deadline =
      steady_clock::now() + std::min<std::chrono::milliseconds>(wait, kReaderWaitMax);
  do {
    if (!failed_) failed_ = Changed();
    if (failed_) return *failed_;
    do Take();
    while (records_.empty() && !failed_ && Fill());
    if (records_.empty() && !failed_) failed_ = Removed();
    if (failed_ && records_.empty()) return *failed_;
  } while (records_.empty() && waiter_ && waiter_->Wait(deadline));
  return records_.Bind();
}

// Reads what comes next of the partitions, as far as there is room. False: there is nothing.
bool InProcessReader::Fill() {
  batches_.Clear();
  batch_.reset();
  bool moved = false;
  for (size_t i = 0; i < partitions_.size() && batches_.room() > 0 && !failed_; ++i) {
    moved = FillFrom((turn_ + i) % partitions_.size()) || moved;
  }
  turn_ = (turn_ + 1) % partitions_.size();
  return moved;
}

bool InProcessReader::FillFrom(size_t index) {
  Partition& partition = partitions_[index];
  const int64_t committed = partition.log->high_watermark().value;
  if (partition.finished || partition.next >= committed) return false;
  const bool first = batches_.empty();
  const auto read = partition.log->Read(log::Offset(partition.next), batches_.room(), first);
  if (!read) {
    failed_ = FailedRead(partition, read.error());
    return false;
  }
  if (read->slice.length == 0) {
    // Compaction can have taken all that was left.
    if (first) MoveTo(partition, committed);
    return first;
  }
  if (const auto got = batches_.Read(index, read->slice); !got) {
    failed_ = FailedRead(partition, got.error());
  }
  return !failed_;
}

Error InProcessReader::FailedRead(const Partition& partition, const Error& error) const {
  const kafka::ReadPlace place = PlaceOf(partition);
  if (error.fault == Fault::kNotFound) return kafka::DeletedBeforeRead(place, error.context);
  if (error.fault == Fault::kClosed) return kafka::DeletedWhileRead(place, error.context);
  return kafka::Unreadable(place, error.context);
}

void InProcessReader::Take() {
  while (records_.size() < records_max_ && !failed_ && (batch_ || BeginBatch())) TakeRecord();
}

// Goes to the next batch of the buffer that has something to read. False: there is none, or it can
// only be unpacked when the records before it are no longer needed.
bool InProcessReader::BeginBatch() {
  for (;;) {
    if (!records_.empty() && !batches_.HasRoomToUnpack()) return false;
    const auto header = batches_.Next();
    Partition& partition = partitions_[batches_.owner()];
    if (!header) {
      failed_ = FailedRead(partition, header.error());
      return false;
    }
    if (!header->has_value()) return false;
    if (partition.finished || (*header)->last_offset().value < partition.next) continue;
    if ((*header)->control()) {
      MoveTo(partition, (*header)->next_offset().value);
      continue;
    }
    const auto records = batches_.Unpack();
    if (!records) {
      failed_ = FailedRead(partition, records.error());
      return false;
    }
    batch_.emplace(Batch{batches_.owner(), **header, log::RecordCursor(**header, *records)});
    return true;
  }
}

void InProcessReader::TakeRecord() {
  Partition& partition = partitions_[batch_->owner];
  log::Record found;
  const auto taken = batch_->records.Next(found);
  if (!taken) {
    failed_ = FailedRead(partition, taken.error());
    return;
  }
  if (!*taken) {
    MoveTo(partition, batch_->header.next_offset().value);
    return batch_.reset();
  }
  const int64_t offset = found.offset.value;
  // The batch may begin before what was asked for, and end behind it.
  if (offset < partition.next) return;
  if (offset >= partition.end) {
    MoveTo(partition, offset);
    return batch_.reset();
  }
  kafka::RecordView view = ViewOf(batch_->header, found);
  view.topic = options_.topic;
  view.partition = partition.range.partition;
  if (const auto added = records_.Add(view, found, options_.headers); !added) {
    failed_ = FailedRead(partition, added.error());
    return;
  }
  MoveTo(partition, offset + 1);
  if (partition.finished) batch_.reset();
}

// Everything below `next` was returned, or holds no record.
void InProcessReader::MoveTo(Partition& partition, int64_t next) {
  partition.next = std::max(partition.next, next);
  if (partition.finished || partition.next < partition.end) return;
  partition.finished = true;
  --unfinished_;
  finished_.push_back(partition.range);
}

int64_t InProcessReader::Behind() const {
  int64_t behind = 0;
  for (const Partition& partition : partitions_) {
    behind += std::max<int64_t>(partition.log->high_watermark().value - partition.next, 0);
  }
  return behind;
}

Status InProcessReader::Commit() {
  if (!options_.group) return Done{};
  if (broker_.stopping()) return Stopping();
  std::vector<NextOffset> offsets;
  for (const Partition& partition : partitions_) {
    // A finished partition is read to its end, whatever its last offsets hold.
    const int64_t next = partition.finished ? partition.end : partition.next;
    offsets.push_back({partition.range.partition, std::max(next, partition.range.begin)});
  }
  return CommitOffsets(broker_, topic_, options_, offsets);
}

struct Found {
  log::Topic topic;
  std::vector<kafka::PartitionRange> ranges;
};

Result<Found> Find(broker::Broker& broker, const kafka::ReaderOptions& options) {
  if (auto checked = kafka::Reader::Check(options); !checked) return std::move(checked).error();
  auto source = LogOffsets::Of(broker, options);
  if (!source) return std::move(source).error();
  auto ranges = kafka::FindRanges(*source, options);
  if (!ranges) return std::move(ranges).error();
  return Found{source->topic(), std::move(*ranges)};
}

}  // namespace

Result<std::unique_ptr<kafka::Reader>> OpenReader(broker::Broker& broker,
                                                  const kafka::ReaderOptions& options) {
  auto found = Find(broker, options);
  if (!found) return std::move(found).error();
  auto reader = std::make_unique<InProcessReader>(broker, options, std::move(found->topic),
                                                  std::move(found->ranges));
  if (auto same = reader->CheckLandmarks(); !same) return std::move(same).error();
  return std::unique_ptr<kafka::Reader>(std::move(reader));
}

Result<std::vector<kafka::PartitionRange>> FindRanges(broker::Broker& broker,
                                                      const kafka::ReaderOptions& options) {
  auto found = Find(broker, options);
  if (!found) return std::move(found).error();
  return std::move(found->ranges);
}

}  // namespace gamevents::embedded
