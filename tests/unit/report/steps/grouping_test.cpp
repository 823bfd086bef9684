// Goal: groups hold exactly their events, come in the order asked for, and every aggregate is what
// Spark gives; what is estimated, left out or too much is said.
// Method: records in memory; answers cell by cell, also when siblings gathered them.

#include "core/report/steps/grouping.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

constexpr size_t kBytesMax = size_t{256} << 20;

Columns Fields(const std::vector<std::string>& names) {
  Columns columns;
  for (const std::string& name : names) columns.push_back(FieldColumn({name}));
  return columns;
}

Groups Counting(const std::vector<std::string>& names) {
  return {Fields(names), {CountOfEvents()}, kBytesMax};
}

Groups Asking(const std::vector<std::string>& names, std::string_view aggregates,
              size_t bytes_max = kBytesMax) {
  return {Fields(names), ParseAggregates(aggregates).value(), bytes_max};
}

Message Event(const std::string& type) { return {fmt::format(R"({{"t":"{}"}})", type)}; }

TEST_CASE("a whole number and the double that equals it are one group, whichever comes first") {
  const std::vector<Message> whole_first = {{R"({"t":5,"u":1})"}, {R"({"t":5.0,"u":1})"}};
  const std::vector<Message> double_first = {{R"({"t":5.0,"u":1})"}, {R"({"t":5,"u":1})"}};
  const std::vector<Row> expected = {{5.0, int64_t{1}, int64_t{2}}};
  for (const auto& messages : {whole_first, double_first}) {
    Groups groups = Counting({"t", "u"});
    REQUIRE(ScanWith(groups, messages));
    CHECK(groups.Finish(GroupOrder::kCount)->rows == expected);

    Groups one = Counting({"t", "u"});
    const auto other = one.Sibling();
    REQUIRE(ScanWith(one, {messages[0]}));
    REQUIRE(ScanWith(*other, {messages[1]}));
    one.Merge(std::move(*other));
    CHECK(one.Finish(GroupOrder::kCount)->rows == expected);
  }
}

TEST_CASE("medians, percentiles with a fraction and standard deviations") {
  const std::vector<Message> messages{
      {R"({"n":2})"}, {R"({"n":4})"}, {R"({"n":9})"}, {R"({"n":"x"})"}, {R"({"n":null})"}};
  Groups groups = Asking({}, "median(n),p99.9(n),stddev(n)");
  const auto other = groups.Sibling();
  REQUIRE(ScanWith(groups, {messages[0], messages[3]}));
  REQUIRE(ScanWith(*other, {messages[1], messages[2], messages[4]}));
  groups.Merge(std::move(*other));
  const Row row = groups.Finish(GroupOrder::kCount)->rows.front();
  CHECK(std::get<double>(row[0]) == 4);
  CHECK(std::abs(std::get<double>(row[1]) - 8.99) < 1e-9);
  CHECK(std::abs(std::get<double>(row[2]) - std::sqrt(13)) < 1e-9);
  CHECK(groups.Notes() ==
        std::vector<std::string>{
            "1 values of n are no numbers and are left out of its percentiles",
            "1 values of n are no numbers and are left out of its standard deviations"});
  Groups one = Asking({}, "stddev(n)");
  REQUIRE(ScanWith(one, {messages[0]}));
  CHECK(one.Finish(GroupOrder::kCount)->rows == std::vector<Row>{{std::monostate{}}});
}

TEST_CASE("whole numbers beyond a long are groups of their own") {
  const event::OwnedDigits even{"12345678901234567890"};
  const event::OwnedDigits odd{"12345678901234567891"};
  Groups groups = Asking({"t"}, "count,min(t),max(t),distinct(t)");
  REQUIRE(ScanWith(groups, {{R"({"t":12345678901234567891})"},
                            {R"({"t":12345678901234567890})"},
                            {R"({"t":7})"},
                            {R"({"t":12345678901234567891})"}}));
  const std::vector<Row> expected = {{odd, int64_t{2}, odd, odd, int64_t{1}},
                                     {int64_t{7}, int64_t{1}, int64_t{7}, int64_t{7}, int64_t{1}},
                                     {even, int64_t{1}, even, even, int64_t{1}}};
  CHECK(groups.Finish(GroupOrder::kCount)->rows == expected);

  // One with the double that equals it; sums take the nearest double.
  Groups sums = Asking({"t"}, "sum(t),avg(t)");
  REQUIRE(
      ScanWith(sums, {{R"({"t":18446744073709551616})"}, {R"({"t":1.8446744073709551616e19})"}}));
  CHECK(sums.Finish(GroupOrder::kCount)->rows ==
        std::vector<Row>{{18446744073709551616.0, 36893488147419103232.0, 18446744073709551616.0}});
}

TEST_CASE("groups are sorted by count, then by value with nulls first") {
  Groups groups = Counting({"t"});
  REQUIRE(ScanWith(groups, {Event("b"),
                            Event("a"),
                            Event("Z"),
                            {"{}"},
                            Event("b"),
                            Event("\u00e9"),
                            Event("a"),
                            {"42"},
                            Event("\uffff"),
                            Event("\U00010000")}));
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE(table);
  const int64_t one = 1;
  CHECK(table->rows == std::vector<Row>{{"a"s, int64_t{2}},
                                        {"b"s, int64_t{2}},
                                        {std::monostate{}, one},
                                        {"Z"s, one},
                                        {"\u00e9"s, one},
                                        {"\uffff"s, one},
                                        {"\U00010000"s, one}});
  CHECK(table->headings.back().name == "count");
}

TEST_CASE("groups can come in the order of their keys") {
  Groups groups = Counting({"t"});
  REQUIRE(ScanWith(groups, {Event("b"), Event("b"), Event("a")}));
  const auto table = groups.Finish(GroupOrder::kKey);
  REQUIRE(table);
  CHECK(table->rows == std::vector<Row>{{"a"s, int64_t{1}}, {"b"s, int64_t{2}}});
}

TEST_CASE("values of different types and splits are different groups") {
  Groups groups = Counting({"a", "b"});
  REQUIRE(ScanWith(groups, {{R"({"a":"xy","b":"z"})"},
                            {R"({"a":"x","b":"yz"})"},
                            {R"({"a":5})"},
                            {R"({"a":"5"})"},
                            {R"({"a":5.5})"},
                            {R"({"a":true})"},
                            {R"({"a":[5]})"},
                            {R"({"a":5,"b":null})"}}));
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE(table);
  CHECK(table->rows.size() == 7);
  CHECK(table->rows.front() == Row{int64_t{5}, std::monostate{}, int64_t{2}});
}

TEST_CASE("a grouping beyond its memory says so") {
  const std::string big(20 << 20, 'x');
  std::vector<Message> messages;
  for (int i = 0; i < 14; ++i) messages.push_back(Event(big + std::to_string(i)));
  Groups groups = Counting({"t"});
  REQUIRE(ScanWith(groups, messages));
  CHECK(groups.Satisfied());
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE_FALSE(table);
  CHECK(table.error().fault == Fault::kFull);
}

TEST_CASE("every aggregate over numbers, nulls and what is missing") {
  Groups groups = Asking({"t"}, "count,count(n),sum(n),avg(n),min(n),max(n),distinct(n),p50(n)");
  REQUIRE(ScanWith(groups, {{R"({"t":"a","n":1})"},
                            {R"({"t":"a","n":4})"},
                            {R"({"t":"a","n":4})"},
                            {R"({"t":"a","n":null})"},
                            {R"({"t":"b"})"},
                            {"not json"}}));
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE(table);
  const std::monostate null;
  CHECK(table->rows ==
        std::vector<Row>{{"a"s, int64_t{4}, int64_t{3}, int64_t{9}, 3.0, int64_t{1}, int64_t{4},
                          int64_t{2}, 4.0},
                         {"b"s, int64_t{1}, int64_t{0}, null, null, null, null, int64_t{0}, null}});
  CHECK(table->headings[3].name == "sum(n)");
  CHECK(groups.Notes().empty());
}

TEST_CASE("a column of sums is of doubles as soon as one is") {
  Groups groups = Asking({"t"}, "sum(n),max(n)");
  REQUIRE(ScanWith(groups, {{R"({"t":"a","n":1})"}, {R"({"t":"b","n":2.5})"}}));
  const auto table = groups.Finish(GroupOrder::kKey);
  REQUIRE(table);
  CHECK(table->rows == std::vector<Row>{{"a"s, 1.0, 1.0}, {"b"s, 2.5, 2.5}});
}

TEST_CASE("without a grouping all events are one group, even none") {
  Groups groups = Asking({}, "count,sum(n)");
  REQUIRE(ScanWith(groups, {{"42"}}));
  CHECK(groups.Finish(GroupOrder::kCount)->rows ==
        std::vector<Row>{{int64_t{0}, std::monostate{}}});
  REQUIRE(ScanWith(groups, {{R"({"n":5})"}, {R"({"n":6})"}}));
  CHECK(groups.Finish(GroupOrder::kCount)->rows == std::vector<Row>{{int64_t{2}, int64_t{11}}});
}

TEST_CASE("a sum beyond a long is refused, its average is not") {
  Groups groups = Asking({}, "sum(n)");
  Groups average = Asking({}, "avg(n)");
  const std::vector<Message> messages{{R"({"n":9223372036854775807})"}, {R"({"n":1})"}};
  REQUIRE(ScanWith(groups, messages));
  REQUIRE(ScanWith(average, messages));
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE_FALSE(table);
  CHECK(table.error().context.find("ARITHMETIC_OVERFLOW") != std::string::npos);
  CHECK(average.Finish(GroupOrder::kCount)->rows == std::vector<Row>{{4611686018427387904.0}});
  // On the way it may pass the bound and come back.
  REQUIRE(ScanWith(groups, {{R"({"n":-2})"}}));
  CHECK(groups.Finish(GroupOrder::kCount)->rows ==
        std::vector<Row>{{int64_t{9'223'372'036'854'775'806}}});
}

TEST_CASE("what a sum cannot take is left out and said") {
  Groups groups = Asking({}, "sum(n),p50(n),max(n)");
  REQUIRE(ScanWith(groups, {{R"({"n":"7"})"}, {R"({"n":2})"}, {R"({"n":[1]})"}}));
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE(table);
  CHECK(table->rows == std::vector<Row>{{int64_t{2}, 2.0, Json{"[1]"}}});
  const auto notes = groups.Notes();
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].find("2 values of n are no numbers") == 0);
}

TEST_CASE("siblings gather apart and are merged into the same answer") {
  std::vector<Message> messages;
  for (int i = 0; i < 1'000; ++i) {
    messages.push_back({fmt::format(R"({{"t":"{}","n":{}}})", i % 7, i * 37 % 1'000)});
  }
  const std::string_view asked = "count,sum(n),avg(n),min(n),max(n),distinct(n),p95(n)";
  Groups whole = Asking({"t"}, asked);
  REQUIRE(ScanWith(whole, messages));
  Groups first = Asking({"t"}, asked);
  const auto second = first.Sibling();
  REQUIRE(ScanWith(first, {messages.begin(), messages.begin() + 300}));
  REQUIRE(ScanWith(*second, {messages.begin() + 300, messages.end()}));
  first.Merge(std::move(*second));
  CHECK(first.Finish(GroupOrder::kCount)->rows == whole.Finish(GroupOrder::kCount)->rows);
}

TEST_CASE("an estimate is called one") {
  std::vector<Message> messages;
  for (size_t i = 0; i <= DistinctCount::kExactMax; ++i) {
    messages.push_back({fmt::format(R"({{"n":{}}})", i)});
  }
  Groups groups = Asking({}, "distinct(n)");
  REQUIRE(ScanWith(groups, {messages.begin(), messages.end() - 1}));
  CHECK(groups.Notes().empty());
  REQUIRE(ScanWith(groups, {messages.back()}));
  REQUIRE(groups.Notes().size() == 1);
  CHECK(groups.Notes()[0].find("distinct(n) is estimated in 1 of 1 groups") == 0);
}

TEST_CASE("aggregates beyond the memory say so") {
  std::vector<Message> messages;
  for (int i = 0; i < 2'000; ++i) messages.push_back({fmt::format(R"({{"n":{}}})", i)});
  Groups groups = Asking({}, "distinct(n)", 64 << 10);
  REQUIRE(ScanWith(groups, messages));
  const auto table = groups.Finish(GroupOrder::kCount);
  REQUIRE_FALSE(table);
  CHECK(table.error().fault == Fault::kFull);
  CHECK(table.error().context.find("report.memory") != std::string::npos);
}

TEST_CASE("groups by time come in its order, and any order can be asked for") {
  const int64_t start = 1'795'428'000'000;
  Columns columns{BucketColumn("bucket", StepsOf(std::chrono::minutes(1)))};
  columns.push_back(FieldColumn({"t"}));
  Groups groups(columns, {CountOfEvents()}, kBytesMax);
  REQUIRE(ScanWith(groups, {{.value = R"({"t":"b"})", .time = start + 60'000},
                            {.value = R"({"t":"a"})", .time = start + 61'000},
                            {.value = R"({"t":"b"})", .time = start},
                            {.value = R"({"t":"b"})", .time = start + 59'999}}));
  auto table = groups.Finish(GroupOrder::kKey);
  REQUIRE(table);
  const Row first{TimestampMs(start), "b"s, int64_t{2}};
  const Row second{TimestampMs(start + 60'000), "a"s, int64_t{1}};
  const Row third{TimestampMs(start + 60'000), "b"s, int64_t{1}};
  CHECK(table->rows == std::vector<Row>{first, second, third});
  REQUIRE(Sort(*table, ParseOrder("bucket:desc,t:desc").value()));
  CHECK(table->rows == std::vector<Row>{third, second, first});
  REQUIRE(Sort(*table, ParseOrder("t,count").value()));
  CHECK(table->rows == std::vector<Row>{second, third, first});
  const auto refused = Sort(*table, ParseOrder("sum(t)").value());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().context.find("it has bucket, t, count") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::report
