#pragma once

#include "core/http/exchange.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// One request that a route matched, on its way to the route's handler.
struct Call {
  http::Request request;
  /// What stands for the pattern's <names>, in their order: percent-decoded, valid UTF-8, never
  /// empty. "%2F" within a part has become a '/' that separates nothing.
  std::vector<std::string> parts;
  http::Reply reply;
};

/// One line of what the server answers.
struct Route {
  std::vector<std::string_view> methods;  ///< HEAD comes with GET
  std::string_view pattern;               ///< "/join_a_guild/<username>/<guildname>"
  std::string_view help;                  ///< what it does, in one line
  std::function<void(Call)> handler;      ///< must see to it that call.reply is called
};

// Routes of one pattern, each for methods of its own, stand together in the table.

/// Finds the route of a request in time linear in the path's length, and answers itself where
/// there is none: 404 with the known routes, 405 with Allow, 501 for a method that HTTP does not
/// have, 400 for a part that is not percent-encoded UTF-8. Immutable, so thread-safe.
class Router {
 public:
  /// The texts that `routes` point at must outlive the router: string literals.
  explicit Router(std::vector<Route> routes);

  std::span<const Route> routes() const { return routes_; }

  void Answer(http::Request request, const http::Reply& reply) const;

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string_view>> patterns_;  // each route's pattern, split
};

/// A text/plain answer that no browser takes for a page, whatever names it repeats.
http::Response TextResponse(int status, std::string body);

}  // namespace gamevents::collector
