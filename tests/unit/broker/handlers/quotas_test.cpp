// Goal: nobody has a quota, and a question that Kafka refuses is refused. Method: requests through
// Broker::Answer.
#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {
namespace {

ErrorCode Ask(BrokerFixture& f, std::vector<ClientQuotaComponent> components) {
  const auto answer = f.Ask<DescribeClientQuotasResponse>(
      DescribeClientQuotasRequest{std::move(components), false});
  CHECK(answer.entries.has_value() == (answer.error_code == ErrorCode::kNone));
  if (answer.entries) CHECK(answer.entries->empty());
  return answer.error_code;
}

}  // namespace

TEST_CASE("nobody has a quota") {
  BrokerFixture f;
  CHECK(Ask(f, {}) == ErrorCode::kNone);
  CHECK(Ask(f, {{"user", 0, "ann"}}) == ErrorCode::kNone);
  CHECK(Ask(f, {{"user", 1, std::nullopt}, {"client-id", 2, std::nullopt}}) == ErrorCode::kNone);
  CHECK(Ask(f, {{"ip", 0, "192.0.2.1"}}) == ErrorCode::kNone);
}

TEST_CASE("a question about quotas that cannot be is refused") {
  BrokerFixture f;
  CHECK(Ask(f, {{"", 0, "ann"}}) == ErrorCode::kInvalidRequest);
  CHECK(Ask(f, {{"user", 0, "ann"}, {"user", 0, "bob"}}) == ErrorCode::kInvalidRequest);
  CHECK(Ask(f, {{"player", 0, "ann"}}) == ErrorCode::kUnsupportedVersion);
  CHECK(Ask(f, {{"user", 3, std::nullopt}}) == ErrorCode::kInvalidRequest);
  CHECK(Ask(f, {{"user", 0, std::nullopt}}) == ErrorCode::kInvalidRequest);
  CHECK(Ask(f, {{"user", 1, "ann"}}) == ErrorCode::kInvalidRequest);
  CHECK(Ask(f, {{"user", 0, "ann"}, {"ip", 0, "192.0.2.1"}}) == ErrorCode::kInvalidRequest);
}

}  // namespace gamevents::broker
