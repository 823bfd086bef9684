#pragma once

#include "core/http/message.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// How long a browser may remember a preflight's answer. Chromium takes no longer one than 2 h.
inline constexpr std::chrono::seconds kPreflightMaxAge{600};

/// Which pages a browser may let use the API (the Fetch standard's CORS protocol, and the Fetch
/// Metadata headers). Cookies mean nothing here, but navigator.sendBeacon always sends what there
/// are, and a browser lets it only where the answer allows credentials: so answers to origins that
/// are listed by name do. Immutable, so thread-safe.
class Cors {
 public:
  /// `origins` as browsers write them, "https://game.example:8443"; "*" for every page.
  explicit Cors(const std::vector<std::string>& origins);

  /// Whether a request may be answered: it comes from no page (there is no Origin), from a page of
  /// this very server, or from an origin that is allowed. Browsers send simple requests of other
  /// pages without asking first; not to answer them alone would store their events.
  bool Admits(const http::Headers& headers) const;

  /// Whether a request that would store something may. A page of another site can have a browser
  /// send a GET without an Origin: an image, a link, a prefetch. Browsers say of it that it is
  /// cross-site or same-site (Sec-Fetch-Site; where the server is reached over TLS or on a loopback
  /// address). What a user has typed, and programs, pass.
  bool AdmitsStoring(const http::Headers& headers) const;

  /// Whether the request comes from a page whose origin is listed by its name.
  bool IsListed(const http::Headers& headers) const;

  /// Whether a request only asks what a page may send.
  static bool IsPreflight(const http::Request& request);

  /// The answer to a preflight, for a route that takes `methods` ("GET, HEAD, OPTIONS"), but for
  /// what Mark adds. Without permission for an origin that is not allowed.
  http::Response Preflight(const http::Request& request, const std::string& methods) const;

  /// What Mark has to know of a request after it is gone: the origin to name, which is "*" for a
  /// page that only "*" allows; nullopt for none.
  std::optional<std::string> AllowedOrigin(const http::Headers& headers) const;

  /// Adds to any answer what lets the page read it, and keeps caches from giving it to another.
  void Mark(http::Response& response, const std::optional<std::string>& allowed_origin) const;

  bool enabled() const { return any_ || !origins_.empty(); }

 private:
  std::vector<std::string> origins_;  // without "*"
  bool any_;
};

}  // namespace gamevents::collector
