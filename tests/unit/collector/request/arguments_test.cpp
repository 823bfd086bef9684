// Goal: what a request names is read exactly, and what it cannot mean is refused by name.
// Method: queries and bodies with known contents, and with one thing wrong each.

#include "core/collector/request/arguments.h"

#include "tests/unit/catch.h"

#include <array>

namespace gamevents::collector {
namespace {

constexpr auto kArgumentsKnown = std::to_array<std::string_view>({"type", "quantity"});

Result<Arguments> ArgumentsRead(const std::string& query, const std::string& body = "",
                                const std::string& method = "POST") {
  http::Request request;
  request.method = method;
  request.query = query;
  request.body = body;
  return Arguments::Read(request, kArgumentsKnown);
}

std::string ArgumentsWhy(const std::string& query, const std::string& body = "") {
  const auto read = ArgumentsRead(query, body);
  REQUIRE_FALSE(read);
  CHECK(read.error().fault == Fault::kBadInput);
  return read.error().context;
}

TEST_CASE("a query and a body say the same things") {
  const auto query = ArgumentsRead("type=a+b%2Bc&&quantity=7");
  REQUIRE(query);
  CHECK(query->Text("type") == "a b+c");
  CHECK(**query->Number("quantity", {1, 9}) == 7);
  const auto body = ArgumentsRead("", R"({"type":"x","quantity":7})");
  REQUIRE(body);
  CHECK(body->Text("type") == "x");
  CHECK(**body->Number("quantity", {1, 9}) == 7);
  const auto both = ArgumentsRead("type=x", "{\"quantity\":2}\n");
  REQUIRE(both);
  CHECK(both->Find("quantity") == "2");
  const auto none = ArgumentsRead("", " \r\n");
  REQUIRE(none);
  CHECK_FALSE(none->Find("type"));
  CHECK_FALSE(none->Number("quantity", {1, 9})->has_value());
  CHECK(ArgumentsRead("", "not JSON", "GET"));  // A GET has no body to be read.
  CHECK(ArgumentsRead("type")->Find("type") == "");
}

TEST_CASE("a route without arguments refuses a query by name, and reads no body") {
  http::Request request;
  request.body = "no JSON";
  CHECK(Arguments::ExpectNone(request));
  request.query = "since=1h";
  CHECK(Arguments::ExpectNone(request).error().context ==
        "the query: 'since' is not known here; there are none");
}

TEST_CASE("what cannot be meant is refused") {
  CHECK(ArgumentsWhy("colour=red") ==
        "the query: 'colour' is not known here; there are: type, quantity");
  CHECK(ArgumentsWhy("tpye=red").ends_with("type, quantity; did you mean type?"));
  http::Request request;
  request.query = "colour=red";
  CHECK(Arguments::Read(request, {}).error().context ==
        "the query: 'colour' is not known here; there are none");
  CHECK(ArgumentsWhy("type=a&type=b") == "the query: type is given twice");
  CHECK(ArgumentsWhy("type=a", R"({"type":"b"})") == "the body: type is given twice");
  CHECK(ArgumentsWhy("type=%zz").find("the query: type: ") == 0);
  CHECK(ArgumentsWhy("type=%FF") == "the query: type: not valid UTF-8");
  CHECK(ArgumentsWhy("%FF=1").find("not valid UTF-8") != std::string::npos);
  CHECK(ArgumentsWhy("", R"({"type":1.5})") == "the body: type: expected a text or a whole number");
  CHECK(ArgumentsWhy("", "[1]").find("the body: not a JSON object") == 0);
  std::string many;
  for (size_t i = 0; i <= kArgumentsMax; ++i) many += "&";
  CHECK(ArgumentsWhy(many + "type=a") == "the query: more than 32 arguments");
}

TEST_CASE("numbers are whole and within their range") {
  for (const char* text : {"0", "10", "1.0", "x", "", "99999999999999999999", "+2", " 2"}) {
    INFO(text);
    http::Request request;
    request.method = "POST";
    request.body = std::string(R"({"quantity":")") + text + "\"}";
    const auto read = Arguments::Read(request, kArgumentsKnown);
    REQUIRE(read);
    const auto number = read->Number("quantity", {1, 9});
    REQUIRE_FALSE(number);
    CHECK(number.error().context.ends_with("is not a whole number of 1 to 9"));
  }
}

}  // namespace
}  // namespace gamevents::collector
