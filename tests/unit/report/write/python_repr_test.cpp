// Goal: rows read as Python prints them.
// Method: expected texts are what Python 3.11's repr() and PySpark's Row gave.

#include "core/report/write/python_repr.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

TEST_CASE("quotes are chosen as Python chooses them") {
  CHECK(PythonRepr("default") == "'default'");
  CHECK(PythonRepr("it's") == "\"it's\"");
  CHECK(PythonRepr("\"q\"") == "'\"q\"'");
  CHECK(PythonRepr("\"q\" it's") == "'\"q\" it\\'s'");
  CHECK(PythonRepr("a\\b") == "'a\\\\b'");
  CHECK(PythonRepr("") == "''");
}

TEST_CASE("what is not printable is escaped at its length") {
  CHECK(PythonRepr("tab\there\nnl\r\x1B[31mred\0"s) == "'tab\\there\\nnl\\r\\x1b[31mred\\x00'");
  CHECK(PythonRepr("\u200b\u00e9\u00a0\U00010000") == "'\\u200bé\\xa0\U00010000'");
  CHECK(PythonRepr("\x7F\u0085\u2028\ue000\U000e0001\ufeff") ==
        "'\\x7f\\x85\\u2028\\ue000\\U000e0001\\ufeff'");
  CHECK(PythonRepr("größe 剣を買う \U0001F600 \u3000") == "'größe 剣を買う \U0001F600 \\u3000'");
  CHECK(PythonRepr("\uffff\U0001FFFE") == "'\\uffff\\U0001fffe'");
}

TEST_CASE("rows and lists of rows") {
  const std::vector<Heading> one{{"event_type", Type::kString}};
  CHECK(RowRepr(one, Row{"purchase_sword"s}) == "Row(event_type='purchase_sword')");
  CHECK(RowRepr(one, Row{std::monostate{}}) == "Row(event_type=None)");
  const std::vector<Heading> three{{"a", Type::kAny}, {"b", Type::kAny}, {"remote ip", Type::kAny}};
  CHECK(RowRepr(three, Row{int64_t{1}, true, "x"s}) == "Row(a=1, b=True, remote ip='x')");
  const std::vector<Row> rows{{"default"s}, {std::monostate{}}};
  CHECK(RowsRepr(one, rows) == "[Row(event_type='default'), Row(event_type=None)]");
  CHECK(RowsRepr(one, {}) == "[]");
}

TEST_CASE("floats and times as Python writes them") {
  const std::vector<Heading> headings{{"a", Type::kAny}, {"b", Type::kAny}, {"c", Type::kAny}};
  CHECK(RowRepr(headings, Row{2.5, 3.0, 1e20}) == "Row(a=2.5, b=3.0, c=1e+20)");
  CHECK(RowRepr(headings, Row{1e-5, 1e15, -0.0}) == "Row(a=1e-05, b=1000000000000000.0, c=-0.0)");
  CHECK(RowRepr(headings, Row{TimestampMs(1'795'428'000'000), TimestampMs(1'795'428'001'000),
                              TimestampMs(1'795'428'000'005)}) ==
        "Row(a=datetime.datetime(2026, 11, 23, 10, 0), "
        "b=datetime.datetime(2026, 11, 23, 10, 0, 1), "
        "c=datetime.datetime(2026, 11, 23, 10, 0, 0, 5000))");
}

}  // namespace
}  // namespace gamevents::report
