// Goal: listeners are read as Kafka writes them, each gets the advertised address that is meant for
// it, and a slip says what to write. Method: known texts, and tables of slips.
#include "core/config/listeners.h"

#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::config {
namespace {

Settings::Embedded Embedded(std::vector<std::string> listeners,
                            std::vector<std::string> advertised = {}) {
  Settings::Embedded embedded;
  embedded.listen = "127.0.0.1:29092";
  embedded.listeners = std::move(listeners);
  embedded.advertised_listeners = std::move(advertised);
  return embedded;
}

// "HOST:PORT" of each, with " as HOST:PORT" where it is advertised.
std::string Shown(const Settings::Embedded& embedded) {
  const auto listeners = ListenersOf(embedded);
  if (!listeners) return listeners.error().context;
  std::string shown;
  for (const AdvertisedListener& one : *listeners) {
    shown += (shown.empty() ? "" : ", ") + one.host + ":" + std::to_string(one.port);
    if (one.advertised_host.empty()) continue;
    shown += " as " + one.advertised_host + ":" + std::to_string(one.advertised_port);
  }
  return shown;
}

}  // namespace

TEST_CASE("a listener is a protocol, a host and a port") {
  const auto listener = ParseListener("PLAINTEXT://[::1]:9092");
  REQUIRE(listener.ok());
  CHECK(listener->protocol == "PLAINTEXT");
  CHECK(listener->host == "::1");
  CHECK(listener->port == 9092);
  CHECK(ParseListener("PLAINTEXT://0.0.0.0:0").ok());
}

TEST_CASE("what is no listener says what to write") {
  for (const auto& [text, hint] : std::vector<std::pair<std::string, std::string>>{
           {"127.0.0.1:9092", "write a listener as PLAINTEXT://HOST:PORT"},
           {"", "write a listener as PLAINTEXT://HOST:PORT"},
           {"plaintext://a:1", "the protocol must be PLAINTEXT"},
           {"SASL_SSL://a:1", "does not speak SASL_SSL yet"},
           {"PLAINTEXT://:9092", "name the address before the port"},
           {"PLAINTEXT://a", "is not HOST:PORT"},
           {"PLAINTEXT://a:65536", "is not HOST:PORT"}}) {
    INFO(text);
    const auto listener = ParseListener(text);
    REQUIRE_FALSE(listener.ok());
    CHECK(listener.error().context.find(hint) != std::string::npos);
  }
  CHECK_FALSE(ParseAdvertisedListener("PLAINTEXT://0.0.0.0:9092").ok());
  CHECK_FALSE(ParseAdvertisedListener("PLAINTEXT://[::]:9092").ok());
  CHECK_FALSE(ParseAdvertisedListener("PLAINTEXT://a:0").ok());
}

TEST_CASE("advertised addresses belong to the listeners in their order") {
  CHECK(Shown(Embedded({})) == "127.0.0.1:29092");
  CHECK(Shown(Embedded({}, {"PLAINTEXT://game.example:9092"})) ==
        "127.0.0.1:29092 as game.example:9092");
  CHECK(Shown(Embedded({"PLAINTEXT://0.0.0.0:1", "PLAINTEXT://127.0.0.1:2"},
                       {"PLAINTEXT://a:9"})) == "0.0.0.0:1 as a:9, 127.0.0.1:2");
  CHECK(Shown(Embedded({"PLAINTEXT://0.0.0.0:1", "PLAINTEXT://127.0.0.1:2"},
                       {"PLAINTEXT://a:9", "PLAINTEXT://b:9"})) ==
        "0.0.0.0:1 as a:9, 127.0.0.1:2 as b:9");
}

TEST_CASE("listeners that cannot be are refused by their key") {
  CHECK(Shown(Embedded({"PLAINTEXT://a:1", "PLAINTEXT://a:1"})) ==
        "embedded.listeners: 'PLAINTEXT://a:1': two listeners have this address");
  CHECK(Shown(Embedded({"PLAINTEXT://a:0", "PLAINTEXT://a:0"})) == "a:0, a:0");
  CHECK(Shown(Embedded({}, {"PLAINTEXT://a:1", "PLAINTEXT://b:1"})) ==
        "embedded.advertised_listeners: PLAINTEXT://b belongs to no listener: there are more of "
        "them than embedded.listeners has");
}

}  // namespace gamevents::config
