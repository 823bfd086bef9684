// Goal: every field has a column that a statement can name, and no name means two things.
// Method: sets of fields, awkward ones too; the names, and SQLite's own view of the declaration.

#include "core/report/sql/columns.h"

#include "tests/unit/report/sql/events.h"

namespace gamevents::report::sql {
namespace {

using Names = std::vector<std::string>;

Names Of(const Columns& made, bool hidden) {
  Names names;
  for (const Column& column : made.columns) {
    if (column.hidden == hidden) names.push_back(column.name);
  }
  return names;
}

TEST_CASE("fields are columns, and a record's own are hidden ones under two names") {
  const Columns made = ColumnsOf({"price", "event_type"});
  CHECK(Of(made, false) == Names{"price", "event_type"});
  CHECK(Of(made, true) == Names{"_user", "user", "_time", "time", "_partition", "partition",
                                "_offset", "offset", "_timestamp", "timestamp", "_key", "key",
                                "_json", "json"});
  CHECK(made.notes.empty());
}

TEST_CASE("a field keeps its name before a record's own without underscore") {
  const Columns made = ColumnsOf({"Offset", "timestamp"});
  CHECK(Of(made, false) == Names{"Offset", "timestamp"});
  CHECK(Of(made, true) == Names{"_user", "user", "_time", "time", "_partition", "partition",
                                "_offset", "_timestamp", "_key", "key", "_json", "json"});
  CHECK(made.notes.empty());
}

TEST_CASE("names that SQLite takes for one get a number and a note") {
  const Columns made =
      ColumnsOf({"PRICE", "Price", "_OFFSET", "price", "price_2", "\u00C4", "\u00E4"});
  CHECK(Of(made, false) ==
        Names{"PRICE", "Price_2", "_OFFSET_2", "price_3", "price_2_2", "\u00C4", "\u00E4"});
  REQUIRE(made.notes.size() == 4);
  CHECK(made.notes.front() ==
        "the field \"Price\" is the column Price_2: SQL takes its name for another's");
}

TEST_CASE("a NUL in a name, which would end the statement, is shown") {
  const Columns made = ColumnsOf({std::string("a\0b", 3)});
  CHECK(Of(made, false) == Names{"a\u2400b"});
  CHECK(made.columns.front().field.front().size() == 3);
  CHECK(made.notes.size() == 1);
}

TEST_CASE("SQLite takes any name, and gives it back") {
  const std::vector<std::string> fields{"",   " ", "a.b", "q\"q",   "it's", "select",
                                        "x]", "`", "\n",  "\u2603", "--",   "1"};
  TestEvents test({{R"({"":"empty","a.b":1,"q\"q":2,"it's":3,"select":4,"\n":5})"}}, fields);
  auto connection = Connect(test.events);
  CHECK(Rows(*connection,
             "SELECT \"\", \"a.b\", \"q\"\"q\", \"it's\", [select], \"\n\" FROM events") ==
        Names{"empty|1|2|3|4|5"});
}

TEST_CASE("names are quoted where they must be") {
  CHECK(QuotedName("event_type") == "event_type");
  CHECK(QuotedName("remote ip") == "\"remote ip\"");
  CHECK(QuotedName("select") == "\"select\"");
  CHECK(QuotedName("2nd") == "\"2nd\"");
  CHECK(QuotedName("a\"b") == "\"a\"\"b\"");
  CHECK(QuotedName("") == "\"\"");
}

TEST_CASE("headings of one name get numbers") {
  CHECK(DistinctNames({"a", "A", "b", "a", "a_2"}) == Names{"a", "A_2", "b", "a_3", "a_2_2"});
}

TEST_CASE("many names are cut") {
  std::vector<std::string> fields;
  for (size_t i = 0; i < kNamesShown + 2; ++i) fields.push_back("f" + std::to_string(1000 + i));
  const std::string names = NamesOf(ColumnsOf(fields).columns);
  CHECK(
      names.ends_with("f1039, 2 more (see the schema), _user, _time, _partition, _offset, "
                      "_timestamp, _key, _json"));
}

}  // namespace
}  // namespace gamevents::report::sql
