// Goal: a problem is JSON that a program can act on, and Accept decides who gets it. Method: whole
// texts, and headers of each kind.
#include "core/problem/problem.h"

#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace gamevents::problem {
namespace {

using Json = nlohmann::json;

}  // namespace

TEST_CASE("a problem has what RFC 9457 names, and what is known beside it") {
  const Problem plain{.code = Code::kCartEmpty, .detail = "the \"cart\" is empty"};
  CHECK(ToJson(plain) ==
        R"({"status":409,"type":"tag:gamevents,2026:cart_empty","title":"The cart is empty",)"
        R"("detail":"the \"cart\" is empty","code":"cart_empty","retryable":false})");
  Problem full{.code = Code::kOverloaded, .detail = "later"};
  full.field = "f";
  full.allowed = {"a", "b"};
  full.nearest = "a";
  full.min = 1;
  full.max = 2;
  full.retry_after = 3;
  const Json json = Json::parse(ToJson(full));
  CHECK(json["field"] == "f");
  CHECK(json["allowed"] == Json::array({"a", "b"}));
  CHECK(json["nearest"] == "a");
  CHECK(json["min"] == 1);
  CHECK(json["max"] == 2);
  CHECK(json["retryable"] == true);
  CHECK(json["retry_after"] == 3);
  CHECK(std::move(full).In("here").detail == "here: later");
}

TEST_CASE("a route's own members come first, and may have a status of their own") {
  Problem why{.code = Code::kNotInCart, .detail = "no"};
  why.members = R"("reason":"no")";
  why.status_word = "refused";
  CHECK(ToJson(why).starts_with(R"({"reason":"no","status":409,"type":)"));
  CHECK(
      ToJson(why, StatusMember::kWord).starts_with(R"({"status":"refused","reason":"no","type":)"));
  why.status_word = {};
  CHECK(ToJson(why, StatusMember::kWord).starts_with(R"({"reason":"no","status":409,)"));
}

TEST_CASE("what is no UTF-8 and what is too much is told as far as it can be") {
  Problem why{.code = Code::kUnknownHost, .detail = "not a\xFF"};
  why.allowed.assign(kAllowedMax + 1, "x");
  const Json json = Json::parse(ToJson(why));
  CHECK(json["detail"] == "not a?");
  CHECK(json["allowed"].size() == kAllowedMax);
}

TEST_CASE("Accept names JSON, takes anything, or asks for another form") {
  for (const char* json :
       {"application/json", "application/problem+json", "Application/JSON; charset=utf-8",
        "text/html, application/json;q=0.5", "*/*, application/problem+json"}) {
    INFO(json);
    CHECK(AskedBy(json) == Asked::kJson);
  }
  for (const char* nothing : {"", "*/*", "application/*", "text/html,*/*;q=0.8"}) {
    INFO(nothing);
    CHECK(AskedBy(nothing) == Asked::kNothing);
  }
  for (const char* other :
       {"text/plain", "application/json;q=0", "text/html, application/json; q=0.0",
        "application/jsonx", ",;,=", ";q=0", "application/json ;a=b;Q=0.000"}) {
    INFO(other);
    CHECK(AskedBy(other) == Asked::kOther);
  }
}

}  // namespace gamevents::problem
