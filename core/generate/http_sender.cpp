#include "core/generate/http_sender.h"

#include "core/base/stop.h"
#include "core/ledger/verifier.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace gamevents::generate {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often a wait looks whether the process was told to stop.
constexpr milliseconds kHttpStopLook{100};

}  // namespace

bool WaitUntil(steady_clock::time_point time) {
  while (!StopSignal::Requested()) {
    const auto now = steady_clock::now();
    if (now >= time) return true;
    std::this_thread::sleep_until(std::min(time, now + kHttpStopLook));
  }
  return false;
}

HttpSender::HttpSender(const HttpOptions& options, size_t lane, Feed& feed, Tally& tally,
                       ledger::Writer* ledger)
    : options_(options),
      lane_(lane),
      feed_(feed),
      tally_(tally),
      ledger_(ledger),
      connection_(http::ClientConnection::Make(options.client)) {
  INVARIANT(options_.batch >= 1);
  INVARIANT(options_.batch == 1 || options_.routes == Routes::kEvents);
}

Status HttpSender::Run() {
  while (true) {
    std::vector<Feed::Item> items = feed_.Take(lane_, options_.batch);
    if (items.empty()) return Done{};
    // A request is due when its last event is.
    const Time due = items.back().due;
    if (feed_.has_rate() && !WaitUntil(due)) return Done{};
    Exchange exchange;
    exchange.begin = feed_.has_rate() ? due : steady_clock::now();
    for (Feed::Item& item : items) exchange.pending.push_back({std::move(item.event), {}});
    tally_.Sent(static_cast<int64_t>(items.size()));
    if (auto sent = SendAll(std::move(exchange)); !sent) return sent;
  }
}

Status HttpSender::SendAll(Exchange exchange) {
  std::vector<PendingEvent>& pending = exchange.pending;
  for (int attempt = 0;; ++attempt) {
    tally_.Request(attempt > 0);
    const auto answer = connection_->Send(MakeRequest(pending));
    const size_t events = pending.size();
    const bool last = attempt == options_.retries;
    auto settled = Settle(
        exchange, answer ? ReadAnswer(*answer, events) : ReadFailure(answer.error(), events), last);
    if (!settled) return settled;
    // With a rate, what is due goes out when it is due; without one, nobody is in a hurry.
    const bool nobody = !answer && (answer.error().fault == Fault::kUnavailable ||
                                    answer.error().fault == Fault::kUnsupported);
    if (pending.empty() && nobody && !feed_.has_rate())
      WaitUntil(steady_clock::now() + kReconnectWait);
    if (pending.empty()) return Done{};

    milliseconds wait = kRetryWait;
    if (answer && answer->retry_after) wait = std::min(*answer->retry_after, kRetryAfterMax);
    if (!WaitUntil(steady_clock::now() + wait)) break;
    // On the classic routes the server makes another event of another request.
    if (options_.routes == Routes::kClassic) ++pending.front().event.id.back();
  }
  // Told to stop: what was to be sent again ends as its last attempt did.
  for (const PendingEvent& one : pending) {
    if (auto ended = End(one, exchange.begin); !ended) return ended;
  }
  return Done{};
}

// Ends the events whose fate is final, and leaves the others pending.
Status HttpSender::Settle(Exchange& exchange, std::vector<Verdict> verdicts, bool last) {
  std::vector<std::string_view> users;
  for (const PendingEvent& one : exchange.pending) users.push_back(one.event.user);
  KeepOrder(users, verdicts);
  std::vector<PendingEvent> again;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    PendingEvent& one = exchange.pending[i];
    one.outcome = std::move(verdicts[i].outcome);
    const bool final = one.outcome.fate == Fate::kAcknowledged || !verdicts[i].retryable || last;
    if (!final) {
      again.push_back(std::move(one));
    } else if (auto ended = End(one, exchange.begin); !ended) {
      return ended;
    }
  }
  exchange.pending = std::move(again);
  return Done{};
}

Status HttpSender::End(const PendingEvent& pending, Time begin) {
  const GameEvent& event = pending.event;
  if (pending.outcome.fate == Fate::kAcknowledged && ledger_ != nullptr) {
    auto noted = ledger_->Add({event.id, event.user, event.number});
    if (!noted) return noted;
  }
  tally_.Ended(pending.outcome,
               std::chrono::duration_cast<Histogram::Duration>(steady_clock::now() - begin));
  return Done{};
}

http::ClientRequest HttpSender::MakeRequest(const std::vector<PendingEvent>& pending) const {
  http::ClientRequest request;
  request.headers = options_.headers;
  const GameEvent& first = pending.front().event;
  if (options_.routes == Routes::kClassic) {
    request.path = first.path;
    request.headers.emplace_back(ledger::kLedgerIdField, FormatUuid(first.id));
    return request;
  }
  request.method = "POST";
  request.path = "/events";
  request.headers.emplace_back("Content-Type", "application/json");
  if (pending.size() == 1) {
    request.body = first.json;
    return request;
  }
  char before = '[';
  for (const PendingEvent& one : pending) {
    request.body += before;
    request.body += one.event.json;
    before = ',';
  }
  request.body += ']';
  return request;
}

}  // namespace gamevents::generate
