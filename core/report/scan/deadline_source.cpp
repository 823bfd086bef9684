#include "core/report/scan/deadline_source.h"

#include <utility>

namespace gamevents::report {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

class DeadlineSource final : public RecordSource {
 public:
  DeadlineSource(std::unique_ptr<RecordSource> source, SteadyTime deadline)
      : source_(std::move(source)), deadline_(deadline) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    if (std::chrono::steady_clock::now() >= deadline_) {
      return Error{Fault::kClosed, "the time for the answer is over"};
    }
    return source_->Next();
  }
  std::vector<int32_t> Partitions() const override { return source_->Partitions(); }
  int64_t Length() const override { return source_->Length(); }
  bool RereadsCheaply() const override { return source_->RereadsCheaply(); }
  std::vector<std::unique_ptr<RecordSource>> Split(size_t parts) override {
    auto split = source_->Split(parts);
    for (auto& part : split) part = std::make_unique<DeadlineSource>(std::move(part), deadline_);
    return split;
  }

 private:
  std::unique_ptr<RecordSource> source_;
  SteadyTime deadline_;
};

}  // namespace

OpenSource UntilDeadline(OpenSource open, SteadyTime deadline) {
  return [open = std::move(open), deadline]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = open();
    if (!source) return source;
    return std::unique_ptr<RecordSource>(
        std::make_unique<DeadlineSource>(std::move(*source), deadline));
  };
}

}  // namespace gamevents::report
