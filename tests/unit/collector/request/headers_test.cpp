// Goal: headers are found whatever case their names are in. Method: a few names against each other.
#include "core/collector/request/headers.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::collector {

TEST_CASE("the first header of a name is found") {
  const http::Headers headers = {{"host", "h"}, {"Accept", "1"}, {"ACCEPT", "2"}};
  CHECK(FindHeader(headers, "accept") == "1");
  CHECK(FindHeader(headers, "Host") == "h");
  CHECK_FALSE(FindHeader(headers, "Hos").has_value());
}

TEST_CASE("a preference is found among others") {
  const auto prefers = [](const std::string& value) {
    return Prefers({{"prefer", "respond-async"}, {"Prefer", value}}, "return=representation");
  };
  for (const char* there : {"return=representation", "wait=5, Return=Representation",
                            "return=representation; foo=1, wait=5"}) {
    INFO(there);
    CHECK(prefers(there));
  }
  for (const char* missing : {"", "return=minimal", "return=representations", ",;,", "wait=5"}) {
    INFO(missing);
    CHECK_FALSE(prefers(missing));
  }
}

TEST_CASE("a client may have what a tag stands for already") {
  const auto has = [](const std::string& value) {
    return HasAlready({{"Accept", "\"a\""}, {"if-none-match", value}}, "\"a\"");
  };
  for (const char* there : {"\"a\"", "*", "\"b\", W/\"a\"", " \"a\" ,"}) CHECK(has(there));
  for (const char* missing : {"", "a", "\"ab\"", "W/", ",,"}) CHECK_FALSE(has(missing));
  CHECK_FALSE(HasAlready({}, "\"a\""));
}

}  // namespace gamevents::collector
