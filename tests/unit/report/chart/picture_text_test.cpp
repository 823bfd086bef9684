// Goal: positions and values are named in full. Method: single pictures.

#include "core/report/chart/picture_text.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

constexpr double kPictureMinute = 60'000;
const double kPictureNow = static_cast<double>(kTestNow);

TEST_CASE("a position is a name, a time, a number or a stretch of numbers") {
  CHECK(PositionText({.labels = {"a", "b"}}, 1) == "b");
  const Picture minutes{.at = {kPictureNow, kPictureNow + kPictureMinute}, .is_time = true};
  CHECK(PositionText(minutes, 1) == "2026-11-23 10:01");
  const double midnight = kPictureNow - 600 * kPictureMinute;
  CHECK(PositionText({.at = {midnight}, .is_time = true}, 0) == "2026-11-23");
  CHECK(PositionText({.at = {1'000, 2}}, 0) == "1,000");
  CHECK(PositionText({.at = {1'000}, .step = 50}, 0) == "1,000 to 1,050");
}

TEST_CASE("sums are of all that is there") {
  const Picture picture{.series = {{"a", {1.0, 2.0}}, {"b", {std::nullopt, 3.5}}}};
  CHECK(TotalAt(picture, 0) == 1);
  CHECK(TotalAt(picture, 1) == 5.5);
  CHECK(TotalText(picture, picture.series[1]) == "3.5");
  const Picture shares{.series = {{"a", {0.125}}}, .is_shares = true};
  CHECK(TotalText(shares, shares.series[0]).empty());
  CHECK(ValueText(shares, 0.125) == "12.5 %");
}

TEST_CASE("a note says what is left out and what is not over") {
  Picture picture{.at = {kPictureNow}, .is_time = true, .series = {{"a", {1.0}}}};
  CHECK(NoteOf(picture).empty());
  picture.is_open = true;
  CHECK(NoteOf(picture) == "The last step, 2026-11-23 10:00, is not over yet.");
  picture.note = "Two are left out.";
  CHECK(NoteOf(picture) == "Two are left out. The last step, 2026-11-23 10:00, is not over yet.");
}

}  // namespace
}  // namespace gamevents::report
