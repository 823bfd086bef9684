// Goal: what is typed over lines comes out as statements and commands, whole and in order.
// Method: lines with semicolons in every place where they end nothing, and where they do.

#include "core/report/shell/script.h"

#include "tests/unit/catch.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::shell {
namespace {

using Kind = Typed::Kind;

std::vector<std::string> Statements(std::initializer_list<std::string_view> lines) {
  Script script;
  std::vector<std::string> statements;
  for (const std::string_view line : lines) {
    for (const Typed& typed : script.Add(line)) {
      CHECK(typed.kind == Kind::kStatement);
      statements.push_back(typed.text);
    }
  }
  CHECK_FALSE(script.InStatement());
  return statements;
}

using Texts = std::vector<std::string>;

TEST_CASE("a statement ends with its semicolon, on one line or several") {
  CHECK(Statements({"SELECT 1;"}) == Texts{"SELECT 1"});
  CHECK(Statements({"SELECT 1; SELECT 2 ;"}) == Texts{"SELECT 1", "SELECT 2"});
  CHECK(Statements({"", "SELECT 1", "  FROM events", ";"}) == Texts{"SELECT 1\n  FROM events"});
  CHECK(Statements({";;", " ; "}).empty());
}

TEST_CASE("a semicolon in a quotation or a comment ends nothing") {
  CHECK(Statements({"SELECT ';', \"a;b\", `;`, [;];"}) == Texts{"SELECT ';', \"a;b\", `;`, [;]"});
  CHECK(Statements({"SELECT 'it''s; one';"}) == Texts{"SELECT 'it''s; one'"});
  CHECK(Statements({"SELECT 'two", "lines;';"}) == Texts{"SELECT 'two\nlines;'"});
  CHECK(Statements({"SELECT 1 -- ; not here", ";"}) == Texts{"SELECT 1 -- ; not here"});
  CHECK(Statements({"SELECT /* ; */ 1 /*/ ; */;"}) == Texts{"SELECT /* ; */ 1 /*/ ; */"});
  CHECK(Statements({"SELECT 2 - 1, 4 / 2;"}) == Texts{"SELECT 2 - 1, 4 / 2"});
}

TEST_CASE("a line with a backslash is a command, but not in a quotation") {
  Script script;
  CHECK(script.Add("  \\o  file ") == std::vector<Typed>{{Kind::kCommand, "\\o  file"}});
  CHECK(script.Add("SELECT 1").empty());
  CHECK(script.Add("\\x") == std::vector<Typed>{{Kind::kCommand, "\\x"}});
  CHECK(script.Add(";") == std::vector<Typed>{{Kind::kStatement, "SELECT 1"}});
  CHECK(script.Add("SELECT '").empty());
  CHECK(script.Add("\\x").empty());
  CHECK(script.Add("';") == std::vector<Typed>{{Kind::kStatement, "SELECT '\n\\x\n'"}});
}

TEST_CASE("a command may stand behind a semicolon") {
  Script script;
  const auto typed = script.Add("SELECT 1; \\d events;");
  REQUIRE(typed.size() == 2);
  CHECK(typed[0].text == "SELECT 1");
  CHECK(typed[1].kind == Kind::kCommand);
  CHECK(typed[1].text == "\\d events;");
  CHECK_FALSE(script.InStatement());
}

TEST_CASE("what has begun is told, and can be taken away") {
  Script script;
  CHECK_FALSE(script.InStatement());
  script.Add("SELECT '");
  CHECK(script.InStatement());
  CHECK(script.TakeRest() == "SELECT '");
  CHECK_FALSE(script.InStatement());
  CHECK(script.Add("SELECT 1;") == std::vector<Typed>{{Kind::kStatement, "SELECT 1"}});
  script.Add("  ");
  CHECK_FALSE(script.InStatement());
}

TEST_CASE("a statement without an end is handed over at the limit") {
  Script script;
  const auto typed = script.Add(std::string(kGatheredBytesMax + 1, 'x'));
  REQUIRE(typed.size() == 1);
  CHECK_FALSE(script.InStatement());
}

}  // namespace
}  // namespace gamevents::report::shell
