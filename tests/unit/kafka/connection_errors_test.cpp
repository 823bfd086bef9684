// Goal: what librdkafka says of its connections is understood, and nothing else is taken for it.
// Method: lines of its log, as it writes them.
#include "core/kafka/connection_errors.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <string>

namespace gamevents::kafka {

TEST_CASE("a connection's log line is split into address and reason") {
  std::string_view address;
  std::string_view reason;
  REQUIRE(
      SplitConnectionLine("[thrd:127.0.0.1:9999/bootstrap]: 127.0.0.1:9999/bootstrap: Connect "
                          "to ipv4#127.0.0.1:9999 failed: Connection refused (after 0ms)",
                          address, reason));
  CHECK(address == "127.0.0.1:9999");
  CHECK(reason == "Connect to ipv4#127.0.0.1:9999 failed: Connection refused (after 0ms)");
  REQUIRE(SplitConnectionLine("[thrd:sasl_ssl://kafka:9093/1]: sasl_ssl://kafka:9093/1: refused",
                              address, reason));
  CHECK(address == "kafka:9093");
  for (const char* other :
       {"", "[thrd:main", "[thrd:main]: ", "1/1 brokers are down", "[thrd:app]: Metadata: x",
        "[thrd:main]: GroupCoordinator/1: down", "a:1/x: "}) {
    INFO(other);
    CHECK_FALSE(SplitConnectionLine(other, address, reason));
  }
}

TEST_CASE("the reasons that people meet most are told in few words, others as they are") {
  CHECK(ShortReason("Connect to ipv4#127.0.0.1:9 failed: Connection refused (after 0ms in state "
                    "CONNECT, 1 identical error(s) suppressed)") == "connection refused");
  CHECK(ShortReason("Timed out 1 in-flight, 0 retry-queued, 0 out-queue, 0 partially-sent "
                    "requests") == "timed out; is it a Kafka broker?");
  CHECK(ShortReason("Failed to resolve 'h:9092': Name or service not known (after 1ms in state "
                    "CONNECT)") == "the host is not known");
  CHECK(ShortReason("Receive failed: Invalid response size 1213486160 (0..100000000): increase "
                    "receive.message.max.bytes") == "answers in HTTP; it is no Kafka broker");
  CHECK(ShortReason("Disconnected while requesting ApiVersion: might be caused by incorrect "
                    "security.protocol configuration (after 0ms in state APIVERSION_QUERY)") ==
        "closed the connection at once: it may want TLS; see security.protocol in "
        "kafka.properties");
  CHECK(ShortReason("SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL "
                    "mechanism: broker's supported mechanisms: PLAIN,SCRAM-SHA-512 (after 3ms in "
                    "state AUTH_HANDSHAKE)") ==
        "does not know the SASL mechanism; it knows PLAIN,SCRAM-SHA-512; see sasl.mechanism in "
        "kafka.properties");
  CHECK(ShortReason("SASL authentication error: Authentication failed: Invalid username or "
                    "password (after 5ms in state AUTH_REQ)")
            .starts_with("does not take the user or the password; see sasl.username"));
  CHECK(ShortReason("SSL handshake failed: certificate verify failed (after 12ms in state "
                    "SSL_HANDSHAKE)") == "SSL handshake failed: certificate verify failed");
}

TEST_CASE("the newest failure of each address is told, and their number is bounded") {
  ConnectionErrors connection_errors("a:1,b:2");
  CHECK(connection_errors.Describe() == "no answer in time from a:1,b:2");
  connection_errors.OnLog(3, "FAIL", "a:1/bootstrap: first");
  connection_errors.OnLog(3, "FAIL", "b:2/bootstrap: other");
  connection_errors.OnLog(3, "FAIL", "a:1/7: second");
  connection_errors.OnLog(6, "FAIL", "c:3/1: only informative");
  CHECK(connection_errors.Describe() == "no broker answers: b:2 (other), a:1 (second)");
  for (int port = 100; port < 200; ++port) {
    connection_errors.OnLog(3, "FAIL", "h:" + std::to_string(port) + "/1: x");
  }
  const std::string reasons = connection_errors.Describe();
  CHECK(std::count(reasons.begin(), reasons.end(), ',') + 1 ==
        int{ConnectionErrors::kAddressesMax});
  CHECK(reasons.find("h:199 (x)") != std::string::npos);
}

TEST_CASE("an error of OpenSSL's is found by its code") {
  CHECK(OpenSslCode("Receive failed: error:0A000412:SSL routines::sslv3 alert") == 0x0A000412);
  for (const char* none : {"", "error:", "error:0A000412", "error:x:",
                           "SASL authentication error: "
                           "no"}) {
    INFO(none);
    CHECK(OpenSslCode(none) == 0);
  }
  ConnectionErrors connection_errors("h:1");
  connection_errors.OnLog(3, "FAIL",
                          "ssl://h:1/bootstrap: Receive failed: error:0A000412:SSL routines::x");
  CHECK(connection_errors.Describe() ==
        "no broker answers: h:1 (it asks for a client's certificate; give one with "
        "ssl.certificate.location and ssl.key.location in kafka.properties)");
}

TEST_CASE("why a certificate is not taken is kept until the handshake has failed by it") {
  constexpr int kExpired = 10;  // X509_V_ERR_CERT_HAS_EXPIRED
  ConnectionErrors connection_errors("h:1,i:2");
  connection_errors.OnUntrusted("ssl://h:1/bootstrap", kExpired);
  CHECK(connection_errors.Describe() == "no answer in time from h:1,i:2");
  for (const char* address : {"h:1", "i:2"}) {
    connection_errors.OnLog(
        3, "FAIL",
        std::string("ssl://") + address +
            "/1: SSL handshake failed: error:0A000086:SSL routines::certificate "
            "verify failed: broker certificate could not be verified");
  }
  const std::string says = connection_errors.Describe();
  CHECK(says.find("h:1 (its certificate has expired; the server needs a new one)") != says.npos);
  CHECK(says.find("i:2 (TLS: ") != says.npos);
}

TEST_CASE("that a connection was closed does not replace why it may have been") {
  ConnectionErrors connection_errors("h:1");
  connection_errors.OnLog(3, "FAIL",
                          "h:1/1: Disconnected: verify that security.protocol is correctly "
                          "configured, broker might require SASL authentication");
  connection_errors.OnLog(3, "FAIL", "h:1/1: Send failed: Broken pipe");
  CHECK(connection_errors.Describe().find("may want a user and a password") != std::string::npos);
  // This one is told at a lower level.
  connection_errors.OnLog(6, "FAIL", "h:1/1: Disconnected while requesting ApiVersion: perhaps");
  CHECK(connection_errors.Describe().find("it may want TLS") != std::string::npos);
}

TEST_CASE("a line may begin with librdkafka's thread, and one that is only for debugging is none") {
  ConnectionErrors connection_errors("h:1,i:2");
  CHECK(connection_errors.Describe() == "no answer in time from h:1,i:2");
  connection_errors.OnLog(3, "FAIL",
                          "[thrd:h:1/bootstrap]: h:1/bootstrap: Connect failed: refused");
  connection_errors.OnLog(3, "FAIL", "[thrd:h:1/bootstrap]: h:1/1: Disconnected");
  connection_errors.OnLog(7, "FAIL", "[thrd:i:2/bootstrap]: i:2/bootstrap: only for debugging");
  CHECK(connection_errors.Describe() == "no answer in time: h:1 (closed the connection)");
}

}  // namespace gamevents::kafka
