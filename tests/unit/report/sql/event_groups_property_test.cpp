// Goal: gathering groups in the scan changes no answer.
// Method: statements of the form that is known, made from a seed, over events made from it. Where
// the groups are certain, SQLite over them gives the rows that it gives over an ordinary table with
// the same events, in the same order; and the whole answer is the same with and without groups.

#include "core/report/sql/answer.h"
#include "core/report/sql/event_groups.h"
#include "tests/unit/report/questions.h"
#include "tests/unit/report/sql/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>

namespace gamevents::report::sql {
namespace {

/// Values of one field: of one kind, or of many.
const std::vector<Texts> kPools = {
    {"1", "2", "-3", "40", "null"},
    {"0", "7", "9223372036854775807", "-9223372036854775808", "4611686018427387904"},
    {"1.5", "-2.25", "1e-3", "0.1", "null"},
    {R"("a")", R"("b")", R"("A")", R"("")", R"("\u00e4")", R"("a\u0000b")", "null"},
    {R"("sword")", R"("axe")", "null"},
    {"1", "true", "false", "0"},
    {"1", "1.0", "2", "2.5", "-0.0", "0"},
    {"1", R"("1")", R"("a")", "2.5", "null", "[1]", R"("[1]")", R"({"a":1})", "true"},
    {"5", "12345678901234567890", "1e999", R"("x")"}};

class GroupsMaker {
 public:
  explicit GroupsMaker(uint32_t seed) : random_(seed) {}

  std::vector<Message> Events() {
    const Texts k = Pool();
    const Texts v = Pool();
    const Texts w = Pool();
    std::vector<Message> messages;
    for (size_t i = Below(40); i > 0; --i) {
      messages.push_back({Below(8) == 0
                              ? fmt::format(R"({{"k":{}}})", Of(k))
                              : fmt::format(R"({{"k":{},"v":{},"w w":{}}})", Of(k), Of(v), Of(w))});
    }
    // Each field is there.
    messages.push_back({R"({"k":null,"v":null,"w w":null})"});
    return messages;
  }

  std::string Statement() {
    names_.clear();
    Texts keys;
    for (size_t i = Below(3); i > 0; --i) keys.push_back(Field());
    Texts results;
    for (size_t i = 1 + Below(3); i > 0; --i) {
      const bool key = !keys.empty() && Below(2) == 0;
      results.push_back((key ? Of(keys) : Aggregate()) + Name());
    }
    if (keys.empty()) results.push_back(Aggregate());
    std::string statement = "SELECT " + Joined(results, ", ") + " FROM events";
    Texts tests;
    for (size_t i = Below(3); i > 0; --i) tests.push_back(Test());
    if (!tests.empty()) statement += " WHERE " + Joined(tests, " AND ");
    if (!keys.empty()) statement += " GROUP BY " + Joined(keys, ", ");
    if (!keys.empty() && Below(4) == 0) {
      statement += fmt::format(" HAVING {} {} {}", Operand(keys), Of({"=", "<", ">=", "<>"}),
                               Of({"1", "'a'", "0"}));
    }
    if (Below(2) == 0) {
      statement += fmt::format(" ORDER BY {}{}", Below(3) == 0 ? "1" : Operand(keys),
                               Of({"", " DESC", " ASC"}));
    }
    return statement + (Below(4) == 0 ? " LIMIT 2" : "");
  }

 private:
  size_t Below(size_t count) { return random_() % count; }
  std::string Of(const Texts& texts) { return texts[Below(texts.size())]; }
  Texts Pool() { return kPools[Below(kPools.size())]; }
  std::string Field() { return Of({"k", "v", "\"w w\"", "\"k\""}); }
  std::string Aggregate() {
    if (Below(3) == 0) return "count(*)";
    return fmt::format("{}({})", Of({"count", "sum", "avg", "min", "max", "MIN"}), Field());
  }
  std::string Operand(const Texts& keys) {
    if (!names_.empty() && Below(2) == 0) return Of(names_);
    return !keys.empty() && Below(2) == 0 ? Of(keys) : Aggregate();
  }
  std::string Name() {
    if (Below(3) != 0) return "";
    names_.push_back(fmt::format("name{}", names_.size()));
    return " AS " + names_.back();
  }
  std::string Test() {
    const std::string literal = Of({"1", "-3", "'a'", "'1'", "'sword'", "9223372036854775807"});
    switch (Below(4)) {
      case 0:
        return Field() + Of({" IS NULL", " IS NOT NULL"});
      case 1:
        return fmt::format("{} IN ({}, 'b', 2)", Field(), literal);
      default:
        return fmt::format("{} {} {}", Field(), Of({"=", "==", "<>", "!=", "<", "<=", ">", ">="}),
                           literal);
    }
  }
  static std::string Joined(const Texts& texts, std::string_view between) {
    return fmt::format("{}", fmt::join(texts, between));
  }

  std::mt19937 random_;
  Texts names_;
};

/// The rows over the groups, which two siblings gather; nothing where they are not certain.
std::optional<Texts> RowsOverGroups(TestEvents& test, const std::vector<Message>& messages,
                                    const std::string& statement) {
  const auto asked = ReadGrouped(statement);
  INFO(statement);
  REQUIRE(asked);
  EventGroups groups(*asked, 1 << 20);
  const auto half = messages.begin() + static_cast<std::ptrdiff_t>(messages.size() / 2);
  for (const auto& part :
       {std::vector(messages.begin(), half), std::vector(half, messages.end())}) {
    const auto sibling = groups.Sibling();
    REQUIRE(ScanWith(*sibling, part));
    groups.Merge(std::move(*sibling));
  }
  const auto table = groups.Finish();
  if (!table || !Fits(*asked, test.events.columns)) return std::nullopt;
  auto connection = Connect(test.events);
  REQUIRE(connection->Put(kGroupsTable, *table));
  return Rows(*connection, asked->over_groups);
}

/// The answer's text, with its notes or its error; and how often the events were opened.
std::pair<std::string, int> Answered(const std::vector<Message>& messages,
                                     const std::string& statement, Ahead ahead) {
  int opened = 0;
  const OpenSource open = [&]() -> Result<std::unique_ptr<RecordSource>> {
    ++opened;
    return std::unique_ptr<RecordSource>(std::make_unique<MemorySource>(messages));
  };
  Question question = AskSql(statement);
  question.rendering.format = Format::kNdjson;
  std::string text;
  const auto write = [&](std::string_view piece) {
    text += piece;
    return Status(Done{});
  };
  const auto summary = Answer(std::get<SqlQuestion>(question.asked), question,
                              {open, TableSources{}}, nullptr, write, ahead);
  if (!summary) return {summary.error().context, opened};
  text += fmt::format("{}", fmt::join(summary->notes, "\n"));
  return {text, opened};
}

/// The rows of the answer, from columns that are kept, or its error.
std::string AnsweredFromKept(const std::vector<Message>& messages, const std::string& statement) {
  ColumnStore store([&](const ColumnStore::Ranges&) { return Topic(messages); }, 1 << 20);
  Question question = AskSql(statement);
  question.rendering.format = Format::kNdjson;
  std::string text;
  const auto write = [&](std::string_view piece) {
    text += piece;
    return Status(Done{});
  };
  const ColumnStore::Ranges ranges = {{0, 0, static_cast<int64_t>(messages.size())}};
  const auto summary = AnswerKept(std::get<SqlQuestion>(question.asked), question, store, ranges,
                                  {}, nullptr, write);
  return summary ? text : summary.error().context;
}

TEST_CASE("statements get the same answer from groups as from the events") {
  constexpr uint32_t kSeed = 20261127;
  constexpr int kStatements = 3'000;
  GroupsMaker maker(kSeed);
  int certain = 0;
  for (int i = 0; i < kStatements; ++i) {
    const auto messages = maker.Events();
    const std::string statement = maker.Statement();
    INFO("seed " << kSeed << ", statement " << i << ": " << statement);
    const auto [text, opened] = Answered(messages, statement, Ahead::kGroups);
    const auto [expected, opened_before] = Answered(messages, statement, Ahead::kNothing);
    REQUIRE(text == expected);
    // Notes follow.
    REQUIRE(expected.starts_with(AnsweredFromKept(messages, statement)));

    TestEvents test(messages, {"k", "v", "w w"});
    const auto rows = RowsOverGroups(test, messages, statement);
    REQUIRE(opened == (rows ? 1 : opened_before));
    if (!rows) continue;
    certain += 1;
    REQUIRE(*rows == Ordinary(test.events).Rows(statement));
  }
  CHECK(certain > kStatements / 3);
}

}  // namespace
}  // namespace gamevents::report::sql
