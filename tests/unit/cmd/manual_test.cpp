// Goal: a manual page says what the tree says, and no text of it is taken for roff. Method: small
// trees, and the lines that they make; man itself reads the real pages in tests/cli/test_manual.py.
#include "cmd/manual.h"

#include "tests/unit/catch.h"

namespace gamevents::cmd {
namespace {

CommandTree Told() {
  const CommandTree list{"list", "print them", "", {}, {}, {{{"NAME"}, "", "whose", "", {}}}, {}};
  CommandTree keys{"keys", "keep keys", "Run", {{"gamevents keys list"}, {}, "more"},
                   {},     {},          {list}};
  keys.flags = {{{"-f", "--file"}, "FILE", ".hidden\\n and 'quoted'", "Which", {}},
                {{"--form"}, "FORM", "how", "Which", {"table", "json"}},
                {{"--count"}, "N", "how many", "Which", {}, "1 to 9"}};
  return {"gamevents",
          "a program",
          "",
          {{"gamevents keys"}, {{"0", "done"}, {"130", "interrupted"}}, ""},
          {{{"-q", "--quiet"}, "", "less", "Options", {}}},
          {},
          {keys}};
}

std::string PageOf(std::string_view file) {
  for (const ManualPage& page : ManualPages(Told(), "gamevents 1")) {
    if (page.file == file) return page.text;
  }
  FAIL("no page " << file);
  return "";
}

bool Says(const std::string& page, std::string_view part) { return page.find(part) != page.npos; }

TEST_CASE("there is a page for the program, for each command and for the keys") {
  std::vector<std::string> files;
  for (const ManualPage& page : ManualPages(Told(), "gamevents 1")) files.push_back(page.file);
  CHECK(files == std::vector<std::string>{"gamevents.1", "gamevents.yaml.5", "gamevents-keys.1"});
}

TEST_CASE("a command's page has its flags, its commands and its examples") {
  const std::string page = PageOf("gamevents-keys.1");
  CHECK(page.starts_with(".TH GAMEVENTS\\-KEYS 1 \"\" \"gamevents 1\" \"User Commands\"\n"));
  CHECK(Says(page, "gamevents\\-keys \\- keep keys\n"));
  CHECK(Says(page, ".SS Which\n.TP\n\\fB\\-f\\fR, \\fB\\-\\-file\\fR \\fIFILE\\fR\n"));
  CHECK(Says(page, "\\&.hidden\\en and \\(aqquoted\\(aq\n"));
  CHECK(Says(page, "how\n(table, json)\n"));
  CHECK(Says(page, "how many\n(1 to 9)\n"));
  CHECK(Says(page, ".SS gamevents keys list\n.B gamevents keys list\n.RI [ NAME ]\n"));
  CHECK(Says(page, ".nf\n.RS\ngamevents keys list\n.RE\n"));
  CHECK_FALSE(Says(page, "more"));
}

TEST_CASE("the program's page has the exit status") {
  const std::string page = PageOf("gamevents.1");
  CHECK(Says(page, ".SH EXIT STATUS\n.TP\n\\fB0\\fR\ndone\n.TP\n\\fB130\\fR\ninterrupted\n"));
  CHECK(Says(page, ".SS Run\n.TP\n\\fBgamevents\\-keys\\fR(1)\nkeep keys\n"));
}

TEST_CASE("every key is in the page of the configuration") {
  const std::string page = PageOf("gamevents.yaml.5");
  CHECK(Says(page, "\\fBserve.port\\fR (\\fI"));
  CHECK(Says(page, ".SS kafka\n"));
}

}  // namespace
}  // namespace gamevents::cmd
