#include "core/http/host_filter.h"

#include "core/base/ip.h"
#include "core/http/characters.h"

#include <algorithm>
#include <utility>

namespace gamevents::http {
namespace {

// "game.example" of "game.example.:5000", "::1" of "[::1]:5000".
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);  // IPv6
  }
  host = host.substr(0, host.rfind(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

// RFC 6761 section 6.3: browsers resolve these to the loopback address, without asking anybody.
bool IsLocalhost(std::string_view name) {
  constexpr std::string_view kLocalhost = "localhost";
  if (name.size() < kLocalhost.size()) return false;
  const std::string_view rest = name.substr(0, name.size() - kLocalhost.size());
  return EqualsIgnoringCase(name.substr(rest.size()), kLocalhost) &&
         (rest.empty() || rest.ends_with('.'));
}

}  // namespace

HostFilter::HostFilter(std::vector<std::string> listed, bool loopback)
    : listed_(std::move(listed)), enforced_(loopback || !listed_.empty()) {}

bool HostFilter::Admits(std::string_view host) const {
  if (!enforced_ || host.empty()) return true;
  const std::string_view name = WithoutPort(host);
  return IsLocalhost(name) || IpAddress::Parse(name) ||
         std::ranges::any_of(listed_,
                             [&](const auto& own) { return EqualsIgnoringCase(own, name); });
}

}  // namespace gamevents::http
