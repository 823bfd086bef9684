#pragma once

#include "core/http/exchange.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// How long a browser may remember a preflight's answer. Chromium takes no longer one than 2 h.
inline constexpr std::chrono::seconds kPreflightMaxAge{600};

/// Which pages a browser may let use the API (the Fetch standard's CORS protocol). Never with
/// credentials: cookies mean nothing here. Immutable, so thread-safe.
class Cors {
 public:
  /// `origins` as browsers write them, "https://game.example:8443"; "*" for every page.
  explicit Cors(std::vector<std::string> origins);

  /// Whether a request may be answered: it comes from no page (there is no Origin), from a page of
  /// this very server, or from an origin that is allowed. Browsers send simple requests of other
  /// pages without asking first; not to answer them alone would store their events.
  bool Admits(const http::Headers& headers) const;

  /// Whether a request only asks what a page may send.
  static bool IsPreflight(const http::Request& request);

  /// The answer to a preflight, for a route that takes `methods` ("GET, HEAD, OPTIONS"), but for
  /// what Mark adds. Without permission for an origin that is not allowed.
  http::Response Preflight(const http::Request& request, const std::string& methods) const;

  /// What Mark has to know of a request after it is gone: the origin to name, nullopt for none.
  std::optional<std::string> AllowedOrigin(const http::Headers& headers) const;

  /// Adds to any answer what lets the page read it, and keeps caches from giving it to another.
  void Mark(http::Response& response, const std::optional<std::string>& allowed_origin) const;

  bool enabled() const { return any_ || !origins_.empty(); }

 private:
  const std::vector<std::string> origins_;
  const bool any_;
};

}  // namespace gamevents::collector
