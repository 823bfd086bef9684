// The front end over Asio's event loops: one a core, each in a thread of its own. The first one
// also accepts, and hands each connection to the loop that has the fewest.

#include "core/base/file.h"
#include "core/http/acceptor.h"
#include "core/http/front_end.h"
#include "core/http/listen.h"
#include "core/http/loop.h"
#include "core/http/relief.h"

#include <asio/post.hpp>

#include <algorithm>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

// How often a drain looks whether it is over.
constexpr milliseconds kDrainCheck{2};

class AsioFrontEnd final : public FrontEnd {
 public:
  AsioFrontEnd(const FrontEndOptions& options, bool loopback, Handler handler)
      : shared_(options, loopback, std::move(handler)), relief_(*shared_.memory, loops_) {
    shared_.on_memory_exceeded = [this] { relief_.Ask(); };
  }
  ~AsioFrontEnd() override;

  Status Start(FileDescriptor listener);

  uint16_t port() const override { return port_; }
  int64_t connections_max() const override { return shared_.options.connections_max; }
  FrontEndStats stats() const override;
  void AddTo(Watch& watch) override;
  Status Drain(milliseconds timeout) override;

 private:
  Status StartLoops();
  void HandOut(FileDescriptor socket);
  void StopAccepting();
  bool AwaitAnswers(milliseconds timeout) const;

  Shared shared_;
  Relief relief_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::optional<Acceptor> acceptor_;
  bool accepting_ = false;
  uint16_t port_ = 0;
};

AsioFrontEnd::~AsioFrontEnd() {
  StopAccepting();
  for (const auto& loop : loops_) loop->Stop();
}

Status AsioFrontEnd::Start(FileDescriptor listener) {
  const auto port = LocalPort(listener.get());
  if (!port) return port.error();
  port_ = *port;
  if (Status started = StartLoops(); !started) return started;
  Loop& first = *loops_.front();
  // From here, because nothing that the loop could do at the same time has come to it yet.
  try {
    acceptor_.emplace(first.context(), std::move(listener), shared_,
                      [this](FileDescriptor socket) { HandOut(std::move(socket)); });
  } catch (const std::system_error& error) {
    return Error{Fault::kFull, std::string("wait for connections: ") + error.what()};
  }
  asio::post(first.context(), [this] { acceptor_->Start(); });
  accepting_ = true;
  return Done{};
}

Status AsioFrontEnd::StartLoops() {
  const int wanted = shared_.options.threads > 0
                         ? shared_.options.threads
                         : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (int i = 0; i < wanted; ++i) {
    try {
      loops_.push_back(std::make_unique<Loop>(shared_));
    } catch (const std::system_error& error) {
      return Error{Fault::kFull, std::string("make an event loop: ") + error.what()};
    }
    if (Status started = loops_.back()->Start(); !started) return started;
  }
  return Done{};
}

void AsioFrontEnd::AddTo(Watch& watch) {
  for (size_t i = 0; i < loops_.size(); ++i) {
    watch.Add("HTTP event loop " + std::to_string(i + 1),
              [&context = loops_[i]->context()](std::function<void()> task) {
                asio::post(context, std::move(task));
              });
  }
}

void AsioFrontEnd::HandOut(FileDescriptor socket) {
  const auto& idlest = *std::ranges::min_element(
      loops_, {}, [](const std::unique_ptr<Loop>& loop) { return loop->load(); });
  idlest->Take(std::move(socket));
}

void AsioFrontEnd::StopAccepting() {
  if (!std::exchange(accepting_, false)) return;
  std::promise<void> stopped;
  asio::post(loops_.front()->context(), [&] {
    acceptor_->Stop();
    stopped.set_value();
  });
  stopped.get_future().wait();
}

bool AsioFrontEnd::AwaitAnswers(milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto is_busy = [](const std::unique_ptr<Loop>& loop) { return loop->busy() > 0; };
  while (std::ranges::any_of(loops_, is_busy)) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kDrainCheck);
  }
  return true;
}

Status AsioFrontEnd::Drain(milliseconds timeout) {
  StopAccepting();
  for (const auto& loop : loops_) loop->Drain();
  if (AwaitAnswers(timeout)) return Done{};
  size_t unanswered = 0;
  for (const auto& loop : loops_) unanswered += loop->CountUnanswered();
  if (unanswered == 0) return Done{};
  return Error{Fault::kUnavailable, "stop the HTTP server: " + std::to_string(unanswered) +
                                        " requests were still unanswered after " +
                                        std::to_string(timeout.count()) + " ms"};
}

FrontEndStats AsioFrontEnd::stats() const {
  FrontEndStats stats;
  stats.connections_open =
      static_cast<uint64_t>(std::max<int64_t>(shared_.open.load(std::memory_order_relaxed), 0));
  stats.connections_accepted = acceptor_->accepted();
  stats.connections_refused = acceptor_->refused();
  stats.memory_bytes = static_cast<uint64_t>(std::max<int64_t>(shared_.memory->bytes(), 0));
  for (const auto& loop : loops_) loop->counters().AddTo(stats);
  for (size_t i = 0; i < kRefusalStatuses.size(); ++i) {
    if (kRefusalStatuses[i] == 503) stats.refused[i] += stats.connections_refused;
  }
  return stats;
}

}  // namespace

Result<std::unique_ptr<FrontEnd>> FrontEnd::Start(const FrontEndOptions& options, Handler handler) {
  RaiseDescriptorLimit();
  auto listener =
      options.listen_fd ? AdoptListener(*options.listen_fd) : Listen(options.host, options.port);
  if (!listener) return std::move(listener).error();
  const auto loopback = ListensOnLoopback(listener->get());
  if (!loopback) return Error(loopback.error());
  FrontEndOptions fitting = options;
  fitting.connections_max = std::min(options.connections_max, RoomForConnections());
  auto front_end = std::make_unique<AsioFrontEnd>(fitting, *loopback, std::move(handler));
  Status started = front_end->Start(std::move(listener).value());
  if (!started) return std::move(started).error();
  return std::unique_ptr<FrontEnd>(std::move(front_end));
}

}  // namespace gamevents::http
