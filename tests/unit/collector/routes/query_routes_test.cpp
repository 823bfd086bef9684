// Goal: a query's conditions are read exactly. Method: query strings, and the conditions or the
// refusal that they mean.

#include "core/collector/routes/query_routes.h"

#include "tests/unit/catch.h"

namespace gamevents::collector {
namespace {

problem::OrProblem<state::Query> QueryRead(const std::string& query,
                                           state::View view = state::View::kCarts) {
  http::Request request;
  request.method = "GET";
  request.query = query;
  return ReadQuery(request, view, TimestampMs(5));
}

TEST_CASE("every condition is read") {
  const auto query = QueryRead(
      "item=sword&kind=blade&min=3&limit=10&after=an+na&min_age=2h&where=total%20%3E%205");
  REQUIRE(query);
  CHECK(query->item == "sword");
  CHECK(query->kind == "blade");
  CHECK(query->min == 3);
  CHECK(query->limit == 10);
  CHECK(query->after == "an na");
  CHECK(query->min_age_ms == 7'200'000);
  CHECK(query->where.has_value());
  CHECK(query->now == TimestampMs(5));
  const auto plain = QueryRead("", state::View::kInventories);
  REQUIRE(plain);
  CHECK(plain->min == 1);
  CHECK(plain->limit == state::kPageDefault);
  CHECK_FALSE(plain->where);
}

TEST_CASE("what is no condition is refused") {
  for (const char* query : {"min=0", "limit=0", "limit=1001", "min_age=5", "min_age=x",
                            "where=", "where=total", "color=red"}) {
    INFO(query);
    const auto read = QueryRead(query);
    REQUIRE_FALSE(read);
    CHECK(read.problem().status() == 400);
    CHECK_FALSE(read.problem().field.empty());
  }
  CHECK_FALSE(QueryRead("min_age=1s", state::View::kInventories));
}

}  // namespace
}  // namespace gamevents::collector
