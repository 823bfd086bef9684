#include "core/config/listeners.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::config {
namespace {

constexpr std::string_view kPlaintext = "PLAINTEXT";
// Kafka's other protocols, which are known by name only.
constexpr auto kSecured = std::to_array<std::string_view>({"SSL", "SASL_PLAINTEXT", "SASL_SSL"});
constexpr std::string_view kSeparator = "://";

Error Wrong(std::string_view text, const std::string& why) {
  return {Fault::kBadInput, "'" + std::string(text) + "': " + why};
}

bool IsEveryNetwork(std::string_view host) { return host == "0.0.0.0" || host == "::"; }

}  // namespace

Result<Listener> ParseListener(std::string_view text) {
  const size_t end = text.find(kSeparator);
  if (end == std::string_view::npos) {
    return Wrong(text, "write a listener as PLAINTEXT://HOST:PORT");
  }
  const std::string_view protocol = text.substr(0, end);
  if (std::ranges::find(kSecured, protocol) != kSecured.end()) {
    return Wrong(text, "the broker does not speak " + std::string(protocol) +
                           " yet; PLAINTEXT is what there is");
  }
  if (protocol != kPlaintext) {
    return Wrong(text, "the protocol must be PLAINTEXT, as in PLAINTEXT://HOST:PORT");
  }
  const std::string_view address = text.substr(end + kSeparator.size());
  if (address.starts_with(':')) {
    return Wrong(text, "name the address before the port; 0.0.0.0 stands for every network");
  }
  auto parsed = ParseHostPort(address);
  if (!parsed) return Wrong(text, parsed.error().context);
  return Listener{std::string(protocol), std::move(parsed->host), parsed->port};
}

Result<Listener> ParseAdvertisedListener(std::string_view text) {
  auto listener = ParseListener(text);
  if (!listener) return listener;
  if (IsEveryNetwork(listener->host)) {
    return Wrong(text, "clients cannot connect to " + listener->host +
                           "; name an address or a host that they can reach");
  }
  if (listener->port == 0) return Wrong(text, "name the port that clients connect to");
  return listener;
}

Result<std::vector<AdvertisedListener>> ListenersOf(const Settings::Embedded& embedded) {
  std::vector<Listener> advertised;
  for (const std::string& text : embedded.advertised_listeners) {
    auto parsed = ParseAdvertisedListener(text);
    if (!parsed) return std::move(parsed).error().In("embedded.advertised_listeners");
    advertised.push_back(std::move(*parsed));
  }
  std::vector<std::string> texts = embedded.listeners;
  if (texts.empty()) {
    texts.push_back(std::string(kPlaintext).append(kSeparator).append(embedded.listen));
  }
  std::vector<AdvertisedListener> listeners;
  for (const std::string& text : texts) {
    auto parsed = ParseListener(text);
    if (!parsed) return std::move(parsed).error().In("embedded.listeners");
    const bool twice = std::ranges::any_of(listeners, [&](const AdvertisedListener& other) {
      return parsed->port != 0 && other.port == parsed->port && other.host == parsed->host;
    });
    if (twice) return Wrong(text, "two listeners have this address").In("embedded.listeners");
    AdvertisedListener listener{std::move(parsed->host), parsed->port, "", 0};
    const auto own = std::ranges::find(advertised, parsed->protocol, &Listener::protocol);
    if (own != advertised.end()) {
      listener.advertised_host = std::move(own->host);
      listener.advertised_port = own->port;
      advertised.erase(own);
    }
    listeners.push_back(std::move(listener));
  }
  if (advertised.empty()) return listeners;
  return Error{Fault::kBadInput, "embedded.advertised_listeners: " + advertised.front().protocol +
                                     "://" + advertised.front().host +
                                     " belongs to no listener: there are more of them "
                                     "than embedded.listeners has"};
}

}  // namespace gamevents::config
