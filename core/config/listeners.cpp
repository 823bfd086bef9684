#include "core/config/listeners.h"

#include "core/base/ip.h"
#include "core/base/text.h"
#include "core/config/keys.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::config {
namespace {

constexpr auto kListenerProtocols = std::to_array<Protocol>({
    {"PLAINTEXT", false, false},
    {"SSL", true, false},
    {"SASL_PLAINTEXT", false, true},
    {"SASL_SSL", true, true},
});
constexpr std::string_view kSeparator = "://";

Error Wrong(std::string_view text, const std::string& why) {
  return {Fault::kBadInput, "'" + std::string(text) + "': " + why};
}

bool IsEveryNetwork(std::string_view host) { return host == "0.0.0.0" || host == "::"; }

// Whether only this machine can connect to it. Of other names nobody knows before they are looked
// up, and then it may change.
bool IsOfThisMachine(std::string_view host) {
  static const Network kLoopback4 = Network::Parse("127.0.0.0/8").value();
  static const Network kLoopback6 = Network::Parse("::1").value();
  const auto address = IpAddress::Parse(host);
  if (!address) return host == "localhost";
  return kLoopback4.Contains(*address) || kLoopback6.Contains(*address);
}

std::string Written(const AdvertisedListener& listener) {
  return std::string(listener.protocol.name)
      .append(kSeparator)
      .append(FormatHostPort(listener.host, listener.port));
}

// Nobody is to open a broker to a network by a slip.
Status CheckExposed(const Settings::Embedded& embedded,
                    const std::vector<AdvertisedListener>& listeners) {
  if (embedded.allow_plaintext) return Done{};
  for (const AdvertisedListener& listener : listeners) {
    const Protocol& protocol = listener.protocol;
    if (IsOfThisMachine(listener.host) || (protocol.tls && protocol.sasl)) continue;
    return Error{
        Fault::kBadInput,
        (embedded.listeners.empty() ? "embedded.listen: " : "embedded.listeners: ") +
            Written(listener) + " is open to other machines without " +
            (protocol.tls    ? "passwords"
             : protocol.sasl ? "TLS"
                             : "TLS and passwords") +
            ": make it SASL_SSL in embedded.listeners, with embedded.tls.certificate, "
            "embedded.tls.key and users (gamevents users add); or say that this is meant with "
            "embedded.allow_plaintext: true"};
  }
  return Done{};
}

}  // namespace

Result<Listener> ParseListener(std::string_view text) {
  const size_t end = text.find(kSeparator);
  if (end == std::string_view::npos) {
    return Wrong(text, "write a listener as PLAINTEXT://HOST:PORT");
  }
  const auto protocol = std::ranges::find(kListenerProtocols, text.substr(0, end), &Protocol::name);
  if (protocol == kListenerProtocols.end()) {
    return Wrong(text,
                 "the protocol must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL, as in "
                 "SASL_SSL://HOST:PORT");
  }
  const std::string_view address = text.substr(end + kSeparator.size());
  if (address.starts_with(':')) {
    return Wrong(text, "name the address before the port; 0.0.0.0 stands for every network");
  }
  auto parsed = ParseHostPort(address);
  if (!parsed) return Wrong(text, parsed.error().context);
  return Listener{*protocol, std::move(parsed->host), parsed->port};
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
    texts.emplace_back(embedded.tls.any() ? "SSL" : "PLAINTEXT");
    texts.back().append(kSeparator).append(embedded.listen);
  }
  std::vector<AdvertisedListener> listeners;
  for (const std::string& text : texts) {
    auto parsed = ParseListener(text);
    if (!parsed) return std::move(parsed).error().In("embedded.listeners");
    const bool twice = std::ranges::any_of(listeners, [&](const AdvertisedListener& other) {
      return parsed->port != 0 && other.port == parsed->port && other.host == parsed->host;
    });
    if (twice) return Wrong(text, "two listeners have this address").In("embedded.listeners");
    AdvertisedListener listener{parsed->protocol, std::move(parsed->host), parsed->port, "", 0};
    const auto own = std::ranges::find_if(advertised, [&](const Listener& one) {
      return one.protocol.name == parsed->protocol.name;
    });
    if (own != advertised.end()) {
      listener.advertised_host = std::move(own->host);
      listener.advertised_port = own->port;
      advertised.erase(own);
    }
    listeners.push_back(std::move(listener));
  }
  if (advertised.empty()) return listeners;
  return Error{Fault::kBadInput,
               "embedded.advertised_listeners: " + std::string(advertised.front().protocol.name) +
                   "://" + advertised.front().host +
                   " belongs to no listener: there are more of them than "
                   "listeners of this protocol"};
}

Status CheckListeners(const Settings::Embedded& embedded) {
  const bool listens_elsewhere = embedded.listen != FindKey("embedded.listen")->default_text;
  if (!embedded.listeners.empty() && listens_elsewhere) {
    return Error{Fault::kBadInput,
                 "embedded.listen and embedded.listeners both say where to listen: keep the one "
                 "or the other"};
  }
  const auto listeners = ListenersOf(embedded);
  if (!listeners) return Error(listeners.error());
  const auto by_tls = [](const AdvertisedListener& one) { return one.protocol.tls; };
  const auto secured = std::ranges::find_if(*listeners, by_tls);
  if (secured == listeners->end() && embedded.tls.any()) {
    return Error{Fault::kBadInput,
                 "embedded.tls: no listener of embedded.listeners speaks TLS: make one of them "
                 "SSL or SASL_SSL, or leave out embedded.tls"};
  }
  const bool certified = !embedded.tls.certificate.empty() && !embedded.tls.key.empty();
  if (secured != listeners->end() && !embedded.listeners.empty() && !certified) {
    return Error{Fault::kBadInput,
                 "embedded.listeners: " + Written(*secured) +
                     " needs a certificate: set embedded.tls.certificate and embedded.tls.key"};
  }
  return CheckExposed(embedded, *listeners);
}

}  // namespace gamevents::config
