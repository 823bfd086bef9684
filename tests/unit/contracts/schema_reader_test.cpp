// Goal: references are followed within the folder, never out of it, and reading and checking end
// whatever the files say. Method: files in memory, right and wrong.
#include "core/contracts/schema_reader.h"

#include "core/contracts/contracts.h"
#include "tests/unit/catch.h"

#include <map>
#include <string>
#include <utility>

namespace gamevents::contracts {
namespace {

using Files = std::map<std::string, std::string>;

std::string FilesMistake(const Files& files) {
  const auto read = Contracts::Of(files);
  return read ? "none" : read.error().context;
}

// The problems of an event with the contract a.json.
std::string Problems(const Files& files, const std::string& event) {
  const auto read = Contracts::Of(files);
  REQUIRE(read.ok());
  event::Document document;
  REQUIRE(document.Parse(event).ok());
  return Describe(Check(*(*read)->Find("a"), document));
}

std::string Repeated(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("a reference leads to a schema of this file or of another") {
  const Files files = {
      {"a.json", R"({"properties":{
          "price":{"$ref":"#/$defs/money"},"id":{"$ref":"common/ids.json#/$defs/id%25"},
          "whole":{"$ref":"common/more/any.json"},"by_anchor":{"$ref":"#amount"},
          "tree":{"$ref":"#/$defs/node"}},
        "$defs":{"money":{"type":"integer","minimum":0},
                 "amount":{"$anchor":"amount","type":"number"},
                 "node":{"properties":{"left":{"$ref":"#/$defs/node"},"v":{"type":"string"}}}}})"},
      {"common/ids.json", R"({"$defs":{"id%":{"$ref":"more/any.json","maxLength":3}}})"},
      {"common/more/any.json", R"({"type":"string","$ref":"../texts.json#/$defs/short"})"},
      {"common/texts.json", R"({"$defs":{"short":{"maxLength":5}}})"}};
  CHECK(Problems(files, R"({"price":1,"id":"abc","whole":"abcde","by_anchor":1.5})") == "");
  CHECK(Problems(files, R"({"price":-1})") == "/price must be at least 0");
  CHECK(Problems(files, R"({"id":"abcd"})") == "/id must have at most 3 characters, not 4");
  CHECK(Problems(files, R"({"whole":"abcdef"})") == "/whole must have at most 5 characters, not 6");
  CHECK(Problems(files, R"({"by_anchor":"x"})") == "/by_anchor must be of type number, not string");
  CHECK(Problems(files, R"({"tree":{"left":{"left":{"v":1}}}})") ==
        "/tree/left/left/v must be of type string, not number");
}

TEST_CASE("a reference to nothing, or out of the folder, is refused with its place") {
  const auto refer = [](const std::string& to) {
    return FilesMistake({{"a.json", R"({"items":{"$ref":")" + to + "\"}}"}, {"sub/b.json", "{}"}});
  };
  CHECK(refer("#/$defs/x") == "a.json: /items/$ref: \"#/$defs/x\" leads to no schema");
  CHECK(refer("#x") == "a.json: /items/$ref: \"#x\" leads to no schema");
  CHECK(refer("#/items/$ref").find("leads to no schema") != std::string::npos);
  CHECK(refer("no.json") ==
        "no.json: there is no such file, which a.json refers to at /items/$ref");
  CHECK(refer("sub/b.json") == "none");
  CHECK(refer("./sub/../sub/b.json") == "none");
  for (const char* to : {"../a.json", "/etc/passwd", "http://127.0.0.1/a.json",
                         "file:///etc/passwd", "sub/../../a.json", "//host/a.json", "..",
                         "sub\\\\..\\\\a.json", "%2e%2e/a.json", "a%3ajson"}) {
    CAPTURE(to);
    CHECK(refer(to).find("must lead to a file of the same folder") != std::string::npos);
  }
  CHECK(refer("#%zz").find("percent-encoded") != std::string::npos);
}

TEST_CASE("a circle of references that no value would leave is refused") {
  CHECK(FilesMistake({{"a.json", R"({"$ref":"#"})"}}).find("leads back to itself") !=
        std::string::npos);
  CHECK(FilesMistake({{"a.json", R"({"$ref":"sub/b.json"})"},
                      {"sub/b.json", R"({"anyOf":[{"$ref":"../a.json"}]})"}})
            .find("leads back to itself") != std::string::npos);
  CHECK(FilesMistake({{"a.json", R"({"not":{"$ref":"#"}})"}}).find("leads back") !=
        std::string::npos);
  CHECK(FilesMistake({{"a.json", R"({"if":{"$ref":"#"}})"}}).find("leads back") !=
        std::string::npos);
  CHECK(
      FilesMistake({{"a.json", R"({"dependentSchemas":{"b":{"$ref":"#"}}})"}}).find("leads back") !=
      std::string::npos);
  CHECK(FilesMistake({{"a.json", R"({"properties":{"b":{"$ref":"#"}}})"}}) == "none");
  // The same schema twice in a row is no circle.
  CHECK(FilesMistake({{"a.json", R"({"allOf":[{"$ref":"#/$defs/x"},{"$ref":"#/$defs/x"}],
                               "$defs":{"x":{"$ref":"#/$defs/y"},"y":{}}})"}}) == "none");
}

TEST_CASE("files beyond a limit are refused") {
  const std::string deep = Repeated("{\"not\":", 70) + "true" + Repeated("}", 70);
  CHECK(FilesMistake({{"a.json", deep}}) == "a.json: nested deeper than 64 levels");
  CHECK(FilesMistake({{"a.json", Repeated("[", 100'000)}}) ==
        "a.json: nested deeper than 64 levels");
  std::string chain = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 100; ++i) {
    chain += "\"d" + std::to_string(i) + R"(":{"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"},";
  }
  CHECK(FilesMistake({{"a.json", chain + R"("d100":{}}})"}}).find("too long a way") !=
        std::string::npos);
}

TEST_CASE("files that lead to ever more files are given up") {
  const SchemaReader::Open endless = [](const std::string&) -> Result<std::string> {
    return std::string(R"({"$ref":"x/a.json"})");
  };
  SchemaReader reader("", endless);
  REQUIRE(reader.Read("a.json").ok());
  const Status finished = reader.Finish();
  REQUIRE_FALSE(finished.ok());
  CHECK(finished.error().fault == Fault::kFull);
}

TEST_CASE("what is not JSON is refused with its line") {
  CHECK(FilesMistake({{"a.json", "{\n\"type\": \"string\",\n}"}})
            .starts_with("a.json:3: not valid JSON: "));
  CHECK(FilesMistake({{"a.json", ""}}).starts_with("a.json:1: not valid JSON: "));
  CHECK(FilesMistake({{"a.json", "\"\xff\""}}) == "a.json: not valid UTF-8");
  CHECK(FilesMistake({{"a.json", "\xEF\xBB\xBF{}"}}) == "none");
}

}  // namespace gamevents::contracts
