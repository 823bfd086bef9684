// Goal: an error says librdkafka's code, its text and which address refused. Method: known codes,
// and log lines in the forms that librdkafka writes.
#include "core/kafka/error.h"

#include "core/kafka/contact.h"
#include "core/kafka/handles.h"
#include "tests/unit/catch.h"

namespace gamevents::kafka {

TEST_CASE("codes become faults and keep their name and text") {
  CHECK(DescribeCode(RD_KAFKA_RESP_ERR__TRANSPORT) ==
        "_TRANSPORT: Local: Broker transport failure");
  CHECK(DescribeCode(RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, "Number of partitions is 0") ==
        "INVALID_PARTITIONS: Broker: Invalid number of partitions (Number of partitions is 0)");
  CHECK(FaultOf(RD_KAFKA_RESP_ERR__TRANSPORT) == Fault::kUnavailable);
  CHECK(FaultOf(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) == Fault::kExists);
  CHECK(FaultOf(RD_KAFKA_RESP_ERR__QUEUE_FULL) == Fault::kFull);
  CHECK(FaultOf(RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR) == Fault::kIo);
  CHECK(FaultOf(12'345) == Fault::kIo);
}

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

TEST_CASE("the newest failure of each address is told, and their number is bounded") {
  Contact contact("a:1,b:2");
  CHECK(contact.Reasons() == "no answer from a:1,b:2");
  contact.OnLog(3, "FAIL", "a:1/bootstrap: first");
  contact.OnLog(3, "FAIL", "b:2/bootstrap: other");
  contact.OnLog(3, "FAIL", "a:1/7: second");
  contact.OnLog(6, "FAIL", "c:3/1: only informative");
  CHECK(contact.Reasons() == "b:2: other; a:1: second");
  for (int port = 100; port < 200; ++port) {
    contact.OnLog(3, "FAIL", "h:" + std::to_string(port) + "/1: x");
  }
  const std::string reasons = contact.Reasons();
  CHECK(std::count(reasons.begin(), reasons.end(), ';') + 1 == int{Contact::kAddressesMax});
  CHECK(reasons.find("h:199: x") != std::string::npos);
}

}  // namespace gamevents::kafka
