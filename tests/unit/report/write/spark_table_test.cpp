// Goal: tables and schemas are, byte for byte, what Spark 4.0.0 prints.
// Method: the expected texts were printed by real PySpark 4.0.0 from the same cells.

#include "core/report/write/spark_table.h"

#include "core/report/scan/column.h"
#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

Table Strings(std::string name, std::vector<Cell> cells, bool more = false) {
  Table table{{{std::move(name), Type::kString}}, {}, more};
  for (Cell& cell : cells) table.rows.push_back({std::move(cell)});
  return table;
}

const Cell kNull = std::monostate{};
Cell Text(std::string text) { return text; }

TEST_CASE("the schema of Spark's kafka source") {
  CHECK(SchemaTree(Headings(MessageColumns())) ==
        "root\n"
        " |-- key: binary (nullable = true)\n"
        " |-- value: binary (nullable = true)\n"
        " |-- topic: string (nullable = true)\n"
        " |-- partition: integer (nullable = true)\n"
        " |-- offset: long (nullable = true)\n"
        " |-- timestamp: timestamp (nullable = true)\n"
        " |-- timestampType: integer (nullable = true)\n"
        "\n");
}

TEST_CASE("an empty table has its heading, at least three wide") {
  CHECK(Show(Strings("k", {}), {}) == "+---+\n|  k|\n+---+\n+---+\n\n");
}

TEST_CASE("a table without columns says how many rows it has") {
  CHECK(Show({}, {}) == "no rows\n");
  CHECK(Show({{}, {{}}, false}, {}) == "1 row without a field\n");
  CHECK(Show({{}, {{}, {}}, false}, {.truncate = 0}) == "2 rows without a field\n");
}

TEST_CASE("a table of messages") {
  const Table table{Headings(MessageColumns()),
                    {{kNull, Bytes{"{\"event_type\": 1}"}, Text("eventsForm"), int64_t{0},
                      int64_t{0}, TimestampMs{1'795'428'000'000}, int64_t{0}},
                     {Bytes{"k1"}, Bytes{""}, Text("eventsForm"), int64_t{0}, int64_t{10},
                      TimestampMs{1'795'428'001'100}, int64_t{0}}},
                    true};
  CHECK(Show(table, {}) ==
        "+-------+--------------------+----------+---------+------+--------------------+---------"
        "----+\n"
        "|    key|               value|     topic|partition|offset|           timestamp|timestamp"
        "Type|\n"
        "+-------+--------------------+----------+---------+------+--------------------+---------"
        "----+\n"
        "|   NULL|[7B 22 65 76 65 6...|eventsForm|        0|     0| 2026-11-23 10:00:00|         "
        "   0|\n"
        "|[6B 31]|                  []|eventsForm|        0|    10|2026-11-23 10:00:...|         "
        "   0|\n"
        "+-------+--------------------+----------+---------+------+--------------------+---------"
        "----+\n"
        "only showing top 2 rows\n");
}

TEST_CASE("full width texts are padded by what they fill") {
  CHECK(Show(Strings("event_type", {Text("größe 剣を買う"), Text("default"), kNull}), {}) ==
        "+--------------+\n"
        "|    event_type|\n"
        "+--------------+\n"
        "|größe 剣を買う|\n"
        "|       default|\n"
        "|          NULL|\n"
        "+--------------+\n\n");
}

TEST_CASE("twenty full width characters are twenty characters and forty wide") {
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += "剣";
  const std::string shown = Show(Strings("s", {Text(twenty), Text(twenty + "剣")}), {});
  CHECK(shown.find("|" + twenty + "|\n") != std::string::npos);
  CHECK(shown.find("|   " + twenty.substr(0, 17 * 3) + "...|\n") != std::string::npos);
}

TEST_CASE("truncate cuts cells but never headings; zero aligns left") {
  CHECK(Show(Strings("a\tb剣", {Text("12345")}), {.truncate = 3}) ==
        "+------+\n|a\\tb剣|\n+------+\n|   123|\n+------+\n\n");
  CHECK(Show(Strings("s", {Text("12345"), kNull, Text("")}), {.truncate = 0}) ==
        "+-----+\n|s    |\n+-----+\n|12345|\n|NULL |\n|     |\n+-----+\n\n");
  CHECK(Show(Strings("s", {Text("12345"), kNull}), {.truncate = 2}) ==
        "+---+\n|  s|\n+---+\n| 12|\n| NU|\n+---+\n\n");
}

TEST_CASE("what was left out is said in the singular too") {
  const std::string one = Show(Strings("id", {int64_t{0}}, true), {});
  CHECK(one == "+---+\n| id|\n+---+\n|  0|\n+---+\nonly showing top 1 row\n");
  const std::string none = Show(Strings("id", {}, true), {});
  CHECK(none == "+---+\n| id|\n+---+\n+---+\nonly showing top 0 rows\n");
}

TEST_CASE("control characters pass as in Spark, and are shown for a terminal") {
  const Table table = Strings("s", {Text("\x1B[2J")});
  CHECK(Show(table, {}) == "+----+\n|   s|\n+----+\n|\x1B[2J|\n+----+\n\n");
  CHECK(Show(table, {.escape_controls = true}) ==
        "+-------+\n|      s|\n+-------+\n|\\x1B[2J|\n+-------+\n\n");
}

}  // namespace
}  // namespace gamevents::report
