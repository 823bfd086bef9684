// Goal: pushing conditions down changes no answer.
// Method: statements made from a seed, with every kind of condition and join, asked of `events` and
// of an ordinary table with the same rows; the rows are compared.

#include "core/report/sql/event_table.h"
#include "tests/unit/report/sql/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

namespace gamevents::report::sql {
namespace {

constexpr auto kJsonValues = std::to_array<const char*>({"null",
                                                         "true",
                                                         "false",
                                                         "0",
                                                         "-0.0",
                                                         "1",
                                                         "5",
                                                         "5.0",
                                                         "5.5",
                                                         "-7",
                                                         "9007199254740993",
                                                         "9007199254740992.0",
                                                         "9223372036854775807",
                                                         "1e308",
                                                         "1e999",
                                                         R"("")",
                                                         R"("5")",
                                                         R"("5.0")",
                                                         R"(" 5")",
                                                         R"("a")",
                                                         R"("A")",
                                                         R"("b")",
                                                         R"("\u00e4")",
                                                         R"("1e1")",
                                                         "[5]",
                                                         R"({"a":1})"});

constexpr auto kLiterals =
    std::to_array<const char*>({"NULL",
                                "0",
                                "1",
                                "5",
                                "5.0",
                                "-7",
                                "9007199254740993",
                                "9007199254740992.0",
                                "1e308",
                                "9e999",
                                "''",
                                "'5'",
                                "'5.0'",
                                "'a'",
                                "'A'",
                                "'[5]'",
                                "x'61'",
                                "CAST('5' AS INTEGER)",
                                "CAST(5 AS TEXT)",
                                "CAST('5.0' AS NUMERIC)",
                                "(SELECT '5' UNION ALL SELECT CAST(1 AS INT) LIMIT 1)",
                                "'a' COLLATE NOCASE"});

constexpr auto kComparisons = std::to_array<const char*>(
    {"{} = {}", "{} < {}", "{} <= {}", "{} > {}", "{} >= {}", "{} <> {}", "{} IS {}",
     "{} IS NOT {}", "{} IN ({}, 'b', 5)", "{} NOT IN ({}, 1)", "{} BETWEEN {} AND 'b'",
     "{} LIKE {}", "{} IS NULL", "{} IS NOT NULL", "{} IN (SELECT {} UNION ALL SELECT 'b')"});

/// Makes statements from a seed.
class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  std::string Single() {
    return fmt::format("SELECT v, w, _offset, _partition FROM events WHERE {}", Conditions("", 3));
  }

  std::string Join() {
    constexpr auto kJoins =
        std::to_array<const char*>({"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"});
    const std::string on =
        fmt::format("{}.{} {} {}.{}", "b", Column(), Pick(kRelations), "a", Column());
    const std::string more = random_() % 2 == 0 ? " AND " + Condition("b.") : "";
    return fmt::format(
        "SELECT a.v, a._offset, b.w, b._offset FROM events a {} events b ON {}{} "
        "WHERE {}",
        Pick(kJoins), on, more, Conditions(random_() % 2 == 0 ? "a." : "b.", 2));
  }

  std::string Within() {
    return fmt::format(
        "SELECT v, _offset FROM events a WHERE {} (SELECT 1 FROM events b WHERE b.{} "
        "= a.{} AND {}) AND {}",
        random_() % 2 == 0 ? "EXISTS" : "NOT EXISTS", Column(), Column(), Condition("b."),
        Condition("a."));
  }

 private:
  static constexpr auto kRelations = std::to_array<const char*>({"=", "=", "<", ">=", "IS"});
  static constexpr auto kColumns = std::to_array<const char*>(
      {"v", "w", "v", "w", "_offset", "_partition", "_key", "_timestamp"});

  template <size_t N>
  const char* Pick(const std::array<const char*, N>& from) {
    return from[random_() % N];
  }
  const char* Column() { return Pick(kColumns); }

  std::string Condition(const std::string& table) {
    const std::string literal = Pick(kLiterals);
    return "(" + fmt::format(fmt::runtime(Pick(kComparisons)), table + Column(), literal) + ")";
  }

  std::string Conditions(const std::string& table, size_t most) {
    std::string all = Condition(table);
    for (size_t more = random_() % most; more > 0; --more) {
      all += random_() % 3 == 0 ? " OR " : " AND ";
      all += Condition(table);
    }
    return all;
  }

  std::mt19937 random_;
};

TEST_CASE("statements get the same rows from events as from an ordinary table") {
  constexpr uint32_t kSeed = 20261124;
  constexpr int kStatements = 1200;
  std::mt19937 random(kSeed);
  std::vector<Message> messages;
  for (int i = 0; i < 60; ++i) {
    const char* v = kJsonValues[random() % kJsonValues.size()];
    const char* w = kJsonValues[random() % kJsonValues.size()];
    Message message{fmt::format(R"({{"v":{},"w":{}}})", v, w)};
    if (i % 9 == 0) message.value = fmt::format(R"({{"w":{}}})", w);
    if (i % 4 != 0) message.key = i % 4 == 1 ? "a" : i % 4 == 2 ? "5" : "\xFF";
    message.partition = i % 3;
    message.time = i % 5 == 0 ? -1 : 1'795'428'000'000 + i;
    messages.push_back(message);
  }
  TestEvents test(messages, {"v", "w"});
  auto connection = Connect(test.events);
  // The same with the columns in memory, where nothing else is read.
  TestEvents test_kept(messages, {"v", "w"});
  ColumnStore store([&](const ColumnStore::Ranges&) { return Topic(messages); }, 1 << 20);
  REQUIRE(store.Update({{0, 0, 20}, {1, 0, 20}, {2, 0, 20}}, {}, nullptr));
  test_kept.events.store = &store;
  auto connection_kept = Connect(test_kept.events);
  Ordinary ordinary(test.events);
  Maker maker(kSeed);
  int with_rows = 0;
  for (int i = 0; i < kStatements; ++i) {
    const std::string statement = i % 3 == 0   ? maker.Join()
                                  : i % 3 == 1 ? maker.Single()
                                               : maker.Within();
    Texts expected = ordinary.Rows(statement);
    Texts rows = Rows(*connection, statement);
    std::ranges::sort(expected);
    std::ranges::sort(rows);
    Texts from_kept = Rows(*connection_kept, statement);
    std::ranges::sort(from_kept);
    CHECK(from_kept == expected);
    with_rows += rows.empty() ? 0 : 1;
    if (rows == expected) continue;
    FAIL("seed " << kSeed << ", statement " << i << ": " << statement << "\n"
                 << rows.size() << " rows, " << expected.size() << " expected");
  }
  CHECK(with_rows > kStatements / 3);
}

}  // namespace
}  // namespace gamevents::report::sql
