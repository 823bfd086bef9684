#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::http {

/// Which requests are meant for this server, by their Host header. To a browser, a page of
/// http://evil.example and a server are of one origin when evil.example is made to resolve to the
/// server's address (DNS rebinding): such a page may read answers and send anything. What it cannot
/// change is the name in its requests. A server that only this machine can reach is exposed the
/// most, for it has no other lock. Immutable, so thread-safe.
class HostFilter {
 public:
  /// `listed`: names without ports, in any case. Every name is admitted when the list is empty and
  /// the server does not listen on a loopback address.
  HostFilter(std::vector<std::string> listed, bool loopback);

  /// Whether `host`, a header's value with or without a port, is `localhost`, a name below it, an
  /// address, or listed. So is an empty one, which no browser sends.
  bool Admits(std::string_view host) const;

 private:
  const std::vector<std::string> listed_;
  const bool enforced_;
};

}  // namespace gamevents::http
