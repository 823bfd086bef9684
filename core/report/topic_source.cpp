#include "core/report/topic_source.h"

#include "core/base/check.h"
#include "core/base/stop.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

namespace gamevents::report {
namespace {

/// How soon the stop signal is noticed while a broker is silent.
constexpr std::chrono::milliseconds kWait{100};

/// Where each partition's range ends.
using Ends = std::map<int32_t, int64_t>;

class TopicSource final : public RecordSource {
 public:
  TopicSource(std::unique_ptr<kafka::Reader> reader, Ends ends)
      : reader_(std::move(reader)), ends_(std::move(ends)) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    while (!reader_->Finished()) {
      if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};
      auto records = reader_->Next(kWait);
      if (!records) return records;
      const auto within = Within(*records);
      if (!within.empty()) return within;
    }
    return std::span<const kafka::RecordView>{};
  }

  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> partitions;
    for (const kafka::PartitionRange& range : reader_->ranges()) {
      const auto end = ends_.find(range.partition);
      if (end != ends_.end() && range.begin < end->second) partitions.push_back(range.partition);
    }
    std::ranges::sort(partitions);
    return partitions;
  }

  int64_t Length() const override {
    int64_t length = 0;
    for (const kafka::PartitionRange& range : reader_->ranges()) {
      const auto end = ends_.find(range.partition);
      if (end != ends_.end()) length += std::max<int64_t>(0, end->second - range.begin);
    }
    return length;
  }

 private:
  bool IsWithin(const kafka::RecordView& record) const {
    const auto end = ends_.find(record.partition);
    return end != ends_.end() && record.offset < end->second;
  }

  /// `records` without those past the ends; copies the views only where there are such.
  std::span<const kafka::RecordView> Within(std::span<const kafka::RecordView> records) {
    const auto within = [this](const kafka::RecordView& record) { return IsWithin(record); };
    if (std::ranges::all_of(records, within)) return records;
    kept_.clear();
    std::ranges::copy_if(records, std::back_inserter(kept_), within);
    return kept_;
  }

  std::unique_ptr<kafka::Reader> reader_;
  Ends ends_;
  std::vector<kafka::RecordView> kept_;
};

}  // namespace

OpenSource FromReaders(OpenReader open) {
  return [open = std::move(open),
          ends = Ends()]() mutable -> Result<std::unique_ptr<RecordSource>> {
    auto reader = open();
    if (!reader) return std::move(reader).error();
    if (ends.empty()) {
      for (const kafka::PartitionRange& range : (*reader)->ranges()) {
        ends[range.partition] = range.end;
      }
    }
    return std::unique_ptr<RecordSource>(std::make_unique<TopicSource>(std::move(*reader), ends));
  };
}

OpenSource FromTopic(kafka::ReaderOptions options) {
  INVARIANT(!options.follow);
  return FromReaders([options = std::move(options)] { return kafka::Reader::Open(options); });
}

}  // namespace gamevents::report
