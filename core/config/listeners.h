#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::config {

/// One item of embedded.listeners or embedded.advertised_listeners, in the words of Kafka's
/// settings of these names: PROTOCOL://HOST:PORT.
struct Listener {
  std::string protocol;
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
  std::string host;
  uint16_t port = 0;
  std::string advertised_host;
  uint16_t advertised_port = 0;
};

/// Where serve and broker listen by `embedded`: embedded.listeners, or else embedded.listen. The
/// advertised addresses of a protocol belong to the listeners of that protocol, in their order.
/// Errors: kBadInput, naming the key, for a text that is no listener, two on one address, and an
/// advertised address without a listener.
Result<std::vector<AdvertisedListener>> ListenersOf(const Settings::Embedded& embedded);

}  // namespace gamevents::config
