// Goal: whatever a client claims in Forwarded or X-Forwarded-For, the proxy that saw it has the
// last word. Method: the input is what the client sent; a proxy appends the address that it saw, as
// proxies do, and that address must come out, or the proxy's where the header became malformed.
#include "core/base/check.h"
#include "core/http/forwarded.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace gamevents::http {
namespace {

void TryForwarded(std::string_view claimed) {
  static const std::vector<Network> kTrusted = {Network::Parse("10.0.0.0/8").value()};
  static const IpAddress kProxy = IpAddress::Parse("10.0.0.1").value();
  static const IpAddress kClient = IpAddress::Parse("192.0.2.1").value();

  const std::string value(claimed);
  const auto commas = static_cast<size_t>(std::ranges::count(value, ','));
  INVARIANT(ParseForwardedFor(value).size() <= commas + 1);
  const auto hops = ParseForwarded(value);
  INVARIANT(!hops || hops->size() <= commas + 1);

  const auto client_of = [](const Headers& headers) {
    return ClientBehindProxy(headers, kProxy, kTrusted);
  };
  INVARIANT(client_of({{"X-Forwarded-For", value + ", 192.0.2.1"}}) == kClient);
  INVARIANT(client_of({{"X-Forwarded-For", value}, {"x-forwarded-for", "192.0.2.1"}}) == kClient);
  INVARIANT(client_of({{"X-Forwarded-For", value + ", 192.0.2.1, 10.9.9.9"}}) == kClient);
  // A claim in the header that the proxy does not write never names anybody.
  const IpAddress mixed = client_of({{"Forwarded", value}, {"X-Forwarded-For", "192.0.2.1"}});
  INVARIANT(mixed == kClient || mixed == kProxy);
  // An open quote swallows what the proxy appends: then the header is malformed, and believed by
  // nobody; as a header of its own, what the proxy wrote stands.
  const IpAddress appended = client_of({{"Forwarded", value + ", for=192.0.2.1"}});
  INVARIANT(appended == kClient || appended == kProxy);
  if (hops) INVARIANT(appended == kClient);
}

}  // namespace
}  // namespace gamevents::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::http::TryForwarded({reinterpret_cast<const char*>(data), size});
  return 0;
}
