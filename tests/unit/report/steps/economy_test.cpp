// Goal: coins and items are added up by day, with what there is at its end.
// Method: changes as FlowsOf makes them, by one part of a scan and by two.

#include "core/report/steps/economy.h"

#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

constexpr int64_t kEconomyDay = 86'400'000;

Message Change(const std::string& what, const std::string& item, int64_t gained, int64_t lost,
               int64_t day = 0) {
  Message message{fmt::format(R"({{"what":"{}","item":"{}","gained":{},"lost":{},"time":{}}})",
                              what, item, gained, lost, kTestNow + (day + 10) * kEconomyDay)};
  message.time = kTestNow + day * kEconomyDay;
  return message;
}

ViewQuestion AskingEconomy() { return {.kind = ViewKind::kEconomy}; }

std::vector<Message> Changes() {
  return {Change("items", "axe", 3, 0), Change("coins", "axe", 0, 300),
          Change("items", "axe", 0, 1), Change("items", "bow", 2, 0, 2),
          Change("items", "axe", 0, 2, 2)};
}

/// The rows without their times.
std::vector<Row> WithoutTimes(Table table) {
  for (Row& row : table.rows) row.erase(row.begin());
  return table.rows;
}

TEST_CASE("each day has its changes, and the total until its end") {
  const Table table = ViewOf(AskingEconomy(), Changes());
  REQUIRE(table.headings.size() == 6);
  CHECK(table.headings[0].name == "day");
  CHECK(table.headings[5].name == "total");
  CHECK(WithoutTimes(table) ==
        std::vector<Row>{{"coins"s, int64_t{0}, int64_t{300}, int64_t{-300}, int64_t{-300}},
                         {"items"s, int64_t{3}, int64_t{1}, int64_t{2}, int64_t{2}},
                         {"items"s, int64_t{2}, int64_t{2}, int64_t{0}, int64_t{2}}});
}

TEST_CASE("each group has a total of its own") {
  ViewQuestion question = AskingEconomy();
  question.by = {{"item"}};
  const Table table = ViewOf(question, Changes());
  CHECK(table.headings[2].name == "item");
  CHECK(WithoutTimes(table) ==
        std::vector<Row>{{"coins"s, "axe"s, int64_t{0}, int64_t{300}, int64_t{-300}, int64_t{-300}},
                         {"items"s, "axe"s, int64_t{3}, int64_t{1}, int64_t{2}, int64_t{2}},
                         {"items"s, "axe"s, int64_t{0}, int64_t{2}, int64_t{-2}, int64_t{0}},
                         {"items"s, "bow"s, int64_t{2}, int64_t{0}, int64_t{2}, int64_t{2}}});
}

TEST_CASE("a change without the time that was asked for is left out, and counted") {
  ViewQuestion question = AskingEconomy();
  question.fields.time = {"sent", "at"};
  question.day = StepsOf(std::chrono::hours(1));
  std::vector<Message> changes = Changes();
  changes.push_back({R"({"what":"items","item":"axe","gained":1,"lost":0})"});
  const auto view = MakeView(question, kViewBytesMax);
  REQUIRE(ScanWith(*view, changes));
  const auto table = view->Finish();
  REQUIRE(table);
  CHECK(table->headings[0].name == "bucket");
  CHECK(std::get<Time>(table->rows[0][0]).at.value / kEconomyDay ==
        (kTestNow + 10 * kEconomyDay) / kEconomyDay);
  CHECK(view->Notes() ==
        std::vector<std::string>{"1 changes have no time (sent.at) and are left out"});
}

TEST_CASE("a total beyond a long ends it") {
  const int64_t most = std::numeric_limits<int64_t>::max();
  const auto view = MakeView(AskingEconomy(), kViewBytesMax);
  REQUIRE(ScanWith(*view, {Change("items", "axe", most, 0), Change("items", "axe", 1, 0, 1)}));
  CHECK(view->Finish().error().context.find("the total of items does not fit a long") == 0);
}

}  // namespace
}  // namespace gamevents::report
