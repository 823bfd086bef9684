#pragma once

#include "core/report/scan/scan.h"
#include "tests/support/fixed_clock.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

/// A message of a topic that exists only in the test.
struct Message {
  std::optional<std::string> value{};
  std::optional<std::string> key = std::nullopt;
  int32_t partition = 0;
  int64_t time = kTestNow;
};

/// A topic in memory, "eventsForm". Hands its records out in pieces of `step`, in the order given,
/// and counts what was asked for.
class MemorySource final : public RecordSource {
 public:
  explicit MemorySource(const std::vector<Message>& messages, size_t step = 2)
      : messages_(messages), step_(step) {
    std::vector<int64_t> next(16, 0);
    for (const Message& message : messages_) {
      kafka::RecordView record;
      record.topic = "eventsForm";
      record.partition = message.partition;
      record.offset = next[static_cast<size_t>(message.partition)]++;
      record.timestamp = TimestampMs(message.time);
      record.timestamp_type = kafka::TimestampType::kCreateTime;
      record.key = message.key;
      record.value = message.value;
      records_.push_back(record);
    }
  }

  Result<std::span<const kafka::RecordView>> Next() override {
    if (fails_at && position_ >= *fails_at) return Error{fault, "no broker"};
    const size_t count = std::min(step_, records_.size() - position_);
    const std::span<const kafka::RecordView> records(records_.data() + position_, count);
    position_ += count;
    return records;
  }

  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> partitions;
    for (const Message& message : messages_) partitions.push_back(message.partition);
    std::ranges::sort(partitions);
    partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
    return partitions;
  }

  size_t position() const { return position_; }
  std::optional<size_t> fails_at;  ///< Next fails from this record on
  Fault fault = Fault::kUnavailable;

 private:
  std::vector<Message> messages_;
  std::vector<kafka::RecordView> records_;
  size_t step_;
  size_t position_ = 0;
};

/// A topic that can be opened again and again.
inline OpenSource Topic(std::vector<Message> messages) {
  return [messages = std::move(messages)]() -> Result<std::unique_ptr<RecordSource>> {
    return std::unique_ptr<RecordSource>(std::make_unique<MemorySource>(messages));
  };
}

/// Scans `messages` with one step.
inline Result<ScanTotals> ScanWith(Step& step, const std::vector<Message>& messages,
                                   const ScanOptions& options = {}) {
  MemorySource source(messages);
  Step* const steps[] = {&step};
  return Scan(source, steps, options);
}

}  // namespace gamevents::report
