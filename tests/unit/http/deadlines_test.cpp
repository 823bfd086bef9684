// Goal: who has waited for too long is found, in order, and nobody else. Method: made-up times.
#include "core/http/deadlines.h"

#include "tests/unit/catch.h"

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

constexpr WaitLimits kLimits = {milliseconds(0),  milliseconds(100), milliseconds(10),
                                milliseconds(30), milliseconds(5),   milliseconds(20)};

Deadlines::Time At(int ms) { return Deadlines::Time() + milliseconds(ms); }

}  // namespace

TEST_CASE("each kind has its own time, and the next is the earliest of all") {
  Deadlines deadlines(kLimits);
  CHECK_FALSE(deadlines.Next());
  const auto idle = deadlines.Add(1);
  const auto slow = deadlines.Add(2);
  CHECK_FALSE(deadlines.Next());
  deadlines.Set(idle, Wait::kRequest, At(0));
  CHECK(deadlines.Next() == At(100));
  deadlines.Set(slow, Wait::kHeaders, At(50));
  CHECK(deadlines.Next() == At(60));
  CHECK_FALSE(deadlines.TakeExpired(At(59)));
  const auto expired = deadlines.TakeExpired(At(60));
  REQUIRE(expired);
  CHECK((expired->connection == 2 && expired->wait == Wait::kHeaders));
  // It waits no more, unless it is set anew.
  CHECK(slow->wait == Wait::kNothing);
  CHECK(deadlines.Next() == At(100));
}

TEST_CASE("the next can only be sooner where somebody has begun a kind's list") {
  Deadlines deadlines(kLimits);
  const auto first = deadlines.Add(1);
  const auto second = deadlines.Add(2);
  deadlines.Set(first, Wait::kRequest, At(0));
  CHECK(deadlines.TakeSooner());
  CHECK_FALSE(deadlines.TakeSooner());
  deadlines.Set(second, Wait::kRequest, At(1));
  deadlines.Set(first, Wait::kRequest, At(2));
  CHECK_FALSE(deadlines.TakeSooner());
  deadlines.Set(second, Wait::kHeaders, At(3));
  CHECK(deadlines.TakeSooner());
}

TEST_CASE("beginning anew moves to the end, and who is removed is not found") {
  Deadlines deadlines(kLimits);
  const auto first = deadlines.Add(1);
  const auto second = deadlines.Add(2);
  const auto third = deadlines.Add(3);
  deadlines.Set(first, Wait::kRequest, At(0));
  deadlines.Set(second, Wait::kRequest, At(1));
  deadlines.Set(third, Wait::kRequest, At(2));
  deadlines.Set(first, Wait::kRequest, At(3));
  CHECK(deadlines.Next() == At(101));
  deadlines.Remove(second);
  CHECK(deadlines.Next() == At(102));
  CHECK(deadlines.TakeExpired(At(200))->connection == 3);
  CHECK(deadlines.TakeExpired(At(200))->connection == 1);
  CHECK_FALSE(deadlines.TakeExpired(At(200)));
}

TEST_CASE("two ends of one connection wait apart") {
  Deadlines deadlines(kLimits);
  const auto read = deadlines.Add(1);
  const auto write = deadlines.Add(1);
  deadlines.Set(read, Wait::kBody, At(0));
  deadlines.Set(write, Wait::kWrite, At(0));
  CHECK(deadlines.TakeExpired(At(30))->wait == Wait::kBody);
  CHECK(deadlines.TakeExpired(At(30))->wait == Wait::kWrite);
}

}  // namespace gamevents::http
