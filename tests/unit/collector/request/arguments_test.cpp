// Goal: what a request names is read exactly, and what it cannot mean is refused by name.
// Method: queries and bodies with known contents, and with one thing wrong each.

#include "core/collector/request/arguments.h"

#include "tests/unit/catch.h"

#include <array>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr auto kArgumentsKnown = std::to_array<std::string_view>({"type", "quantity"});

problem::OrProblem<Arguments> ArgumentsRead(const std::string& query, const std::string& body = "",
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
  CHECK(read.problem().status() == 400);
  return read.problem().detail;
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
  CHECK_FALSE(Arguments::ExpectNone(request));
  request.query = "since=1h";
  CHECK(Arguments::ExpectNone(request)->detail ==
        "the query: 'since' is not known here; there are none");
}

TEST_CASE("what cannot be meant is refused") {
  CHECK(ArgumentsWhy("colour=red") ==
        "the query: 'colour' is not known here; there are: type, quantity");
  CHECK(ArgumentsWhy("tpye=red").ends_with("type, quantity; did you mean type?"));
  http::Request request;
  request.query = "colour=red";
  CHECK(Arguments::Read(request, {}).problem().detail ==
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

TEST_CASE("a refusal says as data what it is about, and what would have been taken") {
  const auto read = ArgumentsRead("quantty=2");
  REQUIRE_FALSE(read);
  const problem::Problem& why = read.problem();
  CHECK(why.code == problem::Code::kUnknownArgument);
  CHECK(why.field == "quantty");
  CHECK(why.allowed == std::vector<std::string>{"type", "quantity"});
  CHECK(why.nearest == "quantity");
  CHECK(ArgumentsRead("type=a&type=b").problem().code == problem::Code::kInvalidArgument);
  CHECK(ArgumentsRead("", "[1]").problem().code == problem::Code::kMalformedBody);
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
    CHECK(number.problem().detail.ends_with("is not a whole number of 1 to 9"));
    CHECK(number.problem().min == 1);
    CHECK(number.problem().max == 9);
  }
}

}  // namespace
}  // namespace gamevents::collector
