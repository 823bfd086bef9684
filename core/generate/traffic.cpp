#include "core/generate/traffic.h"

#include "core/base/stop.h"
#include "core/generate/topic_sender.h"

#include <sys/resource.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::generate {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kProgressInterval{250};
// The path that a server is asked for before all: any answer shows that one is there.
constexpr char kProbePath[] = "/healthz";

std::chrono::duration<double> CpuTime() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return std::chrono::duration<double>(static_cast<double>(time.tv_sec) +
                                         static_cast<double>(time.tv_usec) * 1e-6);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Measures a run from its construction on.
class Run {
 public:
  explicit Run(const TrafficOptions& options)
      : options_(options), feed_(World(options.world), options.feed, begin_) {}

  Feed& feed() { return feed_; }
  Tally& tally() { return tally_; }

  // Runs each of `senders` in a thread of its own and tells the progress meanwhile.
  Status Drive(std::vector<std::function<Status()>> senders);

  Result<TrafficSummary> Finish(Status ran);

 private:
  void OnEnded(Status status);

  const TrafficOptions& options_;
  const steady_clock::time_point begin_ = steady_clock::now();
  const std::chrono::duration<double> cpu_begin_ = CpuTime();
  Feed feed_;
  Tally tally_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t running_ = 0;
  std::optional<Error> failed_;
};

Status Run::Drive(std::vector<std::function<Status()>> senders) {
  running_ = senders.size();
  std::vector<std::thread> threads;
  for (auto& sender : senders) {
    try {
      threads.emplace_back([this, sender = std::move(sender)] { OnEnded(sender()); });
    } catch (const std::system_error& error) {
      StopSignal::Request();
      OnEnded(Error{Fault::kFull, "thread " + std::to_string(threads.size() + 1) + " of " +
                                      std::to_string(senders.size()) + ": " + error.what()});
      const std::lock_guard lock(mutex_);
      running_ -= senders.size() - threads.size() - 1;
      break;
    }
  }
  {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kProgressInterval, [this] { return running_ == 0; })) {
      lock.unlock();
      if (options_.on_progress) options_.on_progress(tally_.Read(), steady_clock::now() - begin_);
      lock.lock();
    }
  }
  for (std::thread& thread : threads) thread.join();
  if (failed_) return *failed_;
  return Done{};
}

void Run::OnEnded(Status status) {
  const std::lock_guard lock(mutex_);
  --running_;
  if (!status) {
    if (!failed_) failed_ = std::move(status).error();
    StopSignal::Request();  // The others end, too.
  }
  changed_.notify_all();
}

Result<TrafficSummary> Run::Finish(Status ran) {
  TrafficSummary summary;
  summary.elapsed = steady_clock::now() - begin_;
  summary.cpu = CpuTime() - cpu_begin_;
  summary.seed = options_.world.seed;
  summary.counts = tally_.Read();
  if (options_.ledger != nullptr) {
    auto flushed = options_.ledger->Flush();
    if (ran && !flushed) ran = std::move(flushed);
  }
  if (!ran) return std::move(ran).error();
  return summary;
}

}  // namespace

Result<TrafficSummary> SendOverHttp(const TrafficOptions& options, const HttpOptions& http) {
  http::ClientRequest probe;
  probe.path = kProbePath;
  auto answer = http::ClientConnection::Make(http.client)->Send(probe);
  if (!answer && answer.error().fault == Fault::kUnavailable) {
    return http::WhyUnreachable(http.client.server, http.client.connect_timeout);
  }
  if (!answer && answer.error().fault == Fault::kUnsupported) return std::move(answer).error();

  Run run(options);
  std::vector<std::function<Status()>> senders;
  for (size_t lane = 0; lane < options.feed.lanes; ++lane) {
    senders.push_back([&, lane] {
      return HttpSender(http, lane, run.feed(), run.tally(), options.ledger).Run();
    });
  }
  return run.Finish(run.Drive(std::move(senders)));
}

Result<TrafficSummary> SendToTopic(const TrafficOptions& options, kafka::Producer& producer,
                                   const std::string& topic) {
  INVARIANT(options.feed.lanes == 1);
  Run run(options);
  TopicSender sender(producer, topic, run.feed(), run.tally(), options.ledger);
  return run.Finish(run.Drive({[&] { return sender.Run(); }}));
}

}  // namespace gamevents::generate
