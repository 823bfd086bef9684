#include "core/http/loop.h"

#include "core/base/thread.h"

#include <asio/post.hpp>

#include <future>
#include <string>
#include <utility>

namespace gamevents::http {

Loop::Loop(Shared& shared)
    : work_(context_.get_executor()),
      timer_(context_),
      bench_(shared, context_, std::make_shared<Completions>([this] {
               asio::post(context_, [this] { AfterEvent(); });
             })) {}

Loop::~Loop() { Stop(); }

Status Loop::Start() {
  return StartThread(thread_, [this] {
    bench_.completions->SetLoopThread();
    context_.run();
  });
}

void Loop::Take(FileDescriptor socket) {
  load_.fetch_add(1, std::memory_order_relaxed);
  busy_.fetch_add(1, std::memory_order_relaxed);
  asio::post(context_, [this, socket = std::move(socket)]() mutable {
    const uint64_t id = next_id_++;
    ConnectionOwner& owner = *this;
    const auto connection = std::make_shared<Connection>(bench_, owner, id);
    connections_.emplace(id, connection);
    if (stopped_) return connection->Close();
    connection->Start(std::move(socket));
    if (bench_.draining) connection->Drain();
    AfterEvent();
  });
}

void Loop::Drain() {
  asio::post(context_, [this] {
    bench_.draining = true;
    // A copy, because those that have nothing to do may leave at once.
    const auto connections = connections_;
    for (const auto& [id, connection] : connections) connection->Drain();
    AfterEvent();
  });
}

void Loop::Stop() {
  bench_.completions->Close();
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    stopped_ = true;
    const auto connections = connections_;
    for (const auto& [id, connection] : connections) connection->Close();
    timer_.cancel();
    work_.reset();
  });
  thread_.join();
}

size_t Loop::CountUnanswered() {
  std::promise<size_t> counted;
  asio::post(context_, [&] {
    size_t count = 0;
    for (const auto& [id, connection] : connections_) count += connection->unanswered();
    counted.set_value(count);
  });
  return counted.get_future().get();
}

Loop::Holding Loop::LargestHolding() const {
  Holding largest;
  for (const auto& [id, connection] : connections_) {
    if (connection->memory_held() > largest.bytes) largest = {id, connection->memory_held()};
  }
  return largest;
}

void Loop::Shed(uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  const std::shared_ptr<Connection> shed = found->second;
  shed->Shed();
  AfterEvent();
}

void Loop::AfterEvent() {
  AnswerAll();
  WatchTime();
}

// The one that waits is another one than it that begins: that is the last in the line.
void Loop::OnHandshake() {
  const auto longest = bench_.deadlines.LongestBeyond(tls::kHandshakesMax, Wait::kHandshake);
  const auto found = longest ? connections_.find(*longest) : connections_.end();
  if (found == connections_.end()) return;
  const std::shared_ptr<Connection> connection = found->second;
  connection->OnTimeout(Wait::kHandshake);
}

void Loop::OnLingering() { busy_.fetch_sub(1, std::memory_order_relaxed); }

void Loop::OnClosed(uint64_t id, bool lingering) {
  if (!lingering) busy_.fetch_sub(1, std::memory_order_relaxed);
  load_.fetch_sub(1, std::memory_order_relaxed);
  bench_.shared.open.fetch_sub(1, std::memory_order_relaxed);
  connections_.erase(id);
}

// Sends the answers that have been given, those to requests that are begun meanwhile too. Each
// connection writes once for all of its answers in a batch.
void Loop::AnswerAll() {
  while (bench_.completions->Take(batch_)) {
    for (Completion& completion : batch_) Deliver(completion);
    batch_.clear();
    for (const auto& connection : touched_) connection->Flush();
    touched_.clear();
  }
}

void Loop::Deliver(Completion& completion) {
  bench_.counters.replies.Add(1);
  const auto found = connections_.find(completion.connection);
  if (found == connections_.end() ||
      !found->second->Put(completion.number, std::move(completion.response))) {
    bench_.counters.replies_dropped.Add(1);
  } else if (found->second->MarkTouched()) {
    touched_.push_back(found->second);
  }
}

// Sees to it that the timer goes off when the next one has waited for too long. It may go off
// earlier, when that one waits no longer: it is not set again for every request.
void Loop::WatchTime() {
  if (timer_at_ && !bench_.deadlines.TakeSooner()) return;
  const auto next = bench_.deadlines.Next();
  if (!next || stopped_ || (timer_at_ && *timer_at_ <= *next)) return;
  timer_at_ = next;
  timer_.expires_at(*next);
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) OnTime();
  });
}

void Loop::OnTime() {
  timer_at_.reset();
  const auto now = std::chrono::steady_clock::now();
  while (const auto expired = bench_.deadlines.TakeExpired(now)) {
    const auto found = connections_.find(expired->connection);
    if (found == connections_.end()) continue;
    const std::shared_ptr<Connection> connection = found->second;
    connection->OnTimeout(expired->wait);
  }
  AfterEvent();
}

}  // namespace gamevents::http
