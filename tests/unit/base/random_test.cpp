// Goal: what is made at random is as long as it must be, readable, and never made twice. Method: a
// hundred of each.
#include "core/base/random.h"

#include "tests/unit/catch.h"

#include <set>
#include <string>

namespace gamevents {

TEST_CASE("secrets that are made are long, and none is made twice") {
  std::set<std::string> made;
  for (int i = 0; i < 100; ++i) {
    const auto secret = MakeSecret();
    REQUIRE(secret.ok());
    CHECK(secret->size() == 47);
    CHECK(secret->starts_with(kSecretPrefix));
    CHECK(secret->find_first_not_of(
              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
          std::string::npos);
    made.insert(*secret);
  }
  CHECK(made.size() == 100);
}

TEST_CASE("random bytes are as many as were asked for") {
  CHECK(TakeRandomBytes(0)->empty());
  std::set<std::string> made;
  for (int i = 0; i < 100; ++i) made.insert(TakeRandomBytes(16).value());
  CHECK(made.size() == 100);
  CHECK(TakeRandomBytes(256)->size() == 256);
}

}  // namespace gamevents
