// Goal: groups that a scan gathers are those that SQLite would make of the same rows, or there are
// none: where its answer depends on the order of rows, or is of numbers that a double rounds.
// Method: events of few values each; whether groups are certain, and what is in them.

#include "core/report/sql/event_groups.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

namespace gamevents::report::sql {
namespace {

/// Events {"k": "x", "v": value}.
std::vector<Message> With(const std::vector<std::string>& values) {
  std::vector<Message> messages;
  for (const std::string& value : values) {
    messages.push_back({fmt::format(R"({{"k":"x","v":{}}})", value)});
  }
  return messages;
}

/// What is gathered of `values` for the statement, by two siblings; nothing: not certain.
std::optional<std::vector<Row>> RowsOf(const std::string& statement,
                                       const std::vector<std::string>& values) {
  const auto asked = ReadGrouped(statement);
  INFO(statement);
  REQUIRE(asked);
  EventGroups all(*asked, 1 << 20);
  for (size_t part = 0; part < 2; ++part) {
    const auto sibling = all.Sibling();
    const size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    REQUIRE(ScanWith(*sibling, With(part == 0 ? std::vector(values.begin(), middle)
                                              : std::vector(middle, values.end()))));
    all.Merge(std::move(*sibling));
  }
  const auto table = all.Finish();
  if (!table) return std::nullopt;
  return table->rows;
}

bool AreCertain(const std::string& statement, const std::vector<std::string>& values) {
  return RowsOf(statement, values).has_value();
}

TEST_CASE("a row for each group, of the events that meet the tests") {
  const auto rows = RowsOf("SELECT k, count(*), sum(v) FROM events WHERE v > 1 GROUP BY k",
                           {"3", "4", "1", "null", "7"});
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK(rows->front() ==
        Row{std::string("x"), int64_t{3}, int64_t{3}, int64_t{14}, int64_t{3}, int64_t{7}});
  CHECK(RowsOf("SELECT count(*) FROM events WHERE v > 9", {"3"})->front() == Row{int64_t{0}});
}

TEST_CASE("tests compare as SQLite does where nothing has an affinity") {
  const auto count = [](const std::string& test, const std::string& value) {
    const auto rows = RowsOf("SELECT count(*) FROM events WHERE v " + test, {value});
    REQUIRE(rows);
    return std::get<int64_t>(rows->front().front());
  };
  CHECK(count("= 5", "5") == 1);
  CHECK(count("= 5", "5.0") == 1);
  CHECK(count("= 5", "\"5\"") == 0);
  CHECK(count("= '5'", "5") == 0);
  CHECK(count("<> '5'", "5") == 1);
  CHECK(count("<> 5", "null") == 0);
  CHECK(count("< 'a'", "99") == 1);
  CHECK(count("> 99", "\"\"") == 1);
  CHECK(count("<= 9007199254740993", "9007199254740992.0") == 1);
  CHECK(count(">= 9007199254740993", "9007199254740992.0") == 0);
  CHECK(count("IN (1, 'a')", "\"a\"") == 1);
  CHECK(count("IN (1, 'a')", "true") == 1);
  CHECK(count("= '[1]'", "[1]") == 1);
  CHECK(count("IS NULL", "null") == 1);
  CHECK(count("IS NOT NULL", "0") == 1);
}

TEST_CASE("sums and averages are certain of whole numbers that cannot run over") {
  const std::string sum = "SELECT sum(v) FROM events";
  const std::string avg = "SELECT avg(v) FROM events";
  CHECK(AreCertain(sum, {"1", "-2", "null"}));
  CHECK(AreCertain(sum, {}));
  CHECK(AreCertain(sum, {"9223372036854775807"}));
  CHECK_FALSE(AreCertain(sum, {"9223372036854775807", "1", "-5"}));  // SQLite runs over on its way
  CHECK_FALSE(AreCertain(sum, {"1", "2.5"}));
  CHECK_FALSE(AreCertain(sum, {"1", "2.0"}));
  CHECK_FALSE(AreCertain(sum, {"1", "true"}));
  CHECK_FALSE(AreCertain(sum, {"1", "\"2\""}));
  CHECK_FALSE(AreCertain(sum, {"\"2\""}));
  CHECK_FALSE(AreCertain(sum, {"12345678901234567890"}));
  CHECK(AreCertain(avg, {"1", "-2"}));
  CHECK(AreCertain(avg, {"9007199254740992"}));
  CHECK_FALSE(AreCertain(avg, {"9007199254740992", "1"}));
}

TEST_CASE("extremes are certain of whole numbers, of fractions and of texts") {
  const std::string extremes = "SELECT min(v), max(v) FROM events";
  CHECK(AreCertain(extremes, {"3", "-2", "null"}));
  CHECK(AreCertain(extremes, {"2.5", "3", "7.25"}));
  CHECK(AreCertain(extremes, {"\"a\"", "\"b\""}));
  CHECK(AreCertain(extremes, {"null"}));
  CHECK_FALSE(AreCertain(extremes, {"5", "5.0"}));
  CHECK_FALSE(AreCertain(extremes, {"5", "7.5"}));
  CHECK_FALSE(AreCertain(extremes, {"0.0", "-0.0"}));
  CHECK_FALSE(AreCertain(extremes, {"true", "1"}));
  CHECK_FALSE(AreCertain(extremes, {"1", "\"a\""}));
  CHECK_FALSE(AreCertain(extremes, {"[1]", "\"a\""}));
}

TEST_CASE("keys are certain where none equals one of another type") {
  const std::string keys = "SELECT v FROM events GROUP BY v";
  CHECK(AreCertain(keys, {"5", "\"5\"", "null", "true", "[1]"}));
  CHECK(AreCertain(keys, {"5.5", "\"5\""}));
  CHECK_FALSE(AreCertain(keys, {"5", "5.0"}));
  CHECK_FALSE(AreCertain(keys, {"0.0", "-0.0"}));
  CHECK_FALSE(AreCertain(keys, {"12345678901234567890"}));
}

TEST_CASE("whole numbers beyond a long are left to SQLite, which is told to round them") {
  CHECK_FALSE(AreCertain("SELECT count(v) FROM events", {"12345678901234567890"}));
  CHECK_FALSE(AreCertain("SELECT count(*) FROM events WHERE v > 1", {"12345678901234567890"}));
  CHECK(AreCertain("SELECT count(*) FROM events", {"12345678901234567890"}));
}

TEST_CASE("more groups than the memory holds are left to SQLite") {
  std::vector<std::string> values;
  for (int i = 0; i < 20'000; ++i) values.push_back(std::to_string(i));
  CHECK_FALSE(AreCertain("SELECT v FROM events GROUP BY v", values));
}

TEST_CASE("names are fields of just that name, and those of results nobody's") {
  const auto fits = [](const std::string& statement) {
    return Fits(*ReadGrouped(statement), ColumnsOf({"a", "b", "B", "key"}).columns);
  };
  CHECK(fits("SELECT a, count(B) AS n FROM events GROUP BY a"));
  CHECK_FALSE(fits("SELECT A FROM events GROUP BY A"));
  CHECK_FALSE(fits("SELECT c FROM events GROUP BY c"));
  CHECK_FALSE(fits("SELECT b FROM events GROUP BY b"));      // that is the field B
  CHECK_FALSE(fits("SELECT b_2 FROM events GROUP BY b_2"));  // and this b
  CHECK(fits("SELECT _partition FROM events GROUP BY _partition"));
  CHECK(fits("SELECT _user, count(*) FROM events WHERE _time > '2026' GROUP BY _user"));
  CHECK_FALSE(fits("SELECT _key FROM events GROUP BY _key"));
  CHECK_FALSE(fits("SELECT timestamp FROM events GROUP BY timestamp"));
  CHECK_FALSE(fits("SELECT a AS _json FROM events GROUP BY a"));
  CHECK_FALSE(fits("SELECT count(a) AS B FROM events"));
}

}  // namespace
}  // namespace gamevents::report::sql
