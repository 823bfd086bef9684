// Goal: players and guilds can be told apart by their names. Method: many names.
#include "core/generate/names.h"

#include "tests/unit/catch.h"

#include <set>
#include <string>

namespace gamevents::generate {

TEST_CASE("each player and guild has a name of its own") {
  std::set<std::string> names;
  for (uint64_t i = 0; i < 5'000; ++i) REQUIRE(names.insert(PlayerName(i)).second);
  names.clear();
  for (uint64_t i = 0; i < 500; ++i) REQUIRE(names.insert(GuildName(i)).second);
  CHECK(GuildName(0) == "masadons");
}

}  // namespace gamevents::generate
