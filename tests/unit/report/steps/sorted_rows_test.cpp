// Goal: the first rows of an order, however many events there are, with ties in the topic's order.
// Method: every limit around the number of events against one sort of all; limits of memory.

#include "core/report/steps/sorted_rows.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

SortedRows Rows(std::string_view order, size_t limit, size_t bytes_max = 1 << 20) {
  return {{FieldColumn({"id"})},
          {.order = ParseOrder(order).value(), .limit = limit, .bytes_max = bytes_max}};
}

TEST_CASE("each limit gives the head of the whole order") {
  std::vector<Message> messages;
  for (int i = 0; i < 20; ++i) {
    messages.push_back(
        {.value = fmt::format(R"({{"id":{},"n":{}}})", i, i * 7 % 5), .partition = i % 2});
  }
  messages.push_back({R"({"id":20})"});
  messages.push_back({"42"});
  SortedRows all = Rows("n:desc", 100);
  REQUIRE(ScanWith(all, messages));
  const Table whole = all.Finish();
  REQUIRE(whole.rows.size() == 21);
  CHECK_FALSE(whole.more);
  // The largest n is 4, of 2, 7, 12 and 17; those of partition 0 come first.
  CHECK(std::vector<Row>(whole.rows.begin(), whole.rows.begin() + 4) ==
        std::vector<Row>{{int64_t{2}}, {int64_t{12}}, {int64_t{7}}, {int64_t{17}}});
  CHECK(whole.rows.back() == Row{int64_t{20}});  // null is last when it descends
  for (size_t limit = 0; limit <= 22; ++limit) {
    SortedRows rows = Rows("n:desc", limit);
    REQUIRE(ScanWith(rows, messages));
    const Table table = rows.Finish();
    const size_t count = std::min<size_t>(limit, 21);
    CHECK(table.rows ==
          std::vector<Row>(whole.rows.begin(), whole.rows.begin() + static_cast<int64_t>(count)));
    CHECK(table.more == (limit < 21));
  }
}

TEST_CASE("a whole number and the double that equals it tie: the next field decides") {
  SortedRows rows = Rows("price:desc,n", 10);
  REQUIRE(ScanWith(rows, {{R"({"id":0,"price":5.0,"n":2})"},
                          {R"({"id":1,"price":5,"n":3})"},
                          {R"({"id":2,"price":5,"n":1})"},
                          {R"({"id":3,"price":5.5,"n":4})"}}));
  CHECK(rows.Finish().rows ==
        std::vector<Row>{{int64_t{3}}, {int64_t{2}}, {int64_t{0}}, {int64_t{1}}});
}

TEST_CASE("memory is that of the rows asked for, and bounded") {
  std::vector<Message> messages;
  for (int i = 0; i < 100; ++i) {
    messages.push_back({fmt::format(R"({{"id":"{}","n":{}}})", std::string(1'000, 'x'), i)});
  }
  SortedRows few = Rows("n", 5, 16 << 10);
  CHECK(ScanWith(few, messages));
  SortedRows many = Rows("n", 50, 16 << 10);
  const auto totals = ScanWith(many, messages);
  REQUIRE_FALSE(totals);
  CHECK(totals.error().fault == Fault::kFull);
  CHECK(totals.error().context.find("with a limit") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
