// Goal: a world that was played before is known again by its events' ids, and no other is. Method:
// ids of worlds, early, late and foreign. With topics: tests/cli/test_generate.py.
#include "core/generate/repeat.h"

#include "core/base/uuid.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"
#include "tests/unit/generate/fixture.h"

#include <vector>

namespace gamevents::generate {
namespace {

Uuid IdOf(int event, uint64_t seed = 42) {
  auto options = SmallWorld();
  options.seed = seed;
  World world(options);
  for (int i = 0; i < event; ++i) world.Next();
  return world.Next().id;
}

}  // namespace

TEST_CASE("a world is known again by one of its events") {
  const Uuid foreign = MakeUuidV7(TimestampMs(kTestNow));
  CHECK_FALSE(PlaysOneOf({}, SmallWorld()));
  CHECK(PlaysOneOf({IdOf(0)}, SmallWorld()));
  CHECK(PlaysOneOf({IdOf(0), foreign}, SmallWorld()));
  CHECK(PlaysOneOf({IdOf(3'000)}, SmallWorld()));
  CHECK_FALSE(PlaysOneOf({IdOf(0, 43), IdOf(3'000, 43)}, SmallWorld()));
  // Beyond what is played, and one that no world has.
  CHECK_FALSE(PlaysOneOf({IdOf(kRepeatEventsMax)}, SmallWorld()));
  CHECK_FALSE(PlaysOneOf({foreign}, SmallWorld()));
}

}  // namespace gamevents::generate
