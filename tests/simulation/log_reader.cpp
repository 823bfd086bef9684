#include "tests/simulation/log_reader.h"

#include <algorithm>
#include <utility>

namespace gamevents::simulation {
namespace {

constexpr size_t kReadBytes = 1 << 20;

}  // namespace

Result<std::unique_ptr<kafka::Reader>> LogReader::Open(World& world,
                                                       const kafka::ReaderOptions& options,
                                                       uint64_t records_max) {
  const auto topic = world.logs().Find(options.topic);
  if (!topic) return Error{Fault::kNotFound, "there is no topic " + options.topic};
  auto reader = std::make_unique<LogReader>();
  for (size_t i = 0; i < topic->partitions.size(); ++i) {
    const log::Log& log = *topic->partitions[i];
    kafka::PartitionRange range;
    range.partition = static_cast<int32_t>(i);
    range.begin = log.log_start().value;
    range.end = range.high_watermark = log.high_watermark().value;
    const auto start = options.starts.find(range.partition);
    if (start != options.starts.end()) {
      if (start->second > range.end) return Error{Fault::kBadInput, "an offset past the end"};
      range.begin = std::max(range.begin, start->second);
    }
    reader->ranges_.push_back(range);
  }
  for (const kafka::PartitionRange& range : reader->ranges_) {
    const auto& log = *topic->partitions[static_cast<size_t>(range.partition)];
    if (auto read = reader->ReadPartition(options.topic, log, range); !read) {
      return std::move(read).error();
    }
  }
  if (reader->records_.size() > records_max) {
    reader->records_.resize(records_max);
    reader->failed_ = Error{Fault::kUnavailable, "the broker does not answer any more"};
  }
  return std::unique_ptr<kafka::Reader>(std::move(reader));
}

Status LogReader::ReadPartition(const std::string& topic, const log::Log& log,
                                const kafka::PartitionRange& range) {
  for (log::Offset from(range.begin); from.value < range.end;) {
    const auto result = log.Read(from, kReadBytes);
    if (!result) return Error(result.error());
    if (result->slice.length == 0) return Error{Fault::kIo, "nothing below the high watermark"};
    std::vector<std::byte>& bytes = bytes_.emplace_back(result->slice.length);
    const auto got = result->slice.file->ReadAt(result->slice.position, bytes);
    if (!got) return Error(got.error());
    for (std::span<const std::byte> rest(bytes); !rest.empty();) {
      const log::BatchHeader header = log::ReadBatchHeader(rest);
      auto records =
          log::UncompressedRecords(header, rest.first(header.size()), bytes_.emplace_back());
      if (!records) return Error(records.error());
      log::RecordCursor cursor(header, *records);
      for (;;) {
        const auto record = cursor.Next();
        if (!record) return Error(record.error());
        if (!*record) break;
        if ((*record)->offset < from) continue;
        kafka::RecordView& view = records_.emplace_back();
        view.topic = topic;
        view.partition = range.partition;
        view.offset = (*record)->offset.value;
        view.timestamp = (*record)->timestamp;
        if ((*record)->key) view.key = AsText(*(*record)->key);
        if ((*record)->value) view.value = AsText(*(*record)->value);
      }
      from = header.next_offset();
      rest = rest.subspan(header.size());
    }
  }
  return Done{};
}

Result<std::span<const kafka::RecordView>> LogReader::Next(std::chrono::milliseconds) {
  if (next_ == records_.size() && failed_) return Error(*failed_);
  const size_t count = std::min(batch_max_, records_.size() - next_);
  const auto batch = std::span<const kafka::RecordView>(records_).subspan(next_, count);
  next_ += count;
  return batch;
}

}  // namespace gamevents::simulation
