// Goal: the right key is found and nothing else is; a file with a mistake changes nothing.
// Method: keys whose SHA-256 is known from FIPS 180-4's examples and sha256sum; a file rewritten.
#include "core/collector/gate/api_keys.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::collector {
namespace {

// printf %s abc | sha256sum
const std::string kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
// printf %s hunter2 | sha256sum
const std::string kHunter = "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7";

}  // namespace

TEST_CASE("a request carries its key in one of two headers") {
  CHECK(PresentedKey({{"x-api-key", "k"}, {"Authorization", "Bearer b"}}) == "k");
  CHECK(PresentedKey({{"authorization", "bearer  b "}}) == "b");
  CHECK_FALSE(PresentedKey({{"Authorization", "Basic b"}}).has_value());
  CHECK_FALSE(PresentedKey({{"Authorization", "Bearer"}}).has_value());
  CHECK_FALSE(PresentedKey({}).has_value());
}

TEST_CASE("a browser carries a key as the password of HTTP Basic, an SDK as the name") {
  const auto basic = [](const std::string& value) {
    return PresentedBasic({{"authorization", value}});
  };
  const auto password = [&](const std::string& value) {
    const auto pair = basic(value);
    return pair ? std::optional(pair->second) : std::nullopt;
  };
  CHECK(basic("Basic a2V5Og==") == std::pair<std::string, std::string>("key", ""));
  CHECK(password("Basic bWU6YTpi") == "a:b");  // me:a:b
  CHECK(password("bAsIc Omtl\t") == "ke");     // :ke
  CHECK(password("Basic bWU6") == "");
  CHECK_FALSE(password("Basic bWU="));  // no colon
  CHECK_FALSE(password("Basic !"));
  CHECK_FALSE(password("Basic"));
  CHECK_FALSE(password("Bearer bWU6YTpi"));
  CHECK_FALSE(password("Basic " + std::string(10'000, 'b')));
  CHECK_FALSE(PresentedBasic({}));
}

TEST_CASE("a key gives its name; reading the file again changes the keys, or nothing") {
  const TempFile file;
  CHECK(ApiKeys::Open(file.path()).error().fault == Fault::kNotFound);
  file.Write("# none\n");
  CHECK(ApiKeys::Open(file.path()).error().context.find("there is no key") != std::string::npos);
  file.Write(kAbc + " first\n");
  const auto keys = ApiKeys::Open(file.path());
  REQUIRE(keys.ok());
  const auto name_of = [&keys](const std::string& key) {
    const auto known = (*keys)->Find(key);
    return known ? known->key.name : std::string("nobody");
  };
  CHECK(name_of("abc") == "first");
  for (const char* wrong : {"", "ab", "abcd", "ABC", "hunter2"}) {
    CHECK(name_of(wrong) == "nobody");
  }
  CHECK(name_of(std::string(kApiKeyBytesMax + 1, 'x')) == "nobody");
  CHECK(name_of(kAbc) == "nobody");  // the hash is not the key

  file.Write(kAbc + " first\nbroken\n");
  const Status broken = (*keys)->Reload();
  REQUIRE(!broken.ok());
  CHECK(broken.error().context.starts_with(file.path() + ":2: "));
  CHECK(name_of("abc") == "first");

  file.Write(kHunter + " second\n" + kAbc + " first\n");
  REQUIRE((*keys)->Reload().ok());
  CHECK((*keys)->size() == 2);
  CHECK(name_of("hunter2") == "second");
  CHECK(name_of("abc") == "first");
}

}  // namespace gamevents::collector
