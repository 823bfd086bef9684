// Goal: filters decide exactly and stay within their limits; docs/filter.md's own rows are in
// filter_docs_test. Method: tables around each boundary; each limit met and passed by one.
#include "core/event/filter.h"

#include "core/event/document.h"
#include "tests/unit/catch.h"

#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gamevents::event {
namespace {

// A row with the one field "x".
class One final : public FieldSource {
 public:
  explicit One(Value value) : value_(value) {}
  Value Field(const FieldPath& path) const override {
    return path == FieldPath{"x"} ? value_ : Value{Missing{}};
  }

 private:
  Value value_;
};

bool Matches(const std::string& filter, const Value& value) {
  INFO(filter);
  const auto parsed = Filter::Parse(filter);
  REQUIRE(parsed.ok());
  return parsed->Matches(One(value));
}

std::string Refused(const std::string& filter) {
  const auto parsed = Filter::Parse(filter);
  REQUIRE_FALSE(parsed.ok());
  CHECK(parsed.error().fault == Fault::kBadInput);
  return parsed.error().context;
}

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("the six comparisons know below, equal and above") {
  struct {
    const char* op;
    bool below, equal, above;
  } const rows[] = {{"=", false, true, false}, {"!=", true, false, true},
                    {"<", true, false, false}, {"<=", true, true, false},
                    {">", false, false, true}, {">=", false, true, true}};
  for (const auto& row : rows) {
    const std::string number = std::string("x ") + row.op + " 2";
    CHECK(Matches(number, int64_t{1}) == row.below);
    CHECK(Matches(number, int64_t{2}) == row.equal);
    CHECK(Matches(number, 2.0) == row.equal);
    CHECK(Matches(number, 2.5) == row.above);
    const std::string text = std::string("x ") + row.op + " 'b'";
    CHECK(Matches(text, std::string_view("B")) == row.below);
    CHECK(Matches(text, std::string_view("b")) == row.equal);
    CHECK(Matches(text, std::string_view("b\xC3\xAB")) == row.above);
  }
}

TEST_CASE("another kind is never equal, unequal, below or above") {
  const std::string_view text = "1";
  const Value others[] = {Missing{},
                          Null{},
                          true,
                          text,
                          RawJson{"[1]"},
                          RawJson{"{}"},
                          std::numeric_limits<double>::quiet_NaN()};
  for (const char* op : {"=", "!=", "<", "<=", ">", ">="}) {
    for (const Value& value : others) CHECK_FALSE(Matches(std::string("x ") + op + " 1", value));
    CHECK_FALSE(Matches(std::string("x ") + op + " '1'", int64_t{1}));
  }
  for (const char* op : {"=", "!="}) {
    for (const Value& value : {Value{int64_t{1}}, Value{Missing{}}, Value{text}}) {
      CHECK_FALSE(Matches(std::string("x ") + op + " true", value));
    }
  }
  for (const Value& value : others) CHECK_FALSE(Matches("x in (2, 'a', false)", value));
  CHECK_FALSE(Matches("x ~ '1'", int64_t{1}));
  CHECK_FALSE(Matches("x ~ '1'", RawJson{"[1]"}));
  CHECK_FALSE(Matches("x ~ ''", Missing{}));
}

TEST_CASE("bytes above 127 sort after ASCII") {
  CHECK(Matches("x > 'z'", std::string_view("\xC3\xAB")));
  CHECK(Matches("x > '\xEF\xBF\xBD'", std::string_view("\xF0\x9F\x97\xA1")));
}

TEST_CASE("quotes hold anything, and a lone backslash stands for itself") {
  const std::pair<const char*, const char*> rows[] = {{R"(x = 'it\'s')", "it's"},
                                                      {R"(x = "say \"hi\"")", "say \"hi\""},
                                                      {R"(x = 'a\\')", "a\\"},
                                                      {R"(x = '\d\n')", "\\d\\n"},
                                                      {R"(x = "it's")", "it's"},
                                                      {R"(x = 'a"b')", "a\"b"},
                                                      {R"(x = '\"')", "\\\""},
                                                      {"x = ''", ""},
                                                      {"x = 'a\nb'", "a\nb"},
                                                      {"x = 'and'", "and"},
                                                      {"x = Sword/2:a@b+c.d", "Sword/2:a@b+c.d"},
                                                      {"x=a", "a"},
                                                      {"x = nothing", "nothing"}};
  for (const auto& [filter, text] : rows) CHECK(Matches(filter, std::string_view(text)));
  CHECK(Matches("x = -1e2", int64_t{-100}));
}

TEST_CASE("a regular expression is unanchored, knows UTF-8, and needs only linear time") {
  CHECK(Matches("x ~ sword", std::string_view("a sword!")));
  CHECK(Matches("x ~ '^Zo.$'", std::string_view("Zo\xC3\xAB")));
  CHECK_FALSE(Matches("x ~ '^word'", std::string_view("sword")));
  // An engine that backtracks would take for ever (ctest's limit ends it), and one that recurses
  // would run out of stack.
  const std::string text(1 << 20, 'a');
  CHECK_FALSE(Matches("x ~ '^(a|aa)*(a*)*$b'", std::string_view(text)));
  CHECK_FALSE(Matches("x ~ '(x+x+)+y'", std::string_view(text)));
}

TEST_CASE("a bad or greedy regular expression is refused with its reason") {
  CHECK(Refused("x ~ '('").find("column 5: bad regular expression: missing ): (") == 0);
  CHECK(Refused("x ~ '(a)\\1'").find("bad regular expression") != std::string::npos);
  CHECK(Refused("x ~ '(((\\pL{100}){100}){10})'").find("bad regular") != std::string::npos);
  CHECK(Refused("x ~ '((a{500}){500})'").find("bad regular") != std::string::npos);
}

TEST_CASE("each limit may be met and not passed") {
  const std::string space(kFilterBytesMax - 5, ' ');
  CHECK(Filter::Parse("x = 1" + space).ok());
  CHECK(Refused("x = 1 " + space).find("longer than 65536 bytes") != std::string::npos);

  const size_t depth = kFilterDepthMax;
  CHECK(Filter::Parse(Repeat("(", depth) + "x=1" + Repeat(")", depth)).ok());
  CHECK(Filter::Parse(Repeat("not ", depth) + "x=1").ok());
  CHECK(Refused(Repeat("(", depth + 1) + "x=1" + Repeat(")", depth + 1))
            .find("column 66: nested deeper than 64 levels") == 0);
  CHECK(Refused(Repeat("not(", 10000)).find("nested deeper") != std::string::npos);

  CHECK(Filter::Parse("x in (1" + Repeat(",1", kFilterListMax - 1) + ")").ok());
  CHECK(Refused("x in (1" + Repeat(",1", kFilterListMax) + ")").find("at most 1000 values") !=
        std::string::npos);

  CHECK(Filter::Parse("x=1" + Repeat(" or x=1", kFilterConditionsMax - 1)).ok());
  CHECK(Refused("x=1" + Repeat(" and x=1", kFilterConditionsMax)).find("1000 conditions") !=
        std::string::npos);

  CHECK(Filter::Parse("x~a" + Repeat(" or x~a", kFilterRegexesMax - 1)).ok());
  CHECK(Refused("x~a" + Repeat(" or x~a", kFilterRegexesMax)).find("16 regular expressions") !=
        std::string::npos);
}

TEST_CASE("the pointer counts characters, shows one line, and cuts a long one") {
  CHECK(Refused("\xF0\x9F\x97\xA1 = 1 or ) ") ==
        "column 10: expected a field\n\xF0\x9F\x97\xA1 = 1 or ) \n         ^");
  CHECK(Refused("a = 1\nand\tb ! 2\nor c = 3") ==
        "line 2, column 7: expected one of = != < <= > >= ~ in after the field\n"
        "and b ! 2\n      ^");
  const std::string name(60, 'a');
  CHECK(Refused(name + " ! " + name) ==
        "column 62: expected one of = != < <= > >= ~ in after the field\n\xE2\x80\xA6" +
            std::string(49, 'a') + " ! " + std::string(23, 'a') + "\xE2\x80\xA6\n" +
            std::string(51, ' ') + "^");
  CHECK(Refused("a = '\x1b[31m' b").find('\x1b') == std::string::npos);
  CHECK(Refused("a ~ '(\n\x1b'").find("missing ): (  \n") != std::string::npos);
  CHECK(Refused("a = '\xFF'") == "the filter is not valid UTF-8");
  // What to write instead repeats what was typed only where that is one short line.
  CHECK(Refused("\"a\nb\" is null").find("write: FIELD = null\n") != std::string::npos);
  CHECK(Refused("a between '\x1b' and " + name + name).find(": a >= LOW and a <= HIGH\n") !=
        std::string::npos);
  CHECK(Refused("a between").find("write: a >= LOW and a <= HIGH\n") != std::string::npos);
  CHECK(Refused("a is 3").find("write: a = 3\n") != std::string::npos);
  CHECK(Refused("a not 3").find("expected one of") != std::string::npos);
  CHECK(Refused(" ") == "column 2: the filter is empty\n \n ^");
}

TEST_CASE("the fields are listed once, as they appear") {
  const auto filter = Filter::Parse("b = 1 or (a.\"c d\" ~ x and not exists(b)) or a in (1)");
  REQUIRE(filter.ok());
  CHECK(filter->fields() == std::vector<FieldPath>{{"b"}, FieldPath{"a", "c d"}, {"a"}});
  const Filter copy = *filter;
  CHECK(&copy.fields() == &filter->fields());
}

TEST_CASE("the texts that a field is compared with by = and in are listed") {
  using Texts = std::set<std::string, std::less<>>;
  const auto filter = Filter::Parse(
      "a = y and not (a in ('x', 3, \"y\") or a != z) or b.c = \"w\" or a ~ 'q' or exists(a)");
  REQUIRE(filter.ok());
  CHECK(filter->TextsOf({"a"}) == Texts{"x", "y"});
  CHECK(filter->TextsOf({"b", "c"}) == Texts{"w"});
  CHECK(filter->TextsOf({"b"}).empty());
}

TEST_CASE("a moment behind an @ is the text that its reader gives") {
  const ReadMoment moments = [](std::string_view text) -> Result<std::string> {
    if (text == "yesterday") return std::string("2026-11-22T00:00:00.000Z");
    return Error{Fault::kBadInput, "'" + std::string(text) + "' is not a moment"};
  };
  const auto filter = Filter::Parse("_time >= @yesterday and not at in (@yesterday)", moments);
  REQUIRE(filter.ok());
  const auto matches = [&](const char* event) {
    Document document;
    REQUIRE(document.Parse(event).ok());
    return filter->Matches(document);
  };
  CHECK(matches(R"({"_time":"2026-11-22T10:00:00.000Z"})"));
  CHECK_FALSE(matches(R"({"_time":"2026-11-21T23:59:59.999Z"})"));
  CHECK_FALSE(matches(R"({"_time":"2026-11-23T10:00:00.000Z","at":"2026-11-22T00:00:00.000Z"})"));
  const auto bad = Filter::Parse("a = 1 or _time >= @2026-13-01", moments);
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().context.starts_with("column 19: '2026-13-01' is not a moment"));
  CHECK_FALSE(Filter::Parse("_time >= @yesterday").ok());
}

TEST_CASE("many threads may use one filter at once") {
  const auto filter = Filter::Parse("x ~ '^(a|b)+c$' or x in (q, r)");
  REQUIRE(filter.ok());
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        if (!filter->Matches(One(std::string_view("abbac")))) ++count;
        if (filter->Matches(One(std::string_view("abbad")))) ++count;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

}  // namespace gamevents::event
