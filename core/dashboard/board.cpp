#include "core/dashboard/board.h"

#include "core/base/ascii.h"
#include "core/http/characters.h"
#include "core/http/refusals.h"

#include <algorithm>
#include <utility>

namespace gamevents::dashboard {
namespace {

/// What a watcher that is too many is told to wait: a place is free when another one goes.
constexpr int kRetryAfterSeconds = 5;

http::Response Unavailable(problem::Code code, std::string why) {
  http::Response response = http::RefusalResponse({.code = code, .detail = std::move(why)});
  response.headers = {{"Retry-After", std::to_string(kRetryAfterSeconds)}};
  return response;
}

http::Response PageAnswer(const View& view, const report::PageInfo& info) {
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = PageOf(view.main, info);
  response.headers = {{"Content-Security-Policy",
                       report::ContentSecurityPolicy(info) + "; frame-ancestors 'none'"}};
  response.no_store = true;
  return response;
}

http::Response StreamAnswer(std::shared_ptr<http::StreamOutlet> outlet) {
  http::Response response;
  response.content_type = "text/event-stream";
  // The last is nginx's: pass pieces on as they come.
  response.headers = {{"X-Accel-Buffering", "no"}};
  response.no_store = true;
  response.stream = std::move(outlet);
  return response;
}

std::string LastEventId(const http::Request& request) {
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoringCase(name, "Last-Event-ID")) return value;
  }
  return {};
}

}  // namespace

Board::~Board() {
  for (const Page& page : pages_)
    page.reply(Unavailable(problem::Code::kNotReady, "the server is stopping"));
}

void Board::OnPage(http::Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_ && pages_.size() < kPagesWaitingMax) {
      last_asked_ = std::chrono::steady_clock::now();
      pages_.push_back({std::move(reply), last_asked_});
      wake_.notify_all();
      return;
    }
  }
  reply(Unavailable(problem::Code::kOverloaded, "too many wait for this page; try again"));
}

void Board::OnStream(const http::Request& request, const http::Reply& reply) {
  auto [stream, outlet] = http::Stream::Make();
  // With HEAD nobody watches: the stream is let go at the end of this call.
  if (request.method != "HEAD") {
    const std::lock_guard lock(mutex_);
    Sweep();
    if (stopped_ || watchers_.size() >= options_.watchers_max) {
      outlet = nullptr;
    } else {
      last_asked_ = std::chrono::steady_clock::now();
      watchers_.push_back({std::move(stream), LastEventId(request), last_asked_});
      Feed(watchers_.back(), last_asked_);
      wake_.notify_all();
    }
  }
  if (outlet) return reply(StreamAnswer(std::move(outlet)));
  reply(Unavailable(problem::Code::kTooManyWatchers,
                    "too many watch the dashboard (serve.dashboard_watchers)"));
}

size_t Board::watchers() const {
  const std::lock_guard lock(mutex_);
  return watchers_.size();
}

bool Board::AwaitAsked() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopped_ || !watchers_.empty() || !pages_.empty(); });
  return !stopped_;
}

void Board::Pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, time, [this] { return stopped_; });
}

bool Board::Asked() const {
  const std::lock_guard lock(mutex_);
  return !watchers_.empty() || !pages_.empty();
}

Board::Time Board::LastAsked() const {
  const std::lock_guard lock(mutex_);
  return last_asked_;
}

void Board::Show(std::shared_ptr<const View> view) {
  const std::lock_guard lock(mutex_);
  view_ = std::move(view);
}

bool Board::Shows() const {
  const std::lock_guard lock(mutex_);
  return view_ != nullptr;
}

void Board::Attend(Time complete) {
  std::vector<Page> answered;
  std::shared_ptr<const View> view;
  {
    const std::lock_guard lock(mutex_);
    const Time now = std::chrono::steady_clock::now();
    Sweep();
    if (!watchers_.empty()) last_asked_ = now;
    for (Watcher& watcher : watchers_) Feed(watcher, now);
    view = view_;
    const auto waits = [&](const Page& page) {
      return !view || (page.asked > complete && now - page.asked < kPageWaitMax);
    };
    const auto first = std::stable_partition(pages_.begin(), pages_.end(), waits);
    std::move(first, pages_.end(), std::back_inserter(answered));
    pages_.erase(first, pages_.end());
  }
  if (answered.empty()) return;
  const http::Response response = PageAnswer(*view, options_.page);
  for (const Page& page : answered) page.reply(http::Response(response));
}

void Board::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  wake_.notify_all();
}

bool Board::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

// Lets those go whose clients have gone.
void Board::Sweep() {
  std::erase_if(watchers_, [](const Watcher& watcher) { return watcher.stream->closed(); });
}

// What a stream does not take now, it is offered again: the newest there is by then.
void Board::Feed(Watcher& watcher, Time now) const {
  if (view_ && watcher.seen != view_->id) {
    if (!watcher.stream->Send(view_->event)) return;
    watcher.seen = view_->id;
    watcher.sent = now;
  } else if (now - watcher.sent >= options_.heartbeat) {
    if (watcher.stream->Send(sign_of_life_)) watcher.sent = now;
  }
}

}  // namespace gamevents::dashboard
