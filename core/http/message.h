#pragma once

#include "core/base/shared_function.h"
#include "core/http/front_end_memory.h"
#include "core/problem/problem.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::http {

/// Header names and values in the order the client sent them; names keep the client's case.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// One whole request, whichever front end read it.
struct Request {
  std::string method;  ///< "GET", "POST", …
  std::string path;    ///< as sent, still percent-encoded, without the query
  std::string query;   ///< as sent, without the '?'
  Headers headers;
  std::string body;  ///< without chunk framing, and decompressed (gzip)
  /// The client's address, "127.0.0.1" or "::1"; an IPv4 client of an IPv6 socket is shown as IPv4.
  /// It is the connection's other end unless that is a trusted proxy, which says who it is.
  std::string remote_ip;
  /// Counts the body as memory of the front end, which refuses others for want of it. Null for a
  /// request that is not counted.
  std::shared_ptr<const BodyLease> lease = nullptr;
};

class StreamOutlet;

struct Response {
  int status = 200;
  /// A literal, or a text that outlives the response.
  std::string_view content_type = "text/plain; charset=utf-8";
  std::string body;
  Headers headers;  ///< beside those that the front end writes: of the type and of the length
  /// Why the request is refused, for clients that read data (refusals.h); null: it is not, or there
  /// is no more to say.
  std::shared_ptr<const problem::Problem> problem = nullptr;
  /// The body comes piece by piece instead, for as long as who made the stream wants (stream.h).
  /// Only with a status that has a body.
  std::shared_ptr<StreamOutlet> stream = nullptr;
  /// No cache may keep the answer: Cache-Control: no-store.
  bool no_store = false;
};

/// Gives the answer to one request: call it exactly once, from any thread, at any time after the
/// handler was entered; it may take what the response holds. If the client has gone meanwhile, the
/// call does nothing. A Reply whose last copy is dropped without a call answers 500.
using Reply = SharedFunction<void(Response&&)>;

/// Takes a request and sees to it that `reply` is called. Must not block; called from any thread,
/// and from several at once. It should let go of the request as soon as it can. Both are the
/// handler's to take; what it leaves is dropped when it returns.
using Handler = std::function<void(Request&& request, Reply&& reply)>;

}  // namespace gamevents::http
