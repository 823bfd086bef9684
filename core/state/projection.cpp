#include "core/state/projection.h"

#include "core/base/thread.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::state {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a read waits for records, and so how late a stop is noticed.
constexpr milliseconds kProjectionReadWait{50};
/// How long after a failure the topic is tried again.
constexpr milliseconds kRetryAfter{500};

}  // namespace

Result<std::unique_ptr<Projection>> Projection::Start(ProjectionOptions options) {
  std::unique_ptr<Projection> projection(new Projection(std::move(options)));
  Projection& p = *projection;
  auto started = StartThread(p.folder_, [&p] { p.Run(); });
  if (started) started = StartThread(p.writer_, [&p] { p.WriteSnapshots(); });
  if (started) started = StartThread(p.watcher_, [&p] { p.WatchDeadlines(); });
  if (!started) return std::move(started).error();
  return projection;
}

void Projection::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  for (const OnEvent& on_event : waiting_.TakeAll()) {
    on_event(Error{Fault::kClosed, "the server is stopping"});
  }
}

Projection::~Projection() {
  Stop();
  if (folder_.joinable()) folder_.join();
  {
    const std::lock_guard lock(mutex_);
    writer_ends_ = true;
    wake_.notify_all();
  }
  if (writer_.joinable()) writer_.join();
  waiting_.Close();
  if (watcher_.joinable()) watcher_.join();
  LastSnapshot();
}

Status Projection::Ready() const {
  const std::lock_guard lock(mutex_);
  return ready_;
}

Status Projection::Expect(const std::string& event_id, milliseconds timeout, OnEvent on_event) {
  const std::lock_guard lock(mutex_);
  if (Stopping()) return Error{Fault::kUnavailable, "the server is stopping"};
  if (!ready_) {
    // A topic that this very event makes would be found half a second later.
    look_again_ = true;
    wake_.notify_all();
    return ready_;
  }
  return waiting_.Add(event_id, steady_clock::now() + timeout, std::move(on_event));
}

void Projection::Forget(const std::string& event_id) { waiting_.Take(event_id); }

void Projection::EndWaitsBy(steady_clock::time_point last) { waiting_.EndBy(last); }

void Projection::Read(const std::function<void(State& state)>& read) const {
  const std::lock_guard lock(mutex_);
  read(replica_->state);
}

Progress Projection::GetProgress() const {
  const std::lock_guard lock(mutex_);
  Progress progress;
  progress.behind = behind_;
  progress.since_look = steady_clock::now() - last_look_;
  progress.users = replica_->state.user_count();
  progress.counts = replica_->state.counts;
  progress.unsaved = events_since_;
  progress.snapshot_at = snapshot_at_;
  progress.snapshot_took = snapshot_took_;
  return progress;
}

void Projection::Run() {
  LoadSnapshot();
  std::string warned;
  while (!Stopping()) {
    const Status ended = Follow();
    if (Stopping()) break;
    INVARIANT(!ended);
    if (ended.error().fault == Fault::kCorrupt) {
      StartOver(ended.error());
      continue;
    }
    std::string why = ended.error().context;
    if (ended.error().fault == Fault::kUnavailable) {
      // Clients are told of it, and the text names brokers.
      if (std::exchange(warned, why) != why) options_.warn(why);
      why = "the log cannot be read now";
    }
    if (ended.error().fault == Fault::kNotFound) {
      why += "; make it with: gamevents create-topic " + options_.topic;
    }
    std::unique_lock lock(mutex_);
    ready_ = Error{Fault::kUnavailable, std::move(why)};
    wake_.wait_for(lock, kRetryAfter, [this] { return Stopping() || look_again_; });
    look_again_ = false;
  }
}

void Projection::LoadSnapshot() {
  if (options_.snapshot.empty()) return;
  auto file = SnapshotFile::Open(options_.snapshot, options_.topic);
  if (!file) {
    return options_.warn("no snapshot of the state is kept: " + file.error().context);
  }
  if (!options_.snapshot_was.empty()) {
    const Status adopted = (*file)->Adopt(options_.snapshot_was);
    if (!adopted) options_.warn("an earlier snapshot is left out: " + adopted.error().context);
  }
  auto loaded = AwaitSnapshot(**file);
  if (Stopping()) return;
  if (!loaded && loaded.error().fault != Fault::kNotFound) {
    options_.warn("the snapshot is set aside, and the log folded from its beginning: " +
                  loaded.error().context);
    if (Status aside = (*file)->SetAside(); !aside) options_.warn(aside.error().context);
  }
  const std::lock_guard lock(mutex_);
  ready_ = Error{Fault::kUnavailable, kStillRead};
  if (loaded) replica_ = std::move(loaded).value();
  file_ = std::move(*file);
  last_snapshot_ = steady_clock::now();
}

// A snapshot that cannot be read at this moment (no descriptor is left, another process holds it)
// may have what the log has no more. It is neither given up nor written over: nothing is shown of a
// state until it can be read, or is gone.
Result<std::unique_ptr<Replica>> Projection::AwaitSnapshot(SnapshotFile& file) {
  std::string said;
  while (true) {
    auto loaded = file.Load();
    if (loaded || loaded.error().fault == Fault::kNotFound || IsWorthless(loaded.error().fault)) {
      return loaded;
    }
    std::string why = "the snapshot cannot be read now, and is tried again: ";
    why += loaded.error().context;
    if (std::exchange(said, why) != why) options_.warn(why);
    std::unique_lock lock(mutex_);
    ready_ = Error{Fault::kUnavailable, std::move(why)};
    wake_.wait_for(lock, kRetryAfter, [this] { return Stopping(); });
    if (Stopping()) return loaded;
  }
}

// The log is not the one that was folded: what was made of that one is worth nothing.
void Projection::StartOver(const Error& why) {
  options_.warn("the state is rebuilt from the log's beginning: " + why.context);
  std::unique_lock lock(mutex_);
  ready_ = Error{Fault::kUnavailable, "the log is being read from its beginning"};
  wake_.wait(lock, [this] { return !to_write_; });
  replica_ = std::make_unique<Replica>();
  if (!file_) return;
  if (Status aside = file_->SetAside(); !aside) options_.warn(aside.error().context);
}

// First to the end, which a reader that does not follow finds exactly, then on from there. Ends
// with an error, or when the projection stops.
Status Projection::Follow() {
  for (const bool follow : {false, true}) {
    auto reader = OpenReader(options_.client, options_.topic, *replica_, follow);
    if (!reader) return std::move(reader).error();
    for (const std::string& gap : replica_->Gaps((*reader)->ranges())) options_.warn(gap);
    if (Status folded = FoldFrom(**reader, follow); !folded) return folded;
    if (Stopping()) break;
    const std::lock_guard lock(mutex_);
    ready_ = Done{};
  }
  return Done{};
}

Status Projection::FoldFrom(kafka::Reader& reader, bool follow) {
  while (!Stopping() && (follow || !reader.Finished())) {
    auto records = reader.Next(kProjectionReadWait);
    if (!records) return std::move(records).error();
    if (Status taken = TakeBatch(*records, reader.Behind()); !taken) return taken;
    SnapshotIfDue();
  }
  return Done{};
}

Status Projection::TakeBatch(std::span<const kafka::RecordView> records, int64_t behind) {
  const std::lock_guard lock(mutex_);
  behind_ = behind;
  last_look_ = steady_clock::now();
  if (records.empty()) return Done{};
  const OnFolded on_folded = [this](const kafka::RecordView& record, const Fold& fold,
                                    const Outcome& outcome, const State& state) {
    if (waiting_.empty() || outcome.verdict == Verdict::kSkipped) return;
    const OnEvent on_event = waiting_.Take(std::string(fold.command().event_id));
    if (on_event) on_event(Folded{outcome, state, record.partition, record.offset});
  };
  if (Status taken = replica_->Take(records, fold_, on_folded); !taken) return taken;
  events_since_ += static_cast<int64_t>(records.size());
  return Done{};
}

void Projection::WatchDeadlines() {
  while (waiting_.AwaitDue()) {
    for (const OnEvent& on_event : waiting_.TakeLate(steady_clock::now())) {
      on_event(Error{Fault::kUnavailable, "the fold did not come past the event in time"});
    }
  }
}

void Projection::SnapshotIfDue() {
  const std::lock_guard lock(mutex_);
  const auto now = steady_clock::now();
  const bool due = events_since_ >= options_.snapshot_events ||
                   (events_since_ > 0 && now - last_snapshot_ >= options_.snapshot_interval);
  if (!file_ || to_write_ || !due) return;
  to_write_ = file_->TakeChanges(*replica_);
  events_since_ = 0;
  last_snapshot_ = now;
  wake_.notify_all();
}

void Projection::WriteSnapshots() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return to_write_ || writer_ends_; });
    if (!to_write_) return;
    lock.unlock();
    const auto begun = steady_clock::now();
    const Status saved = file_->Save(std::move(*to_write_));
    if (!saved) options_.warn("the state's snapshot was not written: " + saved.error().context);
    lock.lock();
    if (saved) {
      snapshot_at_ = Clock::System().Now();
      snapshot_took_ = steady_clock::now() - begun;
    }
    to_write_.reset();
    wake_.notify_all();
  }
}

void Projection::LastSnapshot() {
  if (!file_ || events_since_ == 0) return;
  const Status saved = file_->Save(file_->TakeChanges(*replica_));
  if (!saved) options_.warn("the state's snapshot was not written: " + saved.error().context);
}

}  // namespace gamevents::state
