// Goal: rows read as Python prints them.
// Method: expected texts are what Python 3.11's repr() and PySpark's Row gave.

#include "core/report/python_repr.h"

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

}  // namespace
}  // namespace gamevents::report
