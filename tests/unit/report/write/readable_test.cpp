// Goal: people read rounded numbers and plain days, programs every digit. Method: tables in memory,
// and one question answered in several formats.

#include "core/report/write/readable.h"

#include "core/report/answer/answer.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <chrono>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

/// `number` as an answer to `--agg AGGREGATE` shows it.
Cell ShownAs(const std::string& aggregate, Cell number) {
  Question question;
  question.asked = GroupsQuestion{.by = {{"a"}}, .aggregates = ParseAggregates(aggregate).value()};
  const Table table{{{"a"}, {aggregate}}, {{std::monostate{}, std::move(number)}}, false};
  return Rounded(question, table).rows.at(0).at(1);
}

TEST_CASE("averages and percentiles have three decimals") {
  CHECK(ShownAs("avg(n)", 22958.028503562946) == Cell(22958.029));
  CHECK(ShownAs("p95(n)", 62.260000000000005) == Cell(62.26));
  CHECK(ShownAs("avg(n)", -2.0 / 3) == Cell(-0.667));
  CHECK(ShownAs("avg(n)", 0.0) == Cell(0.0));
  CHECK(ShownAs("avg(n)", std::monostate{}) == Cell());
  CHECK(ShownAs("p50(n)", int64_t{5}) == Cell(int64_t{5}));
}

TEST_CASE("of a small number the first digits are shown, of a large one all") {
  CHECK(ShownAs("avg(n)", 0.0123456) == Cell(0.0123));
  CHECK(ShownAs("avg(n)", 0.00000123456) == Cell(0.00000123));
  CHECK(ShownAs("avg(n)", 1234567890123456.5) == Cell(1234567890123456.5));
  for (const double number :
       {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
        std::numeric_limits<double>::infinity()}) {
    CHECK(ShownAs("avg(n)", number) == Cell(number));
  }
}

TEST_CASE("what stands in events is not rounded") {
  for (const char* aggregate : {"min(n)", "max(n)", "sum(n)"}) {
    CHECK(ShownAs(aggregate, 1.23456789) == Cell(1.23456789));
  }
  Question question;
  question.asked = RowsQuestion{.fields = {{"n"}}};
  CHECK(Rounded(question, {{{"n"}}, {{1.23456789}}, false}).rows.at(0).at(0) == Cell(1.23456789));
}

TEST_CASE("shares of a schema have four decimals, seconds of a funnel three") {
  Question question;
  question.asked = SchemaQuestion{};
  const Row row{std::string("a"), std::string("long"), false, int64_t{2}, 2.0 / 3};
  CHECK(Rounded(question, {{}, {row}, false}).rows.at(0).at(4) == Cell(0.6667));
  question.asked = ViewQuestion{.kind = ViewKind::kFunnel};
  CHECK(Rounded(question, {{}, {row}, false}).rows.at(0).at(4) == Cell(0.667));
}

std::string DailyAverages(Format format) {
  Question question;
  question.asked = GroupsQuestion{.aggregates = ParseAggregates("avg(n)").value(),
                                  .bucket = StepsOf(std::chrono::hours(24))};
  question.rendering.format = format;
  if (format == Format::kHtml) question.rendering.chart.kind = ChartKind::kAuto;
  std::string text;
  REQUIRE(Answer(question, Topic({{R"({"n":1})"}, {R"({"n":1})"}, {R"({"n":0})"}}), nullptr,
                 [&](std::string_view piece) {
                   text += piece;
                   return Status(Done{});
                 }));
  return text;
}

TEST_CASE("tables and pages are for people, the others for programs") {
  CHECK(DailyAverages(Format::kTable) ==
        "+----------+------+\n|    bucket|avg(n)|\n+----------+------+\n|2026-11-23| 0.667|\n"
        "+----------+------+\n\n");
  CHECK(DailyAverages(Format::kMarkdown) ==
        "| bucket | avg(n) |\n| --- | --- |\n| 2026-11-23 | 0.667 |\n");
  const std::string page = DailyAverages(Format::kHtml);
  CHECK(page.find("<td>2026-11-23</td><td class=\"number\">0.667</td>") != std::string::npos);
  CHECK(page.find("<svg role=\"img\"") != std::string::npos);  // of times still
  CHECK(DailyAverages(Format::kCsv) ==
        "bucket,avg(n)\r\n2026-11-23T00:00:00.000Z,0.6666666666666666\r\n");
}

TEST_CASE("on a terminal what was counted has its digits in groups, what stands in events not") {
  Question question;
  question.asked = GroupsQuestion{.by = {{"id"}}, .aggregates = ParseAggregates("avg(n)").value()};
  const auto shown = [&](std::vector<Cell> numbers) {
    Table table{{{"id"}, {"avg(n)"}}, {}, false};
    for (Cell& number : numbers) table.rows.push_back({int64_t{1'234'567}, std::move(number)});
    std::vector<std::string> texts;
    for (const Row& row : WithDigitGroups(WithWorkedOut(question, std::move(table))).rows) {
      CHECK(row[0] == Cell(int64_t{1'234'567}));
      texts.push_back(CellText(row[1]));
    }
    return texts;
  };
  using Texts = std::vector<std::string>;
  CHECK(shown({int64_t{1'234'567}, int64_t{-1'000}, int64_t{999}}) ==
        Texts{"1,234,567", "-1,000", "999"});
  CHECK(shown({int64_t{2'026}, int64_t{7}}) == Texts{"2026", "7"});
  CHECK(shown({1.2345678e7, 0.7464666, 62.26, 0.0, -0.5}) ==
        Texts{"12,345,678", "0.746", "62.26", "0", "-0.5"});
  CHECK(shown({0.00123456, 1e-9, 1e20}) == Texts{"0.00123", "1.0E-9", "1.0E20"});
  CHECK(shown({std::monostate{}, std::string("x")}) == Texts{"NULL", "x"});
}

TEST_CASE("a statement's expressions have digit groups, its plain columns not") {
  Question question;
  question.asked = SqlQuestion{};
  Table table{{{"id", Type::kAny, false}, {"n", Type::kAny, true}},
              {{int64_t{12'345}, int64_t{12'345}}},
              false};
  const Table shown = WithDigitGroups(WithWorkedOut(question, std::move(table)));
  CHECK(shown.rows[0][0] == Cell(int64_t{12'345}));
  CHECK(shown.rows[0][1] == Cell(std::string("12,345")));
}

}  // namespace
}  // namespace gamevents::report
