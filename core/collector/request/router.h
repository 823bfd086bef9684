#pragma once

#include "core/http/message.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// One request that a route matched, on its way to the route's handler.
struct Call {
  http::Request& request;  ///< until the handler returns; what is needed later it takes out
  /// What stands for the pattern's <names>, in their order: percent-decoded, valid UTF-8, never
  /// empty. "%2F" within a part has become a '/' that separates nothing.
  std::vector<std::string> parts;
  http::Reply reply;
};

/// The JSON Schema of a text.
inline constexpr std::string_view kTextSchema = R"({"type":"string"})";

/// Something that a request can carry: a part of the path, of the query, or a header.
struct RouteParameter {
  std::string_view name;
  std::string_view help;
  std::string_view schema = kTextSchema;  ///< JSON Schema, as JSON or by name (schemas.h)
  bool required = false;                  ///< a part of the path always is
};

/// One kind of body that a route takes.
struct RouteBody {
  std::string_view media_type;     ///< "application/json"
  std::string_view schema = "{}";  ///< JSON Schema, as JSON or by name (schemas.h)
};

/// One answer that a route gives, beside the errors that every route can give.
struct RouteAnswer {
  int status = 200;
  std::string_view help;
  std::string_view media_type = "text/plain";  ///< empty: it has no body
  std::string_view schema = kTextSchema;       ///< JSON Schema, as JSON or by name (schemas.h)
};

/// What a route does, and so what an API key must allow for it (gate.h).
enum class Access : uint8_t {
  /// It stores something, by whichever method. What it shows is the outcome for the user that the
  /// request names. A page of another site cannot ask for it unless its origin is allowed, and no
  /// cache may keep its answers.
  kWrite,
  kRead,  ///< it shows what was stored, or what the server does
  kAny,   ///< it says nothing of anybody: every key will do
};

/// One line of what the server answers. What follows the handler is for /openapi.json alone: the
/// handler is what decides, and has to fit what is said here.
struct Route {
  std::vector<std::string_view> methods;  ///< HEAD comes with GET, OPTIONS with every route
  std::string_view pattern;               ///< "/join_a_guild/<username>/<guildname>"
  Access access;                          ///< no default: a new route has to say it
  std::string_view help;                  ///< what it does, in one line
  std::function<void(Call&&)> handler;    ///< must see to it that call.reply is called
  /// Whether it is for the operators of the server: health, metrics. Such a route is answered under
  /// any load and to any caller's rate (gate.h).
  bool operational = false;
  /// Whether people open it in a browser: an API key is taken as the password of HTTP Basic, too.
  bool for_browsers = false;
  /// Whether the path may end with a slash, too.
  bool trailing_slash = false;
  /// Where else a request can carry its API key (gate.h): asked only when it stands nowhere else.
  /// Null: nowhere. Thread-safe.
  std::function<std::optional<std::string>(const http::Request&)> find_key = {};
  /// Whether that looks into the URL, which servers and proxies write down: then only a key that
  /// can do no more than write is taken.
  bool key_in_url = false;
  std::vector<RouteParameter> parts = {};  ///< what there is to say of the pattern's names
  std::vector<RouteParameter> query = {};
  std::vector<RouteParameter> headers = {};
  std::vector<RouteBody> bodies = {};  ///< none: a body is read and ignored
  bool body_required = false;
  std::vector<RouteAnswer> answers = {};  ///< none: 200 with a text
  /// What generated clients call it: "sendEvents". Of several methods GET's gets "ByGet" behind it.
  /// Empty: a name is made of the method and the pattern.
  std::string_view name = {};
  std::string_view tag = "events";  ///< under which documents list it: one of kRouteTags

  /// Whether its answers are JSON; then its refusals are JSON as well, where a client says nothing.
  bool answers_json() const;
};

/// A heading of the document, and what is under it.
struct RouteTag {
  std::string_view name;
  std::string_view help;
};
inline constexpr auto kRouteTags = std::to_array<RouteTag>({
    {"events", "storing events"},
    {"shop", "what can be bought, buying, and what users own"},
    {"carts", "what users mean to buy"},
    {"guilds", "who is in which guild"},
    {"reports", "what the events say"},
    {"operations", "for whoever runs the server"},
});

// Routes of one pattern, each for methods of its own, stand together in the table.

/// Finds the route of a request in time linear in the path's length, and answers itself where
/// there is none: 404 with all routes, first the one that was meant where one is near; 405 with
/// Allow; 501 for a method that HTTP does not have; 400 for a part that is not percent-encoded
/// UTF-8; and OPTIONS with Allow.
/// Immutable, so thread-safe.
class Router {
 public:
  /// Looks at a request whose route has been found: its place in routes(), or routes().size()
  /// when there is none. Called before anything is answered; may change what the route gets to
  /// know of the sender, put another reply in `reply`'s place, or answer itself and give false,
  /// after which nothing more happens.
  using Visit = std::function<bool(size_t route, http::Request& request, http::Reply& reply)>;

  /// The texts that `routes` point at must outlive the router: string literals.
  explicit Router(std::vector<Route> routes);

  std::span<const Route> routes() const { return routes_; }

  /// `visit` may be null.
  void Answer(http::Request&& request, http::Reply&& reply, const Visit& visit = nullptr) const;

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string_view>> patterns_;  // each route's pattern, split
};

/// The methods that the routes of `pattern` take, as the header Allow lists them: "GET, HEAD,
/// OPTIONS".
std::string AllowedMethods(std::span<const Route> routes, std::string_view pattern);

/// A text/plain answer.
http::Response TextResponse(int status, std::string body);

}  // namespace gamevents::collector
