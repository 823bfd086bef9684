// Goal: the table of dialects can be walked without surprises. Method: its rows held against each
// other.
#include "core/collector/dialects/dialect.h"

#include "tests/unit/catch.h"

#include <set>
#include <string_view>
#include <utility>

namespace gamevents::collector {

TEST_CASE("each path is there once a dialect, and where two share one their arrays differ") {
  std::set<std::pair<std::string_view, std::string_view>> paths;
  std::set<std::pair<std::string_view, std::string_view>> arrays;
  for (const Endpoint& row : Endpoints()) {
    INFO(row.dialect << " " << row.path);
    CHECK(row.path.starts_with('/'));
    CHECK_FALSE(row.path.ends_with('/'));
    CHECK(paths.emplace(row.dialect, row.path).second);
    CHECK(arrays.emplace(row.path, row.array).second);
    REQUIRE(row.words != nullptr);
    if (row.answer != AnswerForm::kFlags) CHECK(!(row.words->type[0].empty() && row.type.empty()));
  }
}

TEST_CASE("what moves from a nested place is in an object that is spread") {
  for (const Endpoint& row : Endpoints()) {
    const Words& words = *row.words;
    for (const Places* places : {&words.type, &words.user, &words.id, &words.time, &words.key}) {
      for (const std::string_view place : *places) {
        const size_t dot = place.find('.');
        if (dot != place.npos) CHECK(place.substr(0, dot) == words.spread[0]);
      }
    }
  }
}

}  // namespace gamevents::collector
