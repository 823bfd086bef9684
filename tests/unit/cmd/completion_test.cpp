// Goal: a script has each flag and word where it belongs, and nothing in it is code that a help
// text brought along. Method: small trees of commands, and the lines that they make; the shells
// themselves are asked in tests/cli/test_manual.py.
#include "cmd/completion.h"

#include "tests/unit/catch.h"

namespace gamevents::cmd {
namespace {

CommandTree Small() {
  CommandTree show{"show", "print it", "", {}, {{{"--to", "-t"}, "FILE", "where", "", {}}}, {}, {}};
  show.words = {{{"VIEW"}, "", "which", "", {"carts", "guilds"}}};
  return {"gamevents",
          "a program",
          "",
          {},
          {{{"--color"}, "WHEN", "it's $(a) colour", "", {"auto", "never"}},
           {{"--quiet"}, "", "less", "", {}}},
          {},
          {{"state", "what is there", "Ask", {}, {}, {}, {show}}}};
}

bool Has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_CASE("a path is what is called FILE or DIR") {
  CHECK(IsPathValue("FILE"));
  CHECK(IsPathValue("DIR|BROKERS"));
  CHECK_FALSE(IsPathValue("FILTER"));
  CHECK_FALSE(IsPathValue(""));
}

TEST_CASE("bash knows the flags of a command and of those above it") {
  const std::string script = BashCompletion(Small());
  CHECK(Has(script, "    'gamevents state show') REPLY='--to -t --color --quiet' ;;\n"));
  CHECK(Has(script, "    'gamevents state show --color') words='auto never' ;;\n"));
  CHECK(Has(script, "    'gamevents state show -t') compopt -o filenames;"));
  CHECK(Has(script, "    'gamevents state show') REPLY='carts guilds' ;;\n"));
  CHECK(Has(script, "    'gamevents state') REPLY='show' ;;\n"));
}

TEST_CASE("zsh and fish show help that is quoted") {
  const std::string zsh = ZshCompletion(Small());
  CHECK(Has(zsh, R"('*--color=[it'\''s $(a) colour]:WHEN:(auto never)')"));
  CHECK(Has(zsh, "'*--quiet[less]'"));
  CHECK(Has(zsh, "state) _gamevents_state ;;"));
  const std::string fish = FishCompletion(Small());
  CHECK(Has(fish, R"(complete -c gamevents -l color -x -a 'auto never' -d 'it'\''s $(a) colour')"));
  CHECK(Has(fish,
            "complete -c gamevents -n '__fish_seen_subcommand_from state; and "
            "__fish_seen_subcommand_from show' -l to -s t -r -F -d 'where'"));
}

TEST_CASE("a colon in a help text does not end it in zsh") {
  CommandTree program = Small();
  program.flags = {{{"--at"}, "TIME", "[serve.at]: 10:00", "", {}}};
  CHECK(Has(ZshCompletion(program), R"('*--at=[\[serve.at\]\: 10\:00]:TIME: ')"));
}

}  // namespace
}  // namespace gamevents::cmd
