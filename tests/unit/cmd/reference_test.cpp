// Goal: docs/commands.md can be made of the tree: each command and flag is there, and no text of it
// breaks a table. Method: a small tree, and the lines that it makes; the page itself is compared in
// tests/cli/test_commands_page.py.
#include "cmd/reference.h"

#include "tests/unit/catch.h"

namespace gamevents::cmd {
namespace {

CommandTree DescribedTree() {
  CommandTree show{"show", "print it", "", {}, {}, {{{"VIEW"}, "", "which", "", {}}}, {}};
  show.flags = {{{"-h", "--help"}, "", "help", "Options", {}},
                {{"-f", "--format"}, "table|json", "how", "Options", {}},
                {{"--limit"}, "N", "at most _N_", "Which", {}, "1 to 9"}};
  return {"gamevents",
          "a program",
          "",
          {{}, {{"0", "done"}}, ""},
          {{{"-h", "--help"}, "", "help", "Options", {}}},
          {},
          {{"state", "what is there", "Ask", {{"gamevents state show"}, {}, ""}, {}, {}, {show}}}};
}

TEST_CASE("the program's part has the exit codes, the flags of all and the commands") {
  CHECK(CommandReference(DescribedTree())
            .starts_with(
                "<!-- gamevents: begin. Written by `gamevents help --markdown`; a test compares. "
                "-->\n\n"
                "| exit code | meaning |\n|---|---|\n| 0 | done |\n\n"
                "| flag | meaning |\n|---|---|\n| `-h, --help` | help |\n\n"
                "| command | what it does |\n|---|---|\n| [`state`](#state) | what is there |\n\n"
                "<!-- gamevents: end -->\n"));
}

TEST_CASE("a command's part has those below it, their flags and the examples") {
  CHECK(CommandReference(DescribedTree())
            .ends_with("\n<!-- state: begin. Written by `gamevents help --markdown`; a test "
                       "compares. -->\n\n"
                       "`gamevents state`: what is there.\n\n"
                       "`gamevents state show [flags] [VIEW]`: print it.\n\n"
                       "| flag | meaning |\n|---|---|\n| `VIEW` | which |\n"
                       "| `-f, --format table\\|json` | how |\n\n"
                       "Which:\n\n| flag | meaning |\n|---|---|\n| `--limit N` | at most \\_N\\_ "
                       "(1 to 9) |\n\n"
                       "```sh\ngamevents state show\n```\n\n"
                       "<!-- state: end -->\n"));
}

}  // namespace
}  // namespace gamevents::cmd
