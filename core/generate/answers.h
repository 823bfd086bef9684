#pragma once

#include "core/base/result.h"
#include "core/generate/tally.h"
#include "core/http/client_connection.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::generate {

/// What an answer, or its absence, says about one event of a request.
struct Verdict {
  Outcome outcome;
  bool retryable = false;  ///< whether sending it again can help
};

/// What the answer to a request of `events` events says about each. An object with `accepted` and
/// `rejected` (POST /events) speaks for its events one by one, whatever its status; any other
/// answer for all alike: 200 to 299 acknowledged them, 429 and 503 can be tried again, everything
/// else is a refusal for good.
std::vector<Verdict> ReadAnswer(const http::Answer& answer, size_t events);

/// The same when there was no answer: nothing was sent (kUnavailable, kUnsupported), or
/// nobody knows (any other).
std::vector<Verdict> ReadFailure(const Error& error, size_t events);

/// Takes back the permission to send an event again where a later event of the same user was
/// acknowledged: it would come out of order. `users` are the events' users, in the request's order;
/// those without a name have no order.
void KeepOrder(const std::vector<std::string_view>& users, std::vector<Verdict>& verdicts);

}  // namespace gamevents::generate
