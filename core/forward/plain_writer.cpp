#include "core/forward/writer.h"
#include "core/kafka/producer.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPlainSlice{1'000};
constexpr milliseconds kPlainFullWait{10};
// Also how long the end waits for what is queued.
constexpr milliseconds kPlainDelivery{4'000};

// The first delivery that failed. Shared with callbacks, which may come when the writer has gone.
struct Failure {
  std::mutex mutex;
  std::optional<int64_t> offset;
  std::optional<Error> error;
};

template <class Text>
std::optional<std::string> Copied(const std::optional<Text>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

kafka::OutgoingRecord OutgoingOf(const kafka::RecordView& record) {
  kafka::OutgoingRecord copy;
  copy.topic = record.topic;
  copy.partition = record.partition;
  copy.key = Copied(record.key);
  copy.value = Copied(record.value);
  if (record.timestamp.value >= 0) copy.timestamp = record.timestamp;
  copy.headers.reserve(record.headers.size());
  for (const kafka::HeaderView& header : record.headers) {
    copy.headers.push_back({std::string(header.name), Copied(header.value)});
  }
  return copy;
}

class PlainWriter final : public Writer {
 public:
  PlainWriter(const WriterOptions& options, Interrupt& interrupt)
      : options_(options), interrupt_(interrupt) {}

  Status Start() {
    kafka::ProducerOptions producing;
    producing.client = options_.target;
    producing.delivery_timeout = std::min(options_.patience, kPlainDelivery);
    producing.linger = milliseconds(5);
    // A record that is given up takes those behind it along, so that order is kept.
    producing.client.properties.try_emplace("enable.gapless.guarantee", "true");
    producing.client.properties.try_emplace("compression.codec",
                                            kafka::CompressionName(options_.compression));
    producing.client.properties.try_emplace("message.max.bytes", "200000000");
    auto producer = kafka::Producer::Open(producing);
    if (!producer) return std::move(producer).error();
    producer_ = std::move(*producer);
    if (interrupt_.WaitFor(kQuiet)) return Error{Fault::kClosed, "interrupted"};
    return Done{};
  }

  std::optional<int64_t> failed_offset() const override {
    const std::lock_guard lock(failure_->mutex);
    return failure_->offset;
  }

  Status Begin() override { return Done{}; }

  Status Send(const kafka::RecordView& record) override {
    const auto deadline = steady_clock::now() + options_.patience;
    while (true) {
      auto sent = producer_->Send(OutgoingOf(record),
                                  [failure = failure_, offset = record.offset](auto delivery) {
                                    if (!delivery)
                                      Keep(*failure, offset, std::move(delivery).error());
                                  });
      if (sent) return sent;
      if (sent.error().fault != Fault::kFull || steady_clock::now() >= deadline) {
        Keep(*failure_, record.offset, sent.error());
        return sent;
      }
      if (interrupt_.WaitFor(kPlainFullWait)) return Error{Fault::kClosed, "interrupted"};
    }
  }

  Status Commit(int64_t) override {
    const auto deadline = steady_clock::now() + options_.patience;
    while (true) {
      auto flushed = producer_->Flush(kPlainSlice);
      const std::lock_guard lock(failure_->mutex);
      if (failure_->error) return *failure_->error;
      if (flushed || steady_clock::now() >= deadline) return flushed;
      if (interrupt_.Requested()) return Error{Fault::kClosed, "interrupted"};
    }
  }

 private:
  static void Keep(Failure& failure, int64_t offset, Error error) {
    const std::lock_guard lock(failure.mutex);
    if (failure.error) return;
    failure.offset = offset;
    failure.error = std::move(error);
  }

  const WriterOptions options_;
  Interrupt& interrupt_;
  const std::shared_ptr<Failure> failure_ = std::make_shared<Failure>();
  std::unique_ptr<kafka::Producer> producer_;
};

}  // namespace

Result<OpenedWriter> OpenPlainWriter(const WriterOptions& options, Interrupt& interrupt) {
  auto writer = std::make_unique<PlainWriter>(options, interrupt);
  if (auto started = writer->Start(); !started) return std::move(started).error();
  return OpenedWriter{std::move(writer), std::nullopt};
}

}  // namespace gamevents::forward
