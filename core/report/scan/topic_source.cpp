#include "core/report/scan/topic_source.h"

#include "core/base/check.h"
#include "core/base/stop.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gamevents::report {
namespace {

/// How soon the stop signal is noticed while a broker is silent.
constexpr std::chrono::milliseconds kSourceWait{100};

int64_t LengthOf(const Slice& slice) {
  int64_t length = 0;
  for (const kafka::PartitionRange& range : slice) length += range.end - range.begin;
  return length;
}

/// What a reader found there is to read.
Slice SliceOf(const kafka::Reader& reader) {
  Slice slice;
  for (const kafka::PartitionRange& range : reader.ranges()) {
    if (range.begin < range.end) slice.push_back(range);
  }
  std::ranges::sort(slice, {}, &kafka::PartitionRange::partition);
  return slice;
}

/// Cuts `slice` into `parts` of equal length, as if its partitions lay one behind another.
std::vector<Slice> Cut(const Slice& slice, size_t parts) {
  const int64_t count = static_cast<int64_t>(parts);
  const int64_t length = LengthOf(slice);
  std::vector<Slice> cut(parts);
  int64_t before = 0;  // the offsets of the partitions before
  for (const kafka::PartitionRange& range : slice) {
    const auto border = [&](int64_t at) {
      const int64_t share = length / count * at + length % count * at / count;
      return std::clamp(range.begin + share - before, range.begin, range.end);
    };
    for (int64_t i = 0; i < count; ++i) {
      kafka::PartitionRange part = range;
      part.begin = border(i);
      part.end = border(i + 1);
      if (part.begin < part.end) cut[static_cast<size_t>(i)].push_back(part);
    }
    before += range.end - range.begin;
  }
  return cut;
}

class TopicSource final : public RecordSource {
 public:
  /// Reads `slice`. `reader`: opened for it already; null: it is opened when it is read.
  TopicSource(OpenSlice open, Slice slice, std::unique_ptr<kafka::Reader> reader)
      : open_(std::move(open)), slice_(std::move(slice)), reader_(std::move(reader)) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    if (slice_.empty()) return std::span<const kafka::RecordView>{};
    if (!reader_) {
      auto opened = open_(slice_);
      if (!opened) return std::move(opened).error();
      reader_ = std::move(*opened);
    }
    while (!reader_->Finished()) {
      if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};
      auto records = reader_->Next(kSourceWait);
      if (!records || !records->empty()) return records;
    }
    return std::span<const kafka::RecordView>{};
  }

  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> partitions;
    for (const kafka::PartitionRange& range : slice_) partitions.push_back(range.partition);
    return partitions;
  }

  int64_t Length() const override { return LengthOf(slice_); }

  std::vector<std::unique_ptr<RecordSource>> Split(size_t parts) override {
    std::vector<std::unique_ptr<RecordSource>> sources;
    if (parts < 2 || Length() < kSplitLengthMin) return sources;
    reader_.reset();  // it fetches already
    for (Slice& slice : Cut(slice_, parts)) {
      sources.push_back(std::make_unique<TopicSource>(open_, std::move(slice), nullptr));
    }
    return sources;
  }

 private:
  OpenSlice open_;
  Slice slice_;
  std::unique_ptr<kafka::Reader> reader_;
};

}  // namespace

OpenSource FromReaders(OpenSlice open) {
  return [open = std::move(open),
          slice = std::optional<Slice>()]() mutable -> Result<std::unique_ptr<RecordSource>> {
    std::unique_ptr<kafka::Reader> reader;
    if (!slice) {
      auto opened = open(slice);
      if (!opened) return std::move(opened).error();
      reader = std::move(*opened);
      slice = SliceOf(*reader);
    }
    return std::unique_ptr<RecordSource>(
        std::make_unique<TopicSource>(open, *slice, std::move(reader)));
  };
}

OpenSource FromTopic(kafka::ReaderOptions options) {
  INVARIANT(!options.follow);
  return FromReaders([options = std::move(options)](const std::optional<Slice>& slice) {
    kafka::ReaderOptions mine = options;
    if (slice) mine.partitions.clear();
    for (const kafka::PartitionRange& range : slice.value_or(Slice())) {
      mine.partitions.push_back(range.partition);
      mine.starts[range.partition] = range.begin;
      mine.ends[range.partition] = range.end;
    }
    return kafka::Reader::Open(mine);
  });
}

}  // namespace gamevents::report
