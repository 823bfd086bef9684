// Goal: types are unified as Spark's JSON reader does, and fields are counted, at every depth.
// Method: events in memory; the tree as printSchema() prints it, the table cell by cell.

#include "core/report/steps/schema.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

std::string Tree(const std::vector<Message>& messages) {
  Schema schema;
  REQUIRE(ScanWith(schema, messages));
  return schema.Tree();
}

TEST_CASE("every type, and what two of them become") {
  CHECK(
      Tree({{R"({"l":1,"d":1.5,"b":true,"s":"x","n":null,"e":"","ld":1,"ls":1,"bl":true,"es":1})"},
            {R"({"ld":2.5,"ls":"x","bl":1,"es":"","n":null})"},
            {"42"}}) ==
      "root\n"
      " |-- b: boolean (nullable = true)\n"
      " |-- bl: string (nullable = true)\n"
      " |-- d: double (nullable = true)\n"
      " |-- e: string (nullable = true)\n"
      " |-- es: long (nullable = true)\n"
      " |-- l: long (nullable = true)\n"
      " |-- ld: double (nullable = true)\n"
      " |-- ls: string (nullable = true)\n"
      " |-- n: string (nullable = true)\n"
      " |-- s: string (nullable = true)\n"
      "\n");
}

TEST_CASE("a profile names every type, and the fields within fields of mixed types") {
  Schema schema(std::make_shared<MemoryBudget>(kKeptBytesMax));
  REQUIRE(ScanWith(schema, {{R"({"payload":{"score":1},"tags":["a\"b","a\"b"]})"},
                            {R"({"payload":[{"x":2.5}]})"},
                            {R"({"payload":"text","n":null})"},
                            {R"({"tags":7})"}}));
  const Table table = schema.Profile().value();
  std::vector<std::string> shown;
  for (const Row& row : table.rows) {
    shown.push_back(CellText(row[0]) + ": " + CellText(row[1]) + "; " + CellText(row[3]) + "; " +
                    CellText(row[10]));
  }
  CHECK(shown ==
        std::vector<std::string>{"n: ; 1.0; ", "payload: string 1, array 1, struct 1; 0.25; ",
                                 "payload[]: struct 1; 0.0; ", "payload[].x: double 1; 0.0; ",
                                 "payload.score: long 1; 0.0; ", "tags: long 1, array 1; 0.5; ",
                                 "tags[]: string 2; 0.0; a\"b 2"});
}

TEST_CASE("a profile keeps no more than it may") {
  Schema schema(std::make_shared<MemoryBudget>(1'000));
  std::vector<Message> messages;
  for (int i = 0; i < 100; ++i) messages.push_back({fmt::format("{{\"id\":\"{:050}\"}}", i)});
  REQUIRE(ScanWith(schema, messages));
  CHECK(schema.Satisfied());
  CHECK(schema.Profile().error().fault == Fault::kFull);
}

TEST_CASE("objects and arrays, within each other") {
  CHECK(Tree({{R"({"cart":{"items":[{"name":"a","n":1},{"n":2.5}],"remote ip":"x"},"a":[]})"},
              {R"({"cart":{"items":[ ]},"m":[[1],[2, "]"]],"o":{"a":1}})"},
              {R"({"o":"text","a.b":1})"}}) ==
        "root\n"
        " |-- a: array (nullable = true)\n"
        " |    |-- element: string (containsNull = true)\n"
        " |-- a.b: long (nullable = true)\n"
        " |-- cart: struct (nullable = true)\n"
        " |    |-- items: array (nullable = true)\n"
        " |    |    |-- element: struct (containsNull = true)\n"
        " |    |    |    |-- n: double (nullable = true)\n"
        " |    |    |    |-- name: string (nullable = true)\n"
        " |    |-- remote ip: string (nullable = true)\n"
        " |-- m: array (nullable = true)\n"
        " |    |-- element: array (containsNull = true)\n"
        " |    |    |-- element: string (containsNull = true)\n"
        " |-- o: string (nullable = true)\n"
        "\n");
}

TEST_CASE("a name cannot break the tree's lines: it is written as Spark writes it") {
  CHECK(Tree({{R"({"a\n |-- b: long":1,"tab\there":{"\u0007":"x"}})"}}) ==
        "root\n"
        " |-- a\\n |-- b: long: long (nullable = true)\n"
        " |-- tab\\there: struct (nullable = true)\n"
        " |    |-- \\a: string (nullable = true)\n"
        "\n");
}

TEST_CASE("fields are counted, of the objects that could have them") {
  Schema schema;
  REQUIRE(ScanWith(schema, {{R"({"a":1,"c":{"x y":1}})"},
                            {R"({"a":2,"a":3,"c":{}})"},
                            {R"({"a":null,"l":[1,null]})"},
                            {R"({"a":4})"}}));
  const auto table = schema.Finish();
  REQUIRE(table);
  CHECK(table->rows == std::vector<Row>{{"a"s, "long"s, true, int64_t{3}, 0.75},
                                        {"c"s, "struct"s, true, int64_t{2}, 0.5},
                                        {"c.\"x y\""s, "long"s, true, int64_t{1}, 0.5},
                                        {"l"s, "array"s, true, int64_t{1}, 0.25},
                                        {"l[]"s, "long"s, true, int64_t{1}, 0.5}});
}

TEST_CASE("siblings see together what one sees alone") {
  const std::vector<Message> messages{{R"({"a":1,"b":[1]})"},
                                      {R"({"a":2.5,"c":{"d":1}})"},
                                      {R"({"b":["x"],"c":{"d":true,"e":null}})"}};
  Schema whole;
  REQUIRE(ScanWith(whole, messages));
  Schema first;
  const auto second = first.Sibling();
  REQUIRE(ScanWith(first, {messages[0]}));
  REQUIRE(ScanWith(*second, {messages[1], messages[2]}));
  first.Merge(std::move(*second));
  CHECK(first.Tree() == whole.Tree());
  CHECK(first.Finish()->rows == whole.Finish()->rows);
}

TEST_CASE("fields without end are refused") {
  std::vector<Message> messages;
  for (size_t i = 0; i <= kSchemaFieldsMax; ++i) {
    messages.push_back({fmt::format(R"({{"f{}":1}})", i)});
  }
  Schema schema;
  REQUIRE(ScanWith(schema, {messages.begin(), messages.end() - 1}));
  CHECK(schema.Finish());
  REQUIRE(ScanWith(schema, {messages.back()}));
  const auto refused = schema.Finish();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == Fault::kFull);
}

}  // namespace
}  // namespace gamevents::report
