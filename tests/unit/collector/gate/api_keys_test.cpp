// Goal: the right key gives its name and nothing else does; a file with a mistake changes nothing.
// Method: keys whose SHA-256 is known from FIPS 180-4's examples and sha256sum; a file rewritten.
#include "core/collector/gate/api_keys.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <cstdio>
#include <string>

namespace gamevents::collector {
namespace {

// printf %s abc | sha256sum
const std::string kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
// printf %s hunter2 | sha256sum
const std::string kHunter = "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7";

}  // namespace

TEST_CASE("lines are as sha256sum writes them, with a name for the '-'") {
  const auto keys =
      ParseApiKeys("# games\n\n" + kAbc + "  mobile game\r\n  " + kHunter + "\tweb\n# the end");
  REQUIRE(keys.ok());
  REQUIRE(keys->size() == 2);
  CHECK((*keys)[0].name == "mobile game");
  CHECK((*keys)[0].sha256[0] == 0xBA);
  CHECK((*keys)[0].sha256[31] == 0xAD);
  CHECK((*keys)[1].name == "web");
  CHECK(ParseApiKeys("")->empty());
}

TEST_CASE("a line that is wrong is named, and why") {
  const auto error = [](const std::string& text) { return ParseApiKeys(text).error().context; };
  CHECK(error("\nsecret\n").starts_with("2: a line is the SHA-256"));
  CHECK(error(kAbc.substr(1) + " x").starts_with("1: a line is the SHA-256"));
  CHECK(error("g" + kAbc.substr(1) + " x") == "1: the SHA-256 is not hexadecimal");
  CHECK(error(kAbc + "  -") == "1: no name after the SHA-256: write whose key it is");
  CHECK(error(kAbc) == "1: no name after the SHA-256: write whose key it is");
  CHECK(error(kAbc + " \x01").starts_with("1: the name has control characters"));
  CHECK(error(kAbc + " " + std::string(129, 'n')).starts_with("1: the name has"));
  CHECK(error(kAbc + " a\n" + kAbc + " b\n") == "2: duplicate key");
}

TEST_CASE("there is a bound on the number of keys") {
  std::string text;
  for (size_t i = 0; i <= kApiKeysMax; ++i) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016zx", i);
    text += std::string(48, '0') + digits + " n\n";
  }
  CHECK(ParseApiKeys(text).error().fault == Fault::kFull);
  CHECK(ParseApiKeys(text.substr(0, text.size() - 67)).ok());
}

TEST_CASE("a request carries its key in one of two headers") {
  CHECK(PresentedKey({{"x-api-key", "k"}, {"Authorization", "Bearer b"}}) == "k");
  CHECK(PresentedKey({{"authorization", "bearer  b "}}) == "b");
  CHECK_FALSE(PresentedKey({{"Authorization", "Basic b"}}).has_value());
  CHECK_FALSE(PresentedKey({{"Authorization", "Bearer"}}).has_value());
  CHECK_FALSE(PresentedKey({}).has_value());
}

TEST_CASE("a browser carries a key as the password of HTTP Basic, with any name") {
  const auto password = [](const std::string& value) {
    return PresentedPassword({{"authorization", value}});
  };
  CHECK(password("Basic bWU6YTpi") == "a:b");  // me:a:b
  CHECK(password("bAsIc Omtl\t") == "ke");     // :ke
  CHECK(password("Basic bWU6") == "");
  CHECK_FALSE(password("Basic bWU="));  // no colon
  CHECK_FALSE(password("Basic !"));
  CHECK_FALSE(password("Basic"));
  CHECK_FALSE(password("Bearer bWU6YTpi"));
  CHECK_FALSE(password("Basic " + std::string(10'000, 'b')));
  CHECK_FALSE(PresentedPassword({}));
}

TEST_CASE("a key gives its name; reading the file again changes the keys, or nothing") {
  const TempFile file;
  CHECK(ApiKeys::Open(file.path()).error().fault == Fault::kNotFound);
  file.Write("# none\n");
  CHECK(ApiKeys::Open(file.path()).error().context.find("there is no key") != std::string::npos);
  file.Write(kAbc + " first\n");
  const auto keys = ApiKeys::Open(file.path());
  REQUIRE(keys.ok());
  CHECK((*keys)->NameOf("abc") == "first");
  for (const char* wrong : {"", "ab", "abcd", "ABC", "hunter2"}) {
    CHECK_FALSE((*keys)->NameOf(wrong).has_value());
  }
  CHECK_FALSE((*keys)->NameOf(std::string(kApiKeyBytesMax + 1, 'x')).has_value());
  CHECK_FALSE((*keys)->NameOf(kAbc).has_value());  // the hash is not the key

  file.Write(kAbc + " first\nbroken\n");
  const Status broken = (*keys)->Reload();
  REQUIRE(!broken.ok());
  CHECK(broken.error().context.starts_with(file.path() + ":2: "));
  CHECK((*keys)->NameOf("abc") == "first");

  file.Write(kHunter + " second\n" + kAbc + " first\n");
  REQUIRE((*keys)->Reload().ok());
  CHECK((*keys)->size() == 2);
  CHECK((*keys)->NameOf("hunter2") == "second");
  CHECK((*keys)->NameOf("abc") == "first");
}

}  // namespace gamevents::collector
