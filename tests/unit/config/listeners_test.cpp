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
  CHECK(listener->protocol.name == "PLAINTEXT");
  CHECK_FALSE(listener->protocol.tls);
  CHECK_FALSE(listener->protocol.sasl);
  CHECK(listener->host == "::1");
  CHECK(listener->port == 9092);
  CHECK(ParseListener("PLAINTEXT://0.0.0.0:0").ok());
}

TEST_CASE("what is no listener says what to write") {
  for (const auto& [text, hint] : std::vector<std::pair<std::string, std::string>>{
           {"127.0.0.1:9092", "write a listener as PLAINTEXT://HOST:PORT"},
           {"", "write a listener as PLAINTEXT://HOST:PORT"},
           {"plaintext://a:1", "the protocol must be PLAINTEXT"},
           {"SASL://a:1", "the protocol must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"},
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
        "them than listeners of this protocol");
}

TEST_CASE("each listener speaks its protocol, embedded.listen TLS where there is a certificate") {
  const auto four = ListenersOf(Embedded(
      {"PLAINTEXT://a:1", "SSL://a:2", "SASL_PLAINTEXT://a:3", "SASL_SSL://a:4"}, {"SSL://b:9"}));
  REQUIRE(four.ok());
  std::vector<std::string> shown;
  for (const AdvertisedListener& one : *four) {
    shown.push_back(std::string(one.protocol.name) + (one.protocol.tls ? " TLS" : "") +
                    (one.protocol.sasl ? " SASL" : "") + " " + one.advertised_host);
  }
  CHECK(shown == std::vector<std::string>{"PLAINTEXT ", "SSL TLS b", "SASL_PLAINTEXT SASL ",
                                          "SASL_SSL TLS SASL "});
  Settings::Embedded embedded = Embedded({});
  embedded.tls.certificate = embedded.tls.key = "a.pem";
  const auto one = ListenersOf(embedded);
  REQUIRE(one.ok());
  CHECK(one->front().protocol.name == "SSL");
}

TEST_CASE("TLS and its certificate belong together") {
  Settings::Embedded embedded = Embedded({"SSL://127.0.0.1:1"});
  const auto complaint = [&] {
    const Status checked = CheckListeners(embedded);
    return checked ? std::string() : checked.error().context;
  };
  CHECK(complaint() ==
        "embedded.listeners: SSL://127.0.0.1:1 needs a certificate: set embedded.tls.certificate "
        "and embedded.tls.key");
  embedded.tls.certificate = "a.pem";
  CHECK_FALSE(complaint().empty());
  embedded.tls.key = "a.key";
  CHECK(complaint().empty());
  embedded.listeners = {"PLAINTEXT://127.0.0.1:1"};
  CHECK(complaint().starts_with("embedded.tls: no listener of embedded.listeners speaks TLS"));
}

TEST_CASE("nobody listens beyond this machine without TLS and passwords by a slip") {
  struct Case {
    std::string listener;
    std::string missing;  // empty: it is allowed
  };
  for (const Case& each : std::vector<Case>{{"PLAINTEXT://127.0.0.1:1", ""},
                                            {"PLAINTEXT://127.8.0.1:1", ""},
                                            {"PLAINTEXT://[::1]:1", ""},
                                            {"PLAINTEXT://localhost:1", ""},
                                            {"SASL_SSL://0.0.0.0:1", ""},
                                            {"PLAINTEXT://0.0.0.0:1", "TLS and passwords:"},
                                            {"PLAINTEXT://[::]:1", "TLS and passwords:"},
                                            {"PLAINTEXT://10.0.0.1:1", "TLS and passwords:"},
                                            {"PLAINTEXT://game.example:1", "TLS and passwords:"},
                                            {"SSL://0.0.0.0:1", "passwords:"},
                                            {"SASL_PLAINTEXT://0.0.0.0:1", "TLS:"}}) {
    INFO(each.listener);
    Settings::Embedded embedded = Embedded({each.listener});
    if (each.listener.find("SSL") != std::string::npos) {
      embedded.tls.certificate = embedded.tls.key = "a.pem";
    }
    const Status checked = CheckListeners(embedded);
    REQUIRE(checked.ok() == each.missing.empty());
    if (checked) continue;
    CHECK(checked.error().context.starts_with("embedded.listeners: " + each.listener +
                                              " is open to other machines without " +
                                              each.missing));
    CHECK(checked.error().context.ends_with("embedded.allow_plaintext: true"));
    embedded.allow_plaintext = true;
    CHECK(CheckListeners(embedded).ok());
  }
  Settings::Embedded embedded;
  embedded.listen = "0.0.0.0:29092";
  CHECK(CheckListeners(embedded).error().context.starts_with(
      "embedded.listen: PLAINTEXT://0.0.0.0:29092"));
}

}  // namespace gamevents::config
