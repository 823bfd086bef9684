// Goal: a terminal's charts have the right lengths, in blocks and in ASCII, and obey no event.
// Method: small pictures; their whole text.

#include "core/report/chart/text_chart.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::report {
namespace {

constexpr TextDrawing kBlocks{.width = 40};
constexpr TextDrawing kAscii{.width = 40, .is_ascii = true};

bool TextHas(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a bar is as long as its value, by eighths of a block") {
  const Picture picture{
      .name = "n by a", .labels = {"x", "yy", "zero"}, .series = {{"n", {320.0, 105.0, 0.0}}}};
  // 40 columns, less 4 and 3 for the texts and 2 between them: 31.
  CHECK(TextChart(picture, kBlocks) ==
        "n by a\n"
        "x    320 ███████████████████████████████\n"
        "yy   105 ██████████▏\n"
        "zero   0 \n");
  CHECK(TextChart(picture, kAscii) ==
        "n by a\n"
        "x    320 ###############################\n"
        "yy   105 ##########\n"
        "zero   0 \n");
}

TEST_CASE("the rest is said, not drawn, and what is little shows") {
  const Picture picture{.name = "n",
                        .labels = {"x", "y", "(9 other)"},
                        .series = {{"n", {1'000.0, 1.0, 9'000.0}}},
                        .has_rest = true};
  const std::string text = TextChart(picture, kBlocks);
  CHECK(TextHas(text, "y             1 ▏\n"));
  CHECK(TextHas(text, "(9 other) 9,000 \n"));
}

TEST_CASE("parts are as long as the whole, each by a sign of its own") {
  const Picture picture{.kind = ChartKind::kStacked,
                        .name = "n",
                        .labels = {"x"},
                        .series = {{"a", {14.0}}, {"b", {14.0}}, {"2 other", {7.0}, true}}};
  CHECK(TextChart(picture, kAscii) ==
        "n\n"
        "## a       14\n"
        "== b       14\n"
        ".. 2 other 7\n"
        "x 35 ##############==============.......\n");
}

TEST_CASE("a course stands in columns, what is not over is paler") {
  Picture picture{
      .kind = ChartKind::kLine, .name = "n", .at = {1, 2}, .series = {{"n", {8.0, 4.0}}}};
  const std::string text = TextChart(picture, kAscii);
  CHECK(TextHas(text, "8 ###################                   \n"));
  CHECK(TextHas(text, "0 ######################################\n"));
  CHECK(TextHas(text, "\n  1                  2\n"));
  picture.is_open = true;
  CHECK(TextHas(TextChart(picture, kBlocks), "0 ███████████████████░░░░░░░░░░░░░░░░░░░\n"));
  CHECK(TextHas(TextChart(picture, kBlocks), "* The last step, 2, is not over yet.\n"));
}

TEST_CASE("several courses stand below each other, with their names") {
  const Picture picture{.kind = ChartKind::kLine,
                        .name = "n",
                        .at = {1, 2},
                        .series = {{"ios", {8.0, 4.0}}, {"web", {1.0, std::nullopt}}}};
  const std::string text = TextChart(picture, kBlocks);
  CHECK(TextHas(text, "ios 12\n8 "));
  CHECK(TextHas(text, "web 1\n1 "));
}

TEST_CASE("a heat map shades its numbers") {
  const Picture picture{.kind = ChartKind::kHeatmap,
                        .name = "n",
                        .labels = {"mon"},
                        .series = {{"1 h", {8.0}}, {"2 h", {4.0}}, {"3 h", {std::nullopt}}},
                        .rows_name = "day"};
  CHECK(TextChart(picture, kBlocks) == "n\nday  1 h  2 h  3 h\nmon ██ 8 ▒▒ 4     \n");
}

TEST_CASE("a funnel has shares, a histogram its stretches") {
  const Picture funnel{.kind = ChartKind::kFunnel,
                       .name = "n",
                       .labels = {"in", "out"},
                       .series = {{"users", {8.0, 2.0}}}};
  CHECK(TextHas(TextChart(funnel, kAscii), "out 2  25 % #######\n"));
  const Picture prices{.kind = ChartKind::kHistogram,
                       .name = "n",
                       .at = {0, 50},
                       .step = 50,
                       .series = {{"n", {1.0, 2.0}}}};
  CHECK(TextHas(TextChart(prices, kAscii), "50 to 100 2 ####"));
}

TEST_CASE("numbers are not cut") {
  const Picture prices{.kind = ChartKind::kHistogram,
                       .name = "n",
                       .at = {0, 2'000'000},
                       .step = 2'000'000,
                       .series = {{"n", {1.0, 2.0}}}};
  CHECK(TextHas(TextChart(prices, {.width = 60}), "2,000,000 to 4,000,000 2 █"));
}

TEST_CASE("colours are there when asked for, and names cannot set any") {
  const Picture picture{.name = "n\x1B[31m", .labels = {"\x1B]0;x"}, .series = {{"n", {1.0}}}};
  CHECK_FALSE(TextHas(TextChart(picture, kBlocks), "\x1B"));
  CHECK(TextHas(TextChart(picture, {.width = 40, .is_colored = true}), "\x1B[34m█"));
}

TEST_CASE("a chart of nothing says so") {
  CHECK(TextChart({.name = "n"}, kBlocks) == "n\nThere is nothing to show yet.\n");
}

}  // namespace
}  // namespace gamevents::report
