// Goal: a scan never drops a row that SQLite would keep.
// Method: every pair of awkward values under every operator, beside SQLite's own answer with and
// without an affinity on the other side; and that plain cases are dropped.

#include "core/report/sql/condition.h"

#include "core/database/handles.h"
#include "tests/unit/catch.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <limits>

namespace gamevents::report::sql {
namespace {

const std::vector<Operand> kValues{std::monostate{},
                                   int64_t{0},
                                   int64_t{1},
                                   int64_t{5},
                                   int64_t{9007199254740993},
                                   std::numeric_limits<int64_t>::max(),
                                   std::numeric_limits<int64_t>::min(),
                                   0.0,
                                   -0.0,
                                   5.0,
                                   9007199254740992.0,
                                   9223372036854775808.0,
                                   1e308,
                                   std::numeric_limits<double>::infinity(),
                                   std::string(),
                                   std::string("5"),
                                   std::string("5.0"),
                                   std::string(" 5"),
                                   std::string("a"),
                                   std::string("A"),
                                   std::string("\u00E4"),
                                   std::string("a\0b", 3),
                                   std::string("1e999")};

struct View {
  ValueView operator()(const std::string& text) const { return std::string_view(text); }
  ValueView operator()(Blob) const { return BlobView{"blob"}; }
  template <class T>
  ValueView operator()(const T& value) const {
    return value;
  }
};

void Bind(sqlite3_stmt* statement, int parameter, const Operand& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    sqlite3_bind_int64(statement, parameter, *whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement, parameter, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text64(statement, parameter, text->data(), text->size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement, parameter);
  }
}

struct Named {
  Operator op;
  const char* sql;
};
const std::vector<Named> kOperators{
    {Operator::kEqual, "= %"},           {Operator::kLess, "< %"},
    {Operator::kLessOrEqual, "<= %"},    {Operator::kGreater, "> %"},
    {Operator::kGreaterOrEqual, ">= %"}, {Operator::kIn, "IN (%)"},
    {Operator::kIsNull, "IS NULL"},      {Operator::kIsNotNull, "IS NOT NULL"}};

TEST_CASE("what SQLite finds true may hold, whatever the affinity of the other side") {
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open(":memory:", &opened) == SQLITE_OK);
  const database::ConnectionHandle handle(opened);
  REQUIRE(sqlite3_exec(opened, "CREATE TABLE t(held, bare, number NUMERIC, word TEXT)", nullptr,
                       nullptr, nullptr) == SQLITE_OK);
  int checked = 0;
  int dropped = 0;
  for (const Named& named : kOperators) {
    for (const char* other : {"bare", "number", "word"}) {
      std::string condition = named.sql;
      const size_t hole = condition.find('%');
      if (hole != std::string::npos) condition.replace(hole, 1, other);
      sqlite3_stmt* prepared = nullptr;
      const std::string insert = "INSERT INTO t VALUES (?1, ?2, ?2, ?2) RETURNING ";
      const std::string sql = fmt::format("{} held {}, {}", insert, condition, other);
      REQUIRE(sqlite3_prepare_v2(opened, sql.c_str(), -1, &prepared, nullptr) == SQLITE_OK);
      const database::StatementHandle statement(prepared);
      for (const Operand& held : kValues) {
        for (const Operand& operand : kValues) {
          Bind(prepared, 1, held);
          Bind(prepared, 2, operand);
          REQUIRE(sqlite3_step(prepared) == SQLITE_ROW);
          const bool holds = sqlite3_column_int(prepared, 0) == 1;
          // The operand as the column's affinity made it: so a scan is given it.
          Operand given;
          const int type = sqlite3_column_type(prepared, 1);
          if (type == SQLITE_INTEGER) given = int64_t{sqlite3_column_int64(prepared, 1)};
          if (type == SQLITE_FLOAT) given = sqlite3_column_double(prepared, 1);
          if (type == SQLITE_TEXT) {
            given = std::string(reinterpret_cast<const char*>(sqlite3_column_text(prepared, 1)),
                                static_cast<size_t>(sqlite3_column_bytes(prepared, 1)));
          }
          const bool may = MayHold(std::visit(View{}, held), named.op, std::vector{given});
          if (holds && !may) FAIL(sql << " of values " << held.index() << ", " << given.index());
          checked += 1;
          dropped += may ? 0 : 1;
          sqlite3_reset(prepared);
        }
      }
    }
  }
  const auto values = static_cast<int>(kValues.size());
  CHECK(checked == values * values * 3 * static_cast<int>(kOperators.size()));
  CHECK(dropped > checked / 4);
}

TEST_CASE("what cannot hold is dropped") {
  const auto one = [](Operand operand) { return std::vector<Operand>{std::move(operand)}; };
  CHECK_FALSE(MayHold(std::string_view("a"), Operator::kEqual, one("b")));
  CHECK_FALSE(MayHold(int64_t{4}, Operator::kGreater, one(int64_t{4})));
  CHECK_FALSE(MayHold(4.5, Operator::kLess, one(int64_t{4})));
  CHECK_FALSE(MayHold(std::monostate{}, Operator::kEqual, one(int64_t{4})));
  CHECK_FALSE(MayHold(int64_t{4}, Operator::kEqual, one(std::monostate{})));
  CHECK_FALSE(MayHold(int64_t{4}, Operator::kIn, std::vector<Operand>{int64_t{1}, 2.0}));
  CHECK_FALSE(MayHold(int64_t{4}, Operator::kIn, {}));
  CHECK(MayHold(int64_t{2}, Operator::kIn, std::vector<Operand>{int64_t{1}, 2.0}));
}

TEST_CASE("a text beside a number, and bytes, are left to SQLite") {
  CHECK(MayHold(std::string_view("5"), Operator::kEqual, std::vector<Operand>{int64_t{5}}));
  CHECK(MayHold(int64_t{5}, Operator::kEqual, std::vector<Operand>{std::string("x")}));
  CHECK(MayHold(std::string_view("5.0"), Operator::kEqual, std::vector<Operand>{std::string("5")}));
  CHECK(MayHold(std::string_view("9"), Operator::kLess, std::vector<Operand>{std::string(" 10")}));
  CHECK(MayHold(BlobView{"a"}, Operator::kEqual, std::vector<Operand>{std::string("a")}));
  CHECK(MayHold(std::string_view("a"), Operator::kEqual, std::vector<Operand>{Blob{}}));
}

TEST_CASE("texts that SQLite may take for numbers") {
  CHECK(NumberIn("5") == 5);
  CHECK(NumberIn("+5.") == 5);
  CHECK(NumberIn(" -.5e1\n") == -5);
  CHECK(NumberIn("1e999") == std::numeric_limits<double>::infinity());
  CHECK(NumberIn("1e-999") == 0);
  for (const char* text :
       {"", " ", "a", "5a", "0x10", "inf", "nan", "1e", "-", ".", "5 5", "::1"}) {
    INFO(text);
    CHECK_FALSE(NumberIn(text));
  }
}

}  // namespace
}  // namespace gamevents::report::sql
