// Goal: what SDKs wrap JSON in is taken off, and a request's members are found in any text. Method:
// requests as SDKs write them, and broken ones.
#include "core/collector/dialects/foreign_json.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::collector {
namespace {

constexpr size_t kUnwrappedMax = 1'000;

http::Request Post(std::string type, std::string body, std::string query = "") {
  return {"POST",          "/track",   std::move(query), {{"content-type", std::move(type)}},
          std::move(body), "127.0.0.1"};
}

std::string Plain(const http::Request& request) {
  const auto unwrapped = Unwrap(request, kUnwrappedMax);
  INFO((unwrapped ? "" : unwrapped.error().context));
  REQUIRE(unwrapped.ok());
  return unwrapped->value_or(request.body);
}

constexpr const char* kForm = "application/x-www-form-urlencoded";

}  // namespace

TEST_CASE("JSON is taken as it is, whatever it is said to be") {
  CHECK(Plain(Post("application/json", "{}")) == "{}");
  CHECK(Plain(Post("text/plain", " [1]")) == " [1]");
  CHECK(Plain(Post(kForm, "{\"a\":1}")) == "{\"a\":1}");
}

TEST_CASE("a form's data is JSON, or base64 of either alphabet") {
  CHECK(Plain(Post(kForm, "ip=0&data=%7B%22a%22%3A+1%7D&verbose=1")) == "{\"a\": 1}");
  CHECK(Plain(Post(kForm, "data=eyJhIjoxfQ==")) == "{\"a\":1}");
  CHECK(Plain(Post("", "data=eyJhIjoxfQ")) == "{\"a\":1}");
  CHECK(Plain(Post(kForm, "data=W10_Pj4-")) == "[]?>>>");
  CHECK(Plain(Post(kForm, "data=W10/Pj4+")) == "[]?>>>");
  http::Request get = Post("", "", "ip=0&data=e30%3D");
  get.method = "GET";
  CHECK(Plain(get) == "{}");
}

TEST_CASE("a form without data, or whose data is nothing, is refused") {
  for (const char* body : {"", "dat=1", "data=%", "data=%FF", "data=!!"}) {
    CHECK(Unwrap(Post(kForm, body), kUnwrappedMax).error().fault == Fault::kBadInput);
  }
  CHECK(Unwrap(Post("", "\x1F\x8B broken"), kUnwrappedMax).error().fault == Fault::kBadInput);
}

TEST_CASE("a value is found at the top and one level below, as it is written") {
  const std::string object = R"( {"a" : {"b":"x\"y", "c":[1,{"d":2}]} , "a":3, "e":""} )";
  CHECK(*ValueAt(object, "a.b").value() == R"("x\"y")");
  CHECK(*ValueAt(object, "a.c").value() == R"([1,{"d":2}])");
  CHECK(*ValueAt(object, "e").value() == R"("")");
  CHECK_FALSE(ValueAt(object, "b").value().has_value());
  CHECK_FALSE(ValueAt(object, "e.b").value().has_value());
  CHECK_FALSE(ValueAt("{}", "a").value().has_value());
}

TEST_CASE("text that is no object is refused at its first wrong byte") {
  const auto refused = [](std::string_view text) {
    const auto found = ValueAt(text, "a");
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().fault == Fault::kBadInput);
    return found.error().context;
  };
  CHECK(refused("") == "the object is broken at byte 0: it must begin with '{'");
  CHECK(refused("[]") == "the object is broken at byte 0: it must begin with '{'");
  CHECK(refused("{") == "the object is broken at byte 1: expected a name");
  CHECK(refused(R"({"a)") ==
        "the object is broken at byte 1: the name that begins here does not end");
  CHECK(refused(R"({"a" 1})") == "the object is broken at byte 5: expected ':'");
  CHECK(refused(R"({"a":})") == "the object is broken at byte 5: a value is missing");
  CHECK(refused(R"({"a":[)") ==
        "the object is broken at byte 5: the value that begins here does not end");
  CHECK(refused(R"({"a":1)") == "the object is broken at byte 6: expected ',' or '}'");
  CHECK(refused(R"({"a":1,})") == "the object is broken at byte 7: expected a name");
}

TEST_CASE("a plain text has no escapes") {
  CHECK(PlainText("\"abc\"") == "abc");
  CHECK(PlainText("\"\"") == "");
  for (const char* none : {"abc", "\"", "\"a\\n\"", "1", ""}) CHECK_FALSE(PlainText(none));
}

}  // namespace gamevents::collector
