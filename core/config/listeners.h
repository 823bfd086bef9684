#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::config {

/// What is spoken on a listener, by Kafka's name for it.
struct Protocol {
  std::string_view name;  ///< "SASL_SSL"; lives for ever
  bool tls = false;
  bool sasl = false;
};

/// One item of embedded.listeners or embedded.advertised_listeners, in the words of Kafka's
/// settings of these names: PROTOCOL://HOST:PORT.
struct Listener {
  Protocol protocol;
  std::string host;
  uint16_t port = 0;
};

/// Reads one. Errors: kBadInput, with what to write.
Result<Listener> ParseListener(std::string_view text);

/// The same for an address that clients are told: no port 0, and no address that stands for every
/// network. Errors: kBadInput, with what to write.
Result<Listener> ParseAdvertisedListener(std::string_view text);

/// Where to listen, and the address that clients of it are told. Without `advertised_host` each
/// client is told the address that it came in on.
struct AdvertisedListener {
  Protocol protocol;
  std::string host;
  uint16_t port = 0;
  std::string advertised_host;
  uint16_t advertised_port = 0;
};

/// Where serve and broker listen by `embedded`: embedded.listeners, or else embedded.listen, which
/// is SSL where embedded.tls is set. The advertised addresses of a protocol belong to the listeners
/// of that protocol, in their order. Errors: kBadInput, naming the key, for a text that is no
/// listener, two on one address, and an advertised address without a listener.
Result<std::vector<AdvertisedListener>> ListenersOf(const Settings::Embedded& embedded);

/// What must hold of all settings that say where the embedded broker listens. Errors: as
/// ListenersOf; kBadInput for settings that contradict each other, that lack a certificate, or that
/// open the broker to other machines without TLS and SASL, with what to do.
Status CheckListeners(const Settings::Embedded& embedded);

}  // namespace gamevents::config
