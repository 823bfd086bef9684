// Goal: a refusal is text or JSON as its client takes it. Method: answers of each kind, asked for
// in each way.
#include "core/http/refusals.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::http {
namespace {

using problem::Asked;
using problem::Code;

Response Written(problem::Problem why, Asked asked, bool json_by_default) {
  Response response = RefusalResponse(std::move(why));
  response.headers.emplace_back("retry-after", "7");
  WriteAs(response, asked, json_by_default);
  return response;
}

}  // namespace

TEST_CASE("a refusal is a line of text until somebody takes JSON") {
  const problem::Problem why{.code = Code::kRateLimited, .detail = "slower"};
  for (const auto& [asked, by_default] :
       {std::pair(Asked::kNothing, false), {Asked::kOther, false}, {Asked::kOther, true}}) {
    const Response text = Written(why, asked, by_default);
    CHECK(text.status == 429);
    CHECK(text.body == "slower\n");
    CHECK(text.content_type == "text/plain; charset=utf-8");
  }
  for (const auto& [asked, by_default] :
       {std::pair(Asked::kJson, false), {Asked::kJson, true}, {Asked::kNothing, true}}) {
    const Response json = Written(why, asked, by_default);
    CHECK(json.content_type == "application/problem+json");
    CHECK(json.body.ends_with("\"code\":\"rate_limited\",\"retryable\":true,\"retry_after\":7}\n"));
  }
}

TEST_CASE("an answer with a status of its own keeps it unless JSON is asked for by name") {
  problem::Problem why{.code = Code::kCartEmpty, .detail = "empty"};
  why.status_word = "refused";
  const Response own = Written(why, Asked::kNothing, true);
  CHECK(own.content_type == "application/json");
  CHECK(own.body.starts_with(R"({"status":"refused",)"));
  const Response asked = Written(why, Asked::kJson, true);
  CHECK(asked.content_type == "application/problem+json");
  CHECK(asked.body.starts_with(R"({"status":409,)"));
}

TEST_CASE("what is no refusal stays as it is") {
  Response response;
  response.body = "ok";
  WriteAs(response, Asked::kJson, true);
  CHECK(response.body == "ok");
}

TEST_CASE("of several Accept headers the one that names JSON counts") {
  CHECK(AskedFor({}) == Asked::kNothing);
  CHECK(AskedFor({{"accept", "text/html"}, {"Accept", "application/json"}}) == Asked::kJson);
  CHECK(AskedFor({{"Accept", "text/html"}}) == Asked::kOther);
}

}  // namespace gamevents::http
