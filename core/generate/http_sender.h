#pragma once

#include "core/base/result.h"
#include "core/generate/answers.h"
#include "core/generate/feed.h"
#include "core/generate/tally.h"
#include "core/http/client_connection.h"
#include "core/ledger/ledger.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::generate {

inline constexpr int kRetriesMax = 100;
/// A thread for each is no burden yet; and cpp-httplib waits with select(2) unless it was built
/// otherwise, which knows no more than 1,024 file descriptors.
inline constexpr size_t kConnectionsMax = 1'000;
inline constexpr size_t kBatchMax = 10'000;
/// The longest Retry-After that is obeyed in full.
inline constexpr std::chrono::seconds kRetryAfterMax{30};
/// What is waited before a retry when the answer does not say, and after a connection could not be
/// made: a server that is down is asked again in time and not hammered.
inline constexpr std::chrono::milliseconds kRetryWait{1'000};
inline constexpr std::chrono::milliseconds kReconnectWait{100};

/// Which server events are sent to, and how.
struct HttpOptions {
  http::ClientOptions client;
  http::Headers headers = {};  ///< of each request, beside its own
  Routes routes = Routes::kEvents;
  size_t batch = 1;  ///< events a request; 1 on the classic routes
  int retries = 0;   ///< how often a request is sent again
};

/// Sends one lane's events over one connection, request after request, so that each user's events
/// are answered for in their order. On the classic routes the server makes an event of each
/// request, so every attempt has an id of its own, in the header Ledger-Id. Not thread-safe.
class HttpSender {
 public:
  /// `ledger` may be null. All that is referred to must outlive the sender.
  HttpSender(const HttpOptions& options, size_t lane, Feed& feed, Tally& tally,
             ledger::Writer* ledger);

  /// Sends until the feed ends or the process is told to stop; what is under way then is still
  /// answered. Errors: the ledger's.
  Status Run();

 private:
  using Time = std::chrono::steady_clock::time_point;
  // An event that is not settled, and what its last attempt came to.
  struct PendingEvent {
    GameEvent event;
    Outcome outcome;
  };
  // One request of the feed and its retries.
  struct Exchange {
    std::vector<PendingEvent> pending;
    Time begin{};  // when it was due, or begun where there is no rate
  };

  Status SendAll(Exchange exchange);
  http::ClientRequest MakeRequest(const std::vector<PendingEvent>& pending) const;
  Status Settle(Exchange& exchange, std::vector<Verdict> verdicts, bool last);
  Status End(const PendingEvent& pending, Time begin);

  const HttpOptions options_;
  const size_t lane_;
  Feed& feed_;
  Tally& tally_;
  ledger::Writer* const ledger_;
  const std::unique_ptr<http::ClientConnection> connection_;
};

/// Waits until then; false when the process was told to stop before.
bool WaitUntil(std::chrono::steady_clock::time_point time);

}  // namespace gamevents::generate
