#include "core/forward/writer.h"
#include "core/kafka/transactional_producer.h"

#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a call may keep the thread from noticing an interrupt.
constexpr milliseconds kSlice{1'000};
constexpr milliseconds kFullWait{10};

class TransactionalWriter final : public Writer {
 public:
  TransactionalWriter(const WriterOptions& options, Interrupt& interrupt)
      : options_(options), interrupt_(interrupt) {}

  Result<std::optional<KeptMark>> Start() {
    kafka::TransactionalOptions producing{options_.target, options_.id};
    producing.compression = options_.compression;
    auto producer = kafka::TransactionalProducer::Open(producing);
    if (!producer) return std::move(producer).error();
    producer_ = std::move(*producer);
    auto fenced = Patiently([this] { return producer_->InitTransactions(kSlice); });
    if (!fenced) return std::move(fenced).error();
    auto kept =
        kafka::FindGroupOffset(options_.target, options_.id, options_.topic, options_.partition);
    if (!kept) return std::move(kept).error();
    if (!*kept) return std::optional<KeptMark>();
    return std::optional(KeptMark{(*kept)->offset, std::move((*kept)->metadata)});
  }

  std::optional<int64_t> failed_offset() const override { return producer_->failed_offset(); }

  bool fenced() const override { return producer_->fenced(); }

  Status Begin() override { return producer_->Begin(); }

  Status Send(const kafka::RecordView& record) override {
    const auto deadline = steady_clock::now() + options_.patience;
    while (true) {
      auto sent = producer_->Send(record);
      const bool full = !sent && sent.error().fault == Fault::kFull;
      if (!full || steady_clock::now() >= deadline) return sent;
      if (auto polled = producer_->Poll(kFullWait); !polled) return polled;
      if (interrupt_.Requested()) return Error{Fault::kClosed, "interrupted"};
    }
  }

  Status Commit(int64_t next) override {
    const kafka::GroupOffset place{options_.topic, options_.partition, next, options_.metadata};
    auto kept = Patiently([&] { return producer_->SendOffset(options_.id, place, kSlice); });
    if (!kept) return kept;
    return Patiently([this] { return producer_->Commit(kSlice); });
  }

 private:
  // Calls again what can be waited on, for as long as there is patience.
  template <class Call>
  Status Patiently(Call call) {
    const auto deadline = steady_clock::now() + options_.patience;
    while (true) {
      Status done = call();
      const bool again = !done && done.error().fault == Fault::kUnavailable;
      if (!again || steady_clock::now() >= deadline) return done;
      // What is retriable may also come back at once.
      if (interrupt_.WaitFor(kFullWait)) return Error{Fault::kClosed, "interrupted"};
    }
  }

  const WriterOptions options_;
  Interrupt& interrupt_;
  std::unique_ptr<kafka::TransactionalProducer> producer_;
};

}  // namespace

Result<OpenedWriter> OpenTransactionalWriter(const WriterOptions& options, Interrupt& interrupt) {
  auto writer = std::make_unique<TransactionalWriter>(options, interrupt);
  auto kept = writer->Start();
  if (!kept) return std::move(kept).error();
  return OpenedWriter{std::move(writer), std::move(*kept)};
}

}  // namespace gamevents::forward
