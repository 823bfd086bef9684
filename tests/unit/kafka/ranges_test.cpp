// Goal: a position means the right offset whatever the partition holds. Method: a table over
// partitions that are empty, cut at their start, and whole.
#include "core/kafka/ranges.h"

#include "tests/unit/catch.h"

namespace gamevents::kafka {
namespace {

using Kind = Position::Kind;

int64_t At(Kind kind, int64_t number, Watermarks marks, int64_t at_time = -1) {
  auto offset = Resolve({kind, number}, marks, at_time);
  REQUIRE(offset.ok());
  return *offset;
}

}  // namespace

TEST_CASE("positions stay within what the partition holds") {
  const Watermarks cut{100, 150};
  CHECK(At(Kind::kBeginning, 0, cut) == 100);
  CHECK(At(Kind::kEnd, 0, cut) == 150);
  CHECK(At(Kind::kOffset, 120, cut) == 120);
  CHECK(At(Kind::kOffset, 150, cut) == 150);
  CHECK(At(Kind::kOffset, 3, cut) == 100);
  CHECK(At(Kind::kFromEnd, 10, cut) == 140);
  CHECK(At(Kind::kFromEnd, 0, cut) == 150);
  CHECK(At(Kind::kFromEnd, 1'000, cut) == 100);
  CHECK(At(Kind::kFromEnd, INT64_MAX, cut) == 100);
  CHECK(At(Kind::kTime, 5, cut, 130) == 130);
  CHECK(At(Kind::kTime, 5, cut, -1) == 150);
  CHECK(At(Kind::kTime, 5, cut, 151) == 150);

  const Watermarks empty{0, 0};
  for (const Kind kind :
       {Kind::kBeginning, Kind::kEnd, Kind::kOffset, Kind::kFromEnd, Kind::kTime}) {
    CHECK(At(kind, 0, empty) == 0);
  }
}

TEST_CASE("an offset past the end is refused with what there is") {
  const auto refused = Resolve({Kind::kOffset, 151}, {100, 150}, -1);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kBadInput);
  CHECK(refused.error().context.find("100 to 150") != std::string::npos);
}

}  // namespace gamevents::kafka
