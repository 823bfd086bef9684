#include "core/dashboard/follower.h"

#include "core/base/thread.h"
#include "core/report/scan/scan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::dashboard {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a read waits for records, and so how late whoever looks is attended to.
constexpr milliseconds kReadWait{50};
}  // namespace

/// The topic's records for a scan that ends when the follower does not go on. Between two pieces
/// all of the one before has been counted.
class Follower::Source final : public report::RecordSource {
 public:
  Source(Follower& follower, kafka::Reader& reader) : follower_(follower), reader_(reader) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    Counted& counted = *follower_.counted_;
    while (true) {
      follower_.Tick();
      if (!follower_.GoesOn()) return std::span<const kafka::RecordView>{};
      const Time begun = steady_clock::now();
      auto records = reader_.Next(kReadWait);
      if (!records) return records;
      counted.read_at = begun;
      const bool caught_up =
          records->empty() || counted.counts.records() - counted.opened_at >= counted.to_read;
      if (caught_up && !std::exchange(counted.caught_up, true)) follower_.changed_ = true;
      if (records->empty()) continue;
      for (const auto& [partition, landmark] : kafka::LandmarksOf(*records)) {
        counted.starts[partition] = landmark.offset + 1;
        counted.landmarks[partition] = landmark;
      }
      return records;
    }
  }

  std::vector<int32_t> Partitions() const override { return {}; }

 private:
  Follower& follower_;
  kafka::Reader& reader_;
};

Follower::Counted::Counted(const FollowerOptions& options, const Clock& clock)
    : counts(options.scope, options.memory, clock) {}

Result<std::unique_ptr<Follower>> Follower::Start(FollowerOptions options, Board& board,
                                                  const Clock& clock) {
  std::unique_ptr<Follower> follower(new Follower(std::move(options), board, clock));
  auto started = StartThread(follower->thread_, [f = follower.get()] { f->Run(); });
  if (!started) return std::move(started).error();
  return follower;
}

Follower::Follower(FollowerOptions options, Board& board, const Clock& clock)
    : options_(std::move(options)), board_(board), clock_(clock) {
  Forget();
}

Follower::~Follower() {
  board_.Stop();
  if (thread_.joinable()) thread_.join();
}

void Follower::Run() {
  while (board_.AwaitAsked()) {
    while (GoesOn()) {
      if (Status ended = Follow(); !ended) OnProblem(std::move(ended).error());
    }
    Forget();
  }
}

// Whether somebody looks, or has done so not long ago.
bool Follower::GoesOn() const {
  return !board_.stopped() && steady_clock::now() - board_.LastAsked() < options_.forget_after;
}

// Reads on from where it was, until an error or for as long as it goes on.
Status Follower::Follow() {
  kafka::ReaderOptions options;
  options.client = options_.client;
  options.client.timeout = std::min(options.client.timeout, kKafkaTimeoutMax);
  options.topic = options_.topic;
  options.starts = counted_->starts;
  options.landmarks = counted_->landmarks;
  options.follow = true;
  auto reader = options_.open(options);
  if (!reader) {
    // An offset past the end: this log is not, or no longer, the one that was read.
    const bool other = reader.error().fault == Fault::kBadInput && !counted_->starts.empty();
    if (other) reader.error().fault = Fault::kCorrupt;
    if (reader.error().fault == Fault::kNotFound) {
      reader.error().context += "; make it with: gamevents create-topic " + options_.topic;
    }
    return std::move(reader).error();
  }
  problem_.clear();
  changed_ = true;
  counted_->caught_up = false;
  counted_->to_read = 0;
  for (const kafka::PartitionRange& range : (*reader)->ranges()) {
    counted_->to_read += range.end - range.begin;
  }
  counted_->opened_at = counted_->counts.records();
  Source source(*this, **reader);
  std::array<report::Step*, 1> steps{&counted_->counts};
  report::ScanOptions scan;
  scan.to_the_end = true;
  scan.progress = [this](const report::ScanTotals&) { changed_ = true; };
  auto scanned = report::Scan(source, steps, scan);
  if (!scanned) return std::move(scanned).error();
  return Done{};
}

void Follower::OnProblem(Error error) {
  if (problem_.empty()) options_.on_problem(error);
  missing_ = error.fault == Fault::kNotFound;
  // The topic is gone, or is another one: what was counted of it is worth nothing.
  const bool other = error.fault == Fault::kNotFound || error.fault == Fault::kCorrupt;
  if (other && !counted_->starts.empty()) Forget();
  changed_ = changed_ || problem_ != error.context;
  problem_ = std::move(error.context);
  const Time until = steady_clock::now() + options_.try_again_after;
  while (!board_.stopped() && steady_clock::now() < until) {
    Tick();
    board_.Pause(std::min(kReadWait, options_.try_again_after));
  }
}

void Follower::Tick() {
  const bool due = steady_clock::now() >= next_render_ || !board_.Shows();
  const bool fades = fades_ && steady_clock::now() >= next_fade_;
  if ((changed_ || fades) && due && board_.Asked()) Render();
  Time complete = Time::min();
  if (!changed_ && counted_->caught_up) complete = counted_->read_at;
  if (!changed_ && !problem_.empty()) complete = steady_clock::now();
  board_.Attend(complete);
}

void Follower::Render() {
  const Time begin = steady_clock::now();
  const int64_t records = counted_->counts.records();
  const Figures figures = counted_->counts.Finish();
  Reading reading;
  reading.as_of = clock_.Now();
  reading.problem = problem_;
  if (records == 0 && (counted_->caught_up || (missing_ && !problem_.empty()))) {
    reading.first_step = options_.first_step;
  }
  const int64_t to_read = std::max<int64_t>(counted_->to_read, 1);
  // Never quite all before the end: a topic that grows meanwhile is not at its end.
  const int64_t percent = (records - counted_->opened_at) * 100 / to_read;
  reading.percent = counted_->caught_up ? 100 : static_cast<int>(std::min<int64_t>(percent, 99));
  std::string id = std::to_string(reading.as_of.value) + "-" + std::to_string(++views_);
  board_.Show(MakeView(std::move(id), options_.scope, figures, reading));
  changed_ = false;
  fades_ = figures.pulse.Fades();
  next_fade_ = begin + kFadeEvery;
  const auto cost = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
  next_render_ = begin + std::max(options_.render_every, cost * kRenderShare);
}

void Follower::Forget() {
  counted_ = std::make_unique<Counted>(options_, clock_);
  problem_.clear();
  changed_ = true;
  board_.Show(nullptr);
}

}  // namespace gamevents::dashboard
