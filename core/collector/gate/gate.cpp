#include "core/collector/gate/gate.h"

#include "core/base/check.h"
#include "core/collector/request/headers.h"
#include "core/http/refusals.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::string_view kRetryAfter = "Retry-After";

prometheus::Counter& RefusedCounter(Metrics& metrics, const std::string& reason) {
  return metrics.Counter("gamevents_http_requests_refused_total",
                         "Requests that were refused before their route saw them, by reason.",
                         "reason", reason);
}

http::Response Wait(Code code, std::string why, seconds retry_after) {
  http::Response response = http::RefusalResponse({.code = code, .detail = std::move(why)});
  response.headers.emplace_back(kRetryAfter, std::to_string(retry_after.count()));
  return response;
}

// Has a browser ask for a key (RFC 7617); Bearer beside it would keep some from doing so.
http::Response AskBrowser(std::string why) {
  http::Response response =
      http::RefusalResponse({.code = Code::kUnauthorized, .detail = std::move(why)});
  response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="gamevents", charset="UTF-8")");
  return response;
}

http::Response NoKey(bool presented, bool for_browsers) {
  std::string why = presented      ? "this API key is not known"
                    : for_browsers ? "an API key is needed: give it as the password, with any name"
                                   : "an API key is needed: send it as X-Api-Key, or as "
                                     "Authorization: Bearer";
  if (for_browsers) return AskBrowser(std::move(why));
  http::Response response =
      http::RefusalResponse({.code = Code::kUnauthorized, .detail = std::move(why)});
  response.headers.emplace_back("WWW-Authenticate",
                                presented ? R"(Bearer realm="gamevents", error="invalid_token")"
                                          : R"(Bearer realm="gamevents")");
  return response;
}

// Tells the caller of a 503 how long to wait, unless the route has.
void AddRetryAfter(http::Response& response, seconds wait) {
  if (FindHeader(response.headers, kRetryAfter)) return;
  response.headers.emplace_back(kRetryAfter, std::to_string(wait.count()));
}

std::string DescribeRequest(const http::Request& request) {
  const std::string& of = request.remote_ip;
  return Noted(request.method) + " " + Noted(request.path) + (of.empty() ? "" : " of " + of);
}

// Whether the answer is that what was sent is not taken, whoever sends it.
bool RefusesContent(int status) {
  return status == 400 || status == 413 || status == 415 || status == 422;
}

}  // namespace

// The reply to one request on its way: counts it when it is answered, or when it never will be.
class Gate::Exchange {
 public:
  Exchange(Gate& gate, const Entry& entry, const http::Request& request, Time begin, bool refused,
           std::string&& key_name, http::Reply inner)
      : gate_(gate),
        entry_(entry),
        begin_(begin),
        inner_(std::move(inner)),
        asked_(http::AskedFor(request.headers)),
        json_by_default_(!refused && entry.answers_json) {
    if (gate.cors_.enabled()) origin_ = gate.cors_.AllowedOrigin(request.headers);
    if (gate.options_.access_log == nullptr) return;
    const bool known = gate.options_.privacy.Treats(request.headers) == DoNotTrack::kIgnore;
    const auto agent = known ? FindHeader(request.headers, "User-Agent") : std::nullopt;
    seen_ = std::make_unique<const Seen>(request.remote_ip, std::move(key_name), request.method,
                                         request.path, request.body.size(),
                                         std::string(agent.value_or("")));
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // The front end answers 500 for a reply that was dropped.
  ~Exchange() {
    if (!finished_) Finish(500, 0);
  }

  void operator()(http::Response&& response) {
    gate_.cors_.Mark(response, origin_);
    response.no_store = response.no_store || stores();
    if (response.status == 503 && !entry_.operational) {
      AddRetryAfter(response, gate_.backlog_.RetryAfter(steady_clock::now()));
    }
    if (stores() && RefusesContent(response.status)) NoteContent(response);
    http::WriteAs(response, asked_, json_by_default_);
    Finish(response.status, response.body.size());
    inner_(std::move(response));
  }

 private:
  // What the access log wants to know of a request that is gone by then.
  struct Seen {
    std::string remote_ip;
    std::string key_name;
    std::string method;
    std::string path;
    size_t bytes_in = 0;
    std::string user_agent;
  };

  bool stores() const { return entry_.access == Access::kWrite; }

  void NoteContent(const http::Response& response) {
    gate_.notes_.Add(RefusalKind::kContent, steady_clock::now(), [&] {
      return "refused what was sent to " + std::string(entry_.metrics->pattern()) + " (" +
             std::to_string(response.status) +
             "): " + Noted(response.problem ? response.problem->detail : response.body);
    });
  }

  void Finish(int status, size_t bytes) {
    finished_ = true;
    gate_.in_flight_.fetch_sub(1, std::memory_order_relaxed);
    const nanoseconds duration = steady_clock::now() - begin_;
    entry_.metrics->Count(status, duration);
    if (!seen_) return;
    AccessEntry line;
    line.time = gate_.clock_.Now();
    line.remote_ip = seen_->remote_ip;
    line.key_name = seen_->key_name;
    line.method = seen_->method;
    line.path = seen_->path;
    line.route = entry_.metrics->pattern();
    line.status = status;
    line.bytes_in = seen_->bytes_in;
    line.bytes_out = seen_->method == "HEAD" ? 0 : bytes;
    line.duration = duration;
    line.user_agent = seen_->user_agent;
    gate_.options_.access_log->Write(line);
  }

  Gate& gate_;
  const Entry& entry_;
  const Time begin_;
  const http::Reply inner_;
  bool finished_ = false;
  const problem::Asked asked_;
  const bool json_by_default_;  // what is refused before the route sees it is text
  std::optional<std::string> origin_;
  std::unique_ptr<const Seen> seen_;  // null: there is no access log
};

Gate::Gate(GateOptions options, Metrics& metrics, const Backlog& backlog, const Clock& clock)
    : options_(std::move(options)),
      cors_(options_.cors_origins),
      backlog_(backlog),
      clock_(clock),
      metrics_(metrics),
      refused_origin_(RefusedCounter(metrics, "origin")),
      refused_in_flight_(RefusedCounter(metrics, "in_flight")),
      refused_rate_(RefusedCounter(metrics, "rate_limit")),
      refused_key_(RefusedCounter(metrics, "api_key")),
      refused_key_origin_(RefusedCounter(metrics, "key_origin")),
      refused_scope_(RefusedCounter(metrics, "scope")),
      refused_key_rate_(RefusedCounter(metrics, "key_rate")),
      notes_(options_.note) {
  metrics.AddSource({"gamevents_http_requests_in_flight",
                     "Requests that have been read and not answered.",
                     false,
                     {},
                     [this] { return std::vector<Sample>{{static_cast<double>(in_flight())}}; }});
}

Status Gate::SetRoutes(std::span<const Route> routes) {
  INVARIANT(entries_.empty());
  for (const std::string& open : options_.open_routes) {
    if (std::ranges::find(routes, open, &Route::pattern) != routes.end()) continue;
    std::string known;
    for (const Route& route : routes) known.append(" ").append(route.pattern);
    return Error{Fault::kBadInput,
                 "serve.open_routes: there is no route " + open + "; there are:" + known};
  }
  for (const Route& route : routes) {
    const std::string pattern(route.pattern);
    const bool open =
        std::ranges::find(options_.open_routes, pattern) != options_.open_routes.end();
    // Routes of one pattern, which stand together, are one series of metrics.
    const bool again = &route != &routes.front() && (&route - 1)->pattern == route.pattern;
    RouteMetrics& metrics = again ? *entries_.back().metrics : metrics_.AddRoute(pattern);
    entries_.push_back({&metrics, route.operational, open, route.for_browsers, route.answers_json(),
                        route.access, AllowedMethods(routes, route.pattern), route.find_key,
                        route.key_in_url});
  }
  entries_.push_back(
      {&metrics_.AddRoute("other"), false, false, false, false, Access::kAny, "OPTIONS"});
  return Done{};
}

Router::Visit Gate::visit() {
  return [this](size_t route, http::Request& request, http::Reply& reply) {
    return Visit(route, request, reply);
  };
}

bool Gate::Visit(size_t route, http::Request& request, http::Reply& reply) {
  INVARIANT(route < entries_.size());
  const Entry& entry = entries_[route];
  const Time now = steady_clock::now();
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  std::string key_name;
  // The rate is that of the whole address, which may be written down nowhere.
  std::string hidden;
  const bool hides = options_.privacy.HidingOf(request.headers).addresses != AddressForm::kFull;
  if (hides) hidden = std::exchange(request.remote_ip, options_.privacy.AddressOf(request));
  const std::string& address = hides ? hidden : request.remote_ip;
  std::optional<http::Response> refusal = Refuse(entry, request, address, now, key_name);
  reply = http::Reply(std::in_place_type<Exchange>, *this, entry, request, now, refusal.has_value(),
                      std::move(key_name), std::move(reply));
  if (!refusal) return true;
  reply(std::move(*refusal));
  return false;
}

// OPTIONS stores nothing, whatever the route does.
bool Gate::MayAsk(const Entry& entry, const http::Request& request) const {
  if (!cors_.Admits(request.headers)) return false;
  return entry.access != Access::kWrite || std::string_view(request.method) == "OPTIONS" ||
         cors_.AdmitsStoring(request.headers);
}

std::optional<http::Response> Gate::Refuse(const Entry& entry, const http::Request& request,
                                           std::string_view address, Time now,
                                           std::string& key_name) {
  if (Cors::IsPreflight(request)) {
    // For a browser this is the refusal: what it asks for is never sent.
    if (!cors_.Admits(request.headers)) NoteOrigin(request, now);
    return cors_.Preflight(request, entry.methods);
  }
  if (!entry.operational) {
    if (!MayAsk(entry, request)) {
      refused_origin_.Increment();
      NoteOrigin(request, now);
      return http::RefusalResponse(
          {.code = Code::kForbiddenOrigin,
           .detail = "a page of this origin may not use this server: its operator can "
                     "allow it with serve.cors_origins",
           .field = "Origin"});
    }
    const int64_t in_flight = this->in_flight();
    if (in_flight > options_.in_flight_max) {
      refused_in_flight_.Increment();
      return Wait(Code::kOverloaded, "too many requests are waiting for their answers",
                  backlog_.RetryAfter(now, in_flight));
    }
    if (options_.rate_limiter != nullptr) {
      if (const auto wait = options_.rate_limiter->Refuse(address, now)) {
        refused_rate_.Increment();
        return Wait(Code::kRateLimited, "too many requests from this address",
                    std::chrono::ceil<seconds>(*wait));
      }
    }
  }
  if (options_.api_keys == nullptr || entry.open) return std::nullopt;
  return RefuseKey(entry, request, now, key_name);
}

void Gate::NoteOrigin(const http::Request& request, Time now) {
  notes_.Add(RefusalKind::kOrigin, now, [&] {
    const auto origin = FindHeader(request.headers, "Origin");
    return "refused " + (origin ? "origin " + Noted(*origin) : "a page of another site") + " (" +
           DescribeRequest(request) + "); serve.cors_origins would allow it";
  });
}

void Gate::NoteKey(const http::Request& request, std::string_view what, Time now) {
  notes_.Add(RefusalKind::kKey, now, [&] {
    return "refused " + std::string(what) + " (" + DescribeRequest(request) + ")";
  });
}

http::Response Gate::RefuseUnknownKey(const Entry& entry, const http::Request& request,
                                      bool presented, Time now) {
  refused_key_.Increment();
  NoteKey(
      request,
      presented ? "an API key that is not in serve.api_keys_file" : "a request without an API key",
      now);
  return NoKey(presented, entry.for_browsers);
}

http::Response Gate::RefuseScope(const http::Request& request, const ApiKey& key, bool as_password,
                                 Time now) {
  refused_scope_.Increment();
  const std::string has(ScopeName(key.scope));
  NoteKey(request, "an API key with the scope " + has, now);
  const std::string needed = key.scope == KeyScope::kRead ? "write" : "read";
  std::string why = "this route needs an API key with the scope " + needed +
                    " or all; this one has the scope " + has;
  // A browser keeps a password that was not refused, and would send no other.
  if (as_password) return AskBrowser(std::move(why));
  return http::RefusalResponse(
      {.code = Code::kForbiddenScope, .detail = std::move(why), .allowed = {needed, "all"}});
}

std::optional<http::Response> Gate::RefuseKey(const Entry& entry, const http::Request& request,
                                              Time now, std::string& key_name) {
  const auto key = PresentedKey(request.headers);
  const auto basic = !key && entry.for_browsers ? PresentedBasic(request.headers) : std::nullopt;
  const auto elsewhere = !key && entry.find_key ? entry.find_key(request) : std::nullopt;
  const auto known = key         ? options_.api_keys->Find(*key)
                     : basic     ? options_.api_keys->Find(basic->second)
                     : elsewhere ? options_.api_keys->Find(*elsewhere)
                                 : nullptr;
  if (!known) return RefuseUnknownKey(entry, request, key || basic || elsewhere, now);
  key_name = known->key.name;
  if (!known->AdmitsOrigin(request.headers)) {
    refused_key_origin_.Increment();
    NoteKey(request, "an API key that is for pages of other origins", now);
    return http::RefusalResponse({.code = Code::kForbiddenOrigin,
                                  .detail = "this API key is for pages of other origins",
                                  .field = "Origin"});
  }
  if (elsewhere && entry.key_in_url && known->key.scope != KeyScope::kWrite) {
    refused_scope_.Increment();
    NoteKey(request, "an API key in a URL that can do more than write", now);
    return http::RefusalResponse(
        {.code = Code::kForbiddenScope,
         .detail =
             "URLs are written down in many places, so a key that stands in one must have the "
             "scope write; send this one as X-Api-Key",
         .allowed = {"write"}});
  }
  // OPTIONS only tells what the route takes.
  const Access access = request.method == "OPTIONS" ? Access::kAny : entry.access;
  if (!Allows(known->key.scope, access)) {
    return RefuseScope(request, known->key, basic.has_value(), now);
  }
  if (entry.operational || !known->bucket) return std::nullopt;
  const auto wait = known->bucket->Refuse(now);
  if (!wait) return std::nullopt;
  refused_key_rate_.Increment();
  return Wait(Code::kRateLimited, "too many requests with this API key",
              std::chrono::ceil<seconds>(*wait));
}

}  // namespace gamevents::collector
