// Goal: who writes another program's SQL is told what to write here, and nobody else is.
// Method: statements and SQLite's messages by hand.

#include "core/report/sql/hints.h"

#include "tests/unit/catch.h"

#include <array>
#include <string>
#include <string_view>

namespace gamevents::report::sql {
namespace {

TEST_CASE("a shell's command is no statement") {
  for (const char* command : {"SHOW TABLES", "show", "\n .tables", "\\d", "\\dt;", "DESC events"}) {
    INFO(command);
    CHECK(MetaCommandHint(command));
  }
  for (const char* statement : {"SELECT 1", "WITH show AS (SELECT 1) SELECT * FROM show", ""}) {
    CHECK_FALSE(MetaCommandHint(statement));
  }
}

TEST_CASE("all tables are named") {
  const auto hint = MetaCommandHint("SHOW TABLES");
  REQUIRE(hint);
  for (const char* table : {"events", "sales", "flows", "inventory", "carts", "guilds"}) {
    INFO(table);
    CHECK(hint->find(table) != std::string::npos);
  }
}

TEST_CASE("operators and functions of others") {
  CHECK(SyntaxHint("near \"~\": syntax error", "a ~ 'a'", 2).starts_with("; write x REGEXP"));
  CHECK(SyntaxHint("near \"~\": syntax error", "a ~* 'a'", 2).find("(?i)") != std::string::npos);
  CHECK(SyntaxHint("unrecognized token: \":\"", "a::int", 1).starts_with("; write CAST"));
  CHECK(SyntaxHint("near \"'a'\": syntax error", "a ILIKE 'a'", 8).starts_with("; write LIKE"));
  CHECK(SyntaxHint("near \"events\": syntax error", "a FORM events", 7).empty());
  CHECK(SyntaxHint("no such function: MEDAIN", "", 0) == "; did you mean median?");
  CHECK(SyntaxHint("no such function: now", "", 0).starts_with("; write datetime"));
  CHECK(SyntaxHint("no such function: arg_max", "", 0).starts_with("; write a, max(b)"));
  CHECK(SyntaxHint("near \"3\": syntax error", "SELECT TOP 3 *", 11).starts_with("; write LIMIT"));
  CHECK(SyntaxHint("ambiguous column name: _user", "", 0).ends_with("write events._user"));
  CHECK(SyntaxHint("no such function: qwertyuiop", "", 0).empty());
}

TEST_CASE("a path into a column is written with an arrow") {
  constexpr std::array<std::string_view, 2> kColumns{"actor", "remote ip"};
  CHECK(NestedFieldHint("actor.login", kColumns) == "; write actor ->> 'login'");
  CHECK(NestedFieldHint("e.actor.login", kColumns) == "; write e.actor ->> 'login'");
  CHECK(NestedFieldHint("Actor.a.b", kColumns) == "; write Actor ->> '$.a.b'");
  CHECK(NestedFieldHint("remote ip.a", kColumns) == "; write \"remote ip\" ->> 'a'");
  for (const char* path : {"actor", "e.actor", "e.login", "", "a.b.c", "."}) {
    INFO(path);
    CHECK_FALSE(NestedFieldHint(path, kColumns));
  }
}

}  // namespace
}  // namespace gamevents::report::sql
