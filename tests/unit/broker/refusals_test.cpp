// Goal: whoever is refused is counted by mechanism and reason, and a line is written at most once a
// second. Method: many at once; the lines themselves are looked at by tests/interop/test_sasl.py.
#include "core/broker/refusals.h"

#include "tests/unit/catch.h"

#include <cstdint>
#include <optional>

namespace gamevents::broker {
namespace {

using access::Mechanism;

// What was counted in all rows together.
uint64_t Sum(const Refusals& refusals) {
  uint64_t sum = 0;
  for (const Refusals::Login& row : Refusals::Logins()) sum += refusals.logins(row);
  return sum;
}

}  // namespace

TEST_CASE("each refused login counts in its row") {
  Refusals refusals;
  CHECK(refusals.logins() == 0);
  for (int i = 0; i < 1000; ++i) {
    refusals.AddLogin(LoginRefusal::kCredentials, Mechanism::kScramSha512, "192.0.2.7: failed");
  }
  refusals.AddLogin(LoginRefusal::kMessage, Mechanism::kPlain, "192.0.2.7: failed");
  for (const auto why : {LoginRefusal::kMechanism, LoginRefusal::kNotBegun,
                         LoginRefusal::kUnfinished, LoginRefusal::kOver}) {
    refusals.AddLogin(why, std::nullopt, "192.0.2.7: failed");
  }
  CHECK(refusals.logins() == 1005);
  CHECK(Sum(refusals) == 1005);
  const auto of = [&](LoginRefusal why, std::optional<Mechanism> mechanism) {
    return refusals.logins(Refusals::Login{why, mechanism, ""});
  };
  CHECK(of(LoginRefusal::kCredentials, Mechanism::kScramSha512) == 1000);
  CHECK(of(LoginRefusal::kCredentials, Mechanism::kScramSha256) == 0);
  CHECK(of(LoginRefusal::kMessage, Mechanism::kPlain) == 1);
  CHECK(of(LoginRefusal::kMessage, Mechanism::kScramSha512) == 0);
  CHECK(of(LoginRefusal::kUnfinished, std::nullopt) == 1);
}

TEST_CASE("requests and handshakes count by themselves") {
  Refusals refusals;
  refusals.AddHandshake();
  refusals.AddFailedHandshake();
  CHECK(refusals.handshakes() == 1);
  CHECK(refusals.failed_handshakes() == 1);
  CHECK(refusals.logins() == 0);
}

}  // namespace gamevents::broker
