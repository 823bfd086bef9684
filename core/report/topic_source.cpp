#include "core/report/topic_source.h"

#include "core/base/check.h"
#include "core/base/stop.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace gamevents::report {
namespace {

/// How soon the stop signal is noticed while a broker is silent.
constexpr std::chrono::milliseconds kWait{100};

/// Where each partition's range ends.
using Ends = std::map<int32_t, int64_t>;

/// What the parts of one scan share.
struct Shared {
  std::mutex mutex;  // guards `reader`, once there are parts
  std::unique_ptr<kafka::Reader> reader;
  Ends ends;
};

/// Reads in turn with the other parts of the scan, and keeps what it was given while they read on:
/// what costs is to look at the records, not to get them.
class TopicSource final : public RecordSource {
 public:
  explicit TopicSource(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    kept_.reset();
    const std::lock_guard lock(shared_->mutex);
    kafka::Reader& reader = *shared_->reader;
    while (!reader.Finished()) {
      if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};
      auto records = reader.Next(kWait);
      if (!records) return records;
      const auto within = Within(*records);
      if (within.empty()) continue;
      kept_ = reader.KeepLast();
      return within;
    }
    return std::span<const kafka::RecordView>{};
  }

  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> partitions;
    for (const kafka::PartitionRange& range : shared_->reader->ranges()) {
      if (LengthOf(range) > 0) partitions.push_back(range.partition);
    }
    std::ranges::sort(partitions);
    return partitions;
  }

  int64_t Length() const override { return length_; }

  std::vector<std::unique_ptr<RecordSource>> Split(size_t parts) override {
    std::vector<std::unique_ptr<RecordSource>> sources;
    for (size_t i = 0; i < parts; ++i) sources.push_back(std::make_unique<TopicSource>(shared_));
    return sources;
  }

 private:
  int64_t LengthOf(const kafka::PartitionRange& range) const {
    const auto end = shared_->ends.find(range.partition);
    return end == shared_->ends.end() ? 0 : std::max<int64_t>(0, end->second - range.begin);
  }

  int64_t LengthOfAll() const {
    int64_t length = 0;
    for (const kafka::PartitionRange& range : shared_->reader->ranges()) length += LengthOf(range);
    return length;
  }

  bool IsWithin(const kafka::RecordView& record) const {
    const auto end = shared_->ends.find(record.partition);
    return end != shared_->ends.end() && record.offset < end->second;
  }

  /// `records` without those past the ends; copies the views only where there are such.
  std::span<const kafka::RecordView> Within(std::span<const kafka::RecordView> records) {
    const auto within = [this](const kafka::RecordView& record) { return IsWithin(record); };
    if (std::ranges::all_of(records, within)) return records;
    within_.clear();
    std::ranges::copy_if(records, std::back_inserter(within_), within);
    return within_;
  }

  // Before what it keeps, as it must outlive that.
  std::shared_ptr<Shared> shared_;
  int64_t length_ = LengthOfAll();
  std::vector<kafka::RecordView> within_;
  std::shared_ptr<const void> kept_;
};

}  // namespace

OpenSource FromReaders(OpenReader open) {
  return
      [open = std::move(open), ends = Ends()]() mutable -> Result<std::unique_ptr<RecordSource>> {
        auto reader = open();
        if (!reader) return std::move(reader).error();
        if (ends.empty()) {
          for (const kafka::PartitionRange& range : (*reader)->ranges()) {
            ends[range.partition] = range.end;
          }
        }
        auto shared = std::make_shared<Shared>();
        shared->reader = std::move(*reader);
        shared->ends = ends;
        return std::unique_ptr<RecordSource>(std::make_unique<TopicSource>(std::move(shared)));
      };
}

OpenSource FromTopic(kafka::ReaderOptions options) {
  INVARIANT(!options.follow);
  return FromReaders([options = std::move(options)] { return kafka::Reader::Open(options); });
}

}  // namespace gamevents::report
