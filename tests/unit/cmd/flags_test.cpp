// Goal: each kind of flag takes what it says and refuses everything else with one line that names
// it. Method: command lines read into every kind of target; whole messages compared.
#include "cmd/flags.h"

#include "tests/unit/catch.h"

#include <limits>

namespace gamevents::cmd {
namespace {

/// A program with one command, `run`, and a place for every kind of flag.
struct Program {
  CommandLine line{"prog", "a program", "prog 1"};
  Flags run = line.flags().Subcommand("run", "run it");

  Result<std::optional<std::string>> Parse(std::vector<std::string> words) {
    words.insert(words.begin(), "prog");
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    return line.Parse(static_cast<int>(argv.size()), argv.data());
  }

  /// The line that says what is wrong; empty where nothing is. Where to read on stands below it.
  std::string WrongWith(const std::vector<std::string>& words) {
    const auto parsed = Parse(words);
    if (parsed) return "";
    CHECK(parsed.error().fault == Fault::kBadInput);
    const std::string& text = parsed.error().context;
    const size_t end = text.find('\n');
    REQUIRE(end != text.npos);
    CHECK(text.substr(end).starts_with("\nsee prog"));
    return text.substr(0, end);
  }
};

/// Reads `text` as the flag --n into a target of each kind that holds this type; all must agree.
template <class Number>
std::optional<Number> ReadInteger(const std::string& text, std::optional<IntegerRange> range) {
  Number plain = 99;
  std::optional<Number> maybe;
  Program one;
  one.run.Integer("--n", "a number", &plain, range);
  const bool read = one.WrongWith({"run", "--n", text}).empty();
  Program other;
  other.run.Integer("--n", "a number", &maybe, range);
  CHECK(other.WrongWith({"run", "--n=" + text}).empty() == read);
  CHECK(maybe.has_value() == read);
  CHECK(plain == maybe.value_or(99));
  return maybe;
}

template <class Number>
void CheckWholeType() {
  using Limits = std::numeric_limits<Number>;
  for (const std::string& text : {std::to_string(Limits::min()), std::to_string(Limits::max()),
                                  std::string("0"), std::string("007"), std::string("1")}) {
    INFO(text);
    const auto read = ReadInteger<Number>(text, std::nullopt);
    REQUIRE(read);
    if (text != "007") CHECK(std::to_string(*read) == text);
    if (text == "007") CHECK(*read == 7);
  }
}

// No number of any type.
constexpr const char* kNoNumbers[] = {"nan",
                                      "NAN",
                                      "-nan",
                                      "inf",
                                      "-inf",
                                      "infinity",
                                      "x",
                                      "1x",
                                      "x1",
                                      "1 2",
                                      " 1",
                                      "1 ",
                                      "+1",
                                      "0x10",
                                      "1e3",
                                      "1.5",
                                      "1.0",
                                      "1,000",
                                      "true",
                                      "-",
                                      "--1",
                                      "18446744073709551616",
                                      "-9223372036854775809",
                                      "99999999999999999999999999",
                                      "\xEF\xBC\x91"};

}  // namespace

TEST_CASE("whole numbers are taken up to their type's ends, and nothing else is") {
  CheckWholeType<int32_t>();
  CheckWholeType<int64_t>();
  CheckWholeType<uint64_t>();
  for (const char* text : kNoNumbers) {
    INFO(text);
    CHECK_FALSE(ReadInteger<int32_t>(text, std::nullopt));
    CHECK_FALSE(ReadInteger<int64_t>(text, std::nullopt));
    CHECK_FALSE(ReadInteger<uint64_t>(text, std::nullopt));
  }
  CHECK_FALSE(ReadInteger<int32_t>("2147483648", std::nullopt));
  CHECK_FALSE(ReadInteger<int64_t>("9223372036854775808", std::nullopt));
  CHECK_FALSE(ReadInteger<uint64_t>("-1", std::nullopt));
  CHECK_FALSE(ReadInteger<uint64_t>("-0", std::nullopt));
}

TEST_CASE("a range is closed at both ends") {
  const IntegerRange range{2, 5};
  for (const char* text : {"2", "5"}) CHECK(ReadInteger<int64_t>(text, range));
  for (const char* text : {"1", "6", "-3", "4294967298", "18446744073709551618"}) {
    INFO(text);
    CHECK_FALSE(ReadInteger<int32_t>(text, range));
    CHECK_FALSE(ReadInteger<int64_t>(text, range));
    CHECK_FALSE(ReadInteger<uint64_t>(text, range));
  }
}

TEST_CASE("what is no number is named with the flag and the range") {
  std::optional<uint64_t> seed;
  std::optional<int64_t> count;
  std::optional<double> rate;
  std::vector<int32_t> partitions;
  Program program;
  program.run.Integer("--seed", "the seed", &seed);
  program.run.Integer("-n,--count", "how many", &count, IntegerRange{1, 10});
  program.run.Integer("--partition", "which", &partitions, IntegerRange{0, 7});
  program.run.Real("--rate", "how fast", &rate, {0.001, 10'000'000});
  CHECK(program.WrongWith({"run", "--seed", "-1"}) ==
        "--seed: '-1' is not a whole number from 0 to 18446744073709551615");
  CHECK(program.WrongWith({"run", "-n", "0"}) == "--count: '0' is not a whole number from 1 to 10");
  CHECK(program.WrongWith({"run", "--partition", "1", "--partition", "8"}) ==
        "--partition: '8' is not a whole number from 0 to 7");
  CHECK(program.WrongWith({"run", "--rate", "nan"}) ==
        "--rate: 'nan' is not a number from 0.001 to 10000000");
  CHECK(program.WrongWith({"run", "--seed", "1\n\x1B[31m"}) ==
        "--seed: '1\\x0A\\x1B[31m' is not a whole number from 0 to 18446744073709551615");
}

TEST_CASE("a number with a fraction is finite and in its range") {
  const auto read = [](const std::string& text) {
    std::optional<double> rate;
    Program program;
    program.run.Real("--rate", "how fast", &rate, {0.001, 10'000'000});
    const bool taken = program.WrongWith({"run", "--rate", text}).empty();
    CHECK(taken == rate.has_value());
    return rate;
  };
  CHECK(read("0.001") == 0.001);
  CHECK(read("1e7") == 1e7);
  CHECK(read("2.5") == 2.5);
  CHECK(read("10") == 10);
  for (const char* text :
       {"nan", "-nan",   "NAN",    "nan(1)",     "inf",   "-inf",   "INFINITY", "0",
        "-1",  "-0.001", "0.0009", "10000000.1", "1e400", "1e-400", "0x1p3",    "+1",
        " 1",  "1 ",     "1,5",    "x",          "1e",    "."}) {
    INFO(text);
    CHECK_FALSE(read(text));
  }
}

TEST_CASE("a flag that repeats takes one value each time") {
  std::vector<int32_t> numbers;
  std::vector<std::string> texts;
  Program program;
  program.run.Integer("--number", "numbers", &numbers);
  program.run.Text("--text", "TEXT", "texts", &texts);
  REQUIRE(program.Parse({"run", "--number", "1", "--text", "a,b", "--number=-2", "--text", ""}));
  CHECK(numbers == std::vector<int32_t>{1, -2});
  CHECK(texts == std::vector<std::string>{"a,b", ""});
  CHECK(program.WrongWith({"run", "--text", "a", "b"}) ==
        "The following argument was not expected: b");
}

TEST_CASE("texts, choices, switches and counters") {
  std::string text = "default";
  std::string choice = "a";
  std::optional<std::string> maybe;
  bool on = false;
  int loud = 0;
  Program program;
  program.run.Text("-t,--text", "TEXT", "a text", &text, [](const std::string& given) {
    return given == "bad" ? std::string("is bad") : std::string();
  });
  program.run.Choice("--choice", "a|b", "one of two", {"a", "b"}, &choice);
  program.run.Text("--maybe", "TEXT", "a text or none", &maybe);
  const Flag flag = program.run.Switch("--on", "on or off", &on);
  program.run.Counter("-l,--loud", "how loud", &loud);
  REQUIRE(program.Parse({"run", "--on", "-ll", "--maybe", "", "--choice", "b"}));
  CHECK(text == "default");
  CHECK(choice == "b");
  CHECK(maybe == "");
  CHECK(on);
  CHECK(flag.Given());
  CHECK(loud == 2);
  CHECK(program.WrongWith({"run", "-t", "bad"}) == "--text: is bad");
  CHECK(program.WrongWith({"run", "--choice", "c"}) == "--choice: c not in {a,b}");
  CHECK(program.WrongWith({"run", "--maybe", "1", "--maybe", "2"}) ==
        "--maybe: At Most 1 required but received 2");
  CHECK(program.WrongWith({"run", "--maybe"}) == "--maybe: 1 required TEXT missing");
}

TEST_CASE("a second name means the same flag, which help calls by its first") {
  std::string form = "text";
  Program program;
  program.run.Choice("-f,--format,--output", "text|json", "the form", {"text", "json"}, &form);
  REQUIRE(program.Parse({"run", "--output", "json"}));
  CHECK(form == "json");
  REQUIRE(program.Parse({"run", "--format=text"}));
  CHECK(form == "text");
  CHECK(program.WrongWith({"run", "--output", "x"}) == "--format: x not in {text,json}");
  CHECK(program.WrongWith({"run", "--output", "json", "--format", "json"}) ==
        "--format: At Most 1 required but received 2");
  CHECK(program.WrongWith({"run", "--outptu", "x"}) ==
        "unknown flag --outptu; did you mean --output?");
  const std::string help = program.line.HelpOf({"run"}).value();
  CHECK(help.find("-f,--format ") != std::string::npos);
  CHECK(help.find("--output") == std::string::npos);
}

TEST_CASE("flags that exclude and need each other") {
  bool a = false;
  bool b = false;
  bool c = false;
  Program program;
  const Flag first = program.run.Switch("--a", "", &a);
  const Flag second = program.run.Switch("--b", "", &b).Excludes(first);
  program.run.Switch("--c", "", &c).Needs(second);
  CHECK(program.WrongWith({"run", "--a"}).empty());
  CHECK(program.WrongWith({"run", "--b", "--c"}).empty());
  CHECK(program.WrongWith({"run", "--a", "--b"}) == "--a excludes --b");
  CHECK(program.WrongWith({"run", "--c"}) == "--c requires --b");
}

TEST_CASE("a flag for a configuration key is one more override, under its own name") {
  Program program;
  program.run.Key("-p,--port", "serve.port", "the port");
  program.run.Key("NAME", "kafka.topic", "the topic");
  REQUIRE(program.Parse({"run", "t", "-p", "x"}));  // The table of keys says what is wrong with it.
  const auto& overrides = program.line.overrides();
  REQUIRE(overrides.size() == 2);
  CHECK(overrides[0].key == "serve.port");
  CHECK(overrides[0].value == "x");
  CHECK(overrides[0].origin == "--port");
  CHECK(overrides[1].key == "kafka.topic");
  CHECK(overrides[1].value == "t");
  CHECK(overrides[1].origin == "NAME");
}

TEST_CASE("what was not understood is explained") {
  bool verbose = false;
  Program program;
  program.run.Switch("--verbose", "more", &verbose);
  CHECK(program.WrongWith({"rum"}) == "unknown subcommand 'rum'; did you mean run?");
  CHECK(program.WrongWith({"elsewhere"}) == "unknown subcommand 'elsewhere'");
  CHECK(program.WrongWith({"run", "--vrebose"}) ==
        "unknown flag --vrebose; did you mean --verbose?");
  CHECK(program.WrongWith({"run", "-x"}) == "unknown flag -x");
  CHECK(program.WrongWith({"run", "a\nb"}) == "The following argument was not expected: a\\x0Ab");
  CHECK(program.run.Given());
}

TEST_CASE("a line that ends before its subcommand gets the list of them") {
  Program program;
  program.run.Subcommand("fast", "run fast", "Speeds");
  for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"run"}}) {
    const auto parsed = program.Parse(words);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().fault == Fault::kNotFound);
    std::vector<std::string> asked = words;
    asked.emplace_back("--help");
    CHECK(parsed.error().context == **program.Parse(asked));
  }
}

TEST_CASE("the help of any subcommand can be asked for by name") {
  std::vector<std::string> names;
  Program program;
  program.run.Subcommand("fast", "run fast", "Speeds");
  Flags help = program.line.flags().Subcommand("help", "explain");
  help.Words("COMMAND", "what", &names);
  REQUIRE(program.Parse({"help", "run", "fast"}).ok());
  CHECK(names == std::vector<std::string>{"run", "fast"});
  REQUIRE(program.line.HelpOf({}).ok());
  CHECK(program.line.HelpOf({})->find("Usage: prog [OPTIONS] SUBCOMMAND") != std::string::npos);
  CHECK(program.line.HelpOf({"run"})->find("\nSpeeds:\n  fast ") != std::string::npos);
  CHECK(program.line.HelpOf({"run", "fast"})->find("Usage: prog run fast") != std::string::npos);
  CHECK(program.line.HelpOf({"run", "fats"}).error().context ==
        "unknown subcommand 'fats'; did you mean fast?\nsee prog run --help");
}

TEST_CASE("help and version are answers") {
  std::optional<int64_t> count;
  Program program;
  const Flag shown = program.run.Integer("--count", "how many", &count, IntegerRange{1, 10});
  program.run.EndHelpWith({{"prog run"}, {{"0", "done"}}, "The end."});
  const auto version = program.Parse({"--version"});
  REQUIRE(version);
  CHECK(*version == "prog 1\n");
  const auto help = program.Parse({"run", "--help"});
  REQUIRE((help && *help));
  CHECK((*help)->find("--count N:INT in [1 - 10]") != std::string::npos);
  CHECK((*help)->ends_with("Examples:\n  prog run\n\nExit codes:\n  0    done\n\nThe end.\n"));
  shown.ShownAs("MANY");
  CHECK((*program.Parse({"run", "--help"}))->find("--count MANY ") != std::string::npos);
}

}  // namespace gamevents::cmd
