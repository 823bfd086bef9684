// Goal: texts that a key cannot hold are refused, and how to write them is said.
// Method: for each check what it takes and what it does not.
#include "core/config/key_checks.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::config {

TEST_CASE("brokers are addresses, or our own where that makes sense") {
  CHECK(CheckBrokers("embedded").ok());
  CHECK(CheckBrokers("a:9092,[::1]:9093").ok());
  CHECK_FALSE(CheckBrokers("a:9092,").ok());
  CHECK_FALSE(CheckBrokers("a").ok());
  CHECK(CheckTarget("").ok());
  CHECK(CheckTarget("a:1").ok());
  CHECK_FALSE(CheckTarget("embedded").ok());
}

TEST_CASE("metrics are answered on one address, or nowhere") {
  CHECK(CheckMetricsListen("").ok());
  CHECK(CheckMetricsListen("127.0.0.1:9404").ok());
  CHECK(CheckMetricsListen("[::1]:0").ok());
  CHECK_FALSE(CheckMetricsListen("9404").ok());
}

TEST_CASE("a sync is before every acknowledgement, or as often as said") {
  for (const char* legal : {"always", "1ms", "500ms", "1m"}) CHECK(CheckFsync(legal).ok());
  for (const char* wrong : {"never", "0", "2m", ""}) CHECK_FALSE(CheckFsync(wrong).ok());
}

TEST_CASE("names of topics, headers and hosts have their own letters") {
  CHECK(CheckTopic("a.b_c-1").ok());
  CHECK_FALSE(CheckTopic("..").ok());
  CHECK_FALSE(CheckTopic("a b").ok());
  CHECK(CheckHeaderName("X-Token").ok());
  CHECK_FALSE(CheckHeaderName("X Token").ok());
  CHECK(CheckHost("game.example").ok());
  CHECK_FALSE(CheckHost("game.example:80").ok());
  CHECK(CheckOrigin("https://game.example").ok());
  CHECK_FALSE(CheckOrigin("https://game.example/").ok());
  CHECK(CheckNetwork("10.0.0.0/8").ok());
  CHECK_FALSE(CheckNetwork("10.0.0.0/33").ok());
  CHECK(CheckTimeZone("UTC").ok());
  CHECK_FALSE(CheckTimeZone("Mars/Olympus").ok());
}

TEST_CASE("a report's key has a legal name and a part that there is") {
  CHECK(CheckReportPart("whales.sql").ok());
  CHECK(CheckReportPart("a-b_2.order_by").ok());
  for (const char* wrong : {"whales", ".sql", "-x.sql", "a b.sql", "a/b.sql", "a.b.sql"}) {
    INFO(wrong);
    CHECK_FALSE(CheckReportPart(wrong).ok());
  }
  CHECK(CheckReportPart(std::string(64, 'a') + ".sql").ok());
  CHECK_FALSE(CheckReportPart(std::string(65, 'a') + ".sql").ok());
  const Status slip = CheckReportPart("whales.order-by");
  REQUIRE_FALSE(slip.ok());
  CHECK(slip.error().context.find("did you mean order_by?") != std::string::npos);
}

}  // namespace gamevents::config
