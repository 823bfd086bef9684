// Goal: an event's fields are read exactly, and whatever is not one JSON object is refused.
// Method: known documents; refusal tables; every prefix of a document that has all of JSON in it.
#include "core/event/document.h"

#include "tests/unit/catch.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::event {
namespace {

constexpr std::string_view kEverything =
    R"( {"event_type":"purchase_sword" , "remote ip":"172.18.0.1","n":-42,"price":2.50,)"
    R"("ok":true,"no":false,"none":null,"cart":{"item name":"a\"b\\\u00eb\ud83d\udde1","list":)"
    R"([1, {"deep":[[]]},"]}" ] , "empty":{}},"tags":[],"last":1e3} )";

std::string_view Text(const Document& document, const FieldPath& path) {
  return std::get<std::string_view>(document.Field(path));
}

std::string_view Raw(const Document& document, const FieldPath& path) {
  return std::get<RawJson>(document.Field(path)).text;
}

bool IsMissing(const Document& document, const FieldPath& path) {
  return std::holds_alternative<Missing>(document.Field(path));
}

std::string Nest(int levels) {
  std::string text = "{\"a\":";
  for (int i = 1; i < levels; ++i) text += i % 2 ? "[" : "{\"b\":";
  text += "1";
  for (int i = levels - 1; i >= 1; --i) text += i % 2 ? "]" : "}";
  return text + "}";
}

}  // namespace

TEST_CASE("every kind of value is there, in any order and as often as asked") {
  Document document;
  REQUIRE(document.Parse(kEverything).ok());
  for (int turn = 0; turn < 2; ++turn) {
    CHECK(std::get<double>(document.Field({"last"})) == 1000.0);
    CHECK(Text(document, {"event_type"}) == "purchase_sword");
    CHECK(Text(document, {"remote ip"}) == "172.18.0.1");
    CHECK(std::get<int64_t>(document.Field({"n"})) == -42);
    CHECK(std::get<double>(document.Field({"price"})) == 2.5);
    CHECK(std::get<bool>(document.Field({"ok"})));
    CHECK_FALSE(std::get<bool>(document.Field({"no"})));
    CHECK(std::holds_alternative<Null>(document.Field({"none"})));
    CHECK(Text(document, {"cart", "item name"}) == "a\"b\\\xC3\xAB\xF0\x9F\x97\xA1");
    CHECK(Raw(document, {"cart", "list"}) == R"([1, {"deep":[[]]},"]}" ])");
    CHECK(Raw(document, {"cart", "empty"}) == "{}");
    CHECK(Raw(document, {"tags"}) == "[]");
    CHECK(Raw(document, {"cart"}).substr(0, 13) == R"({"item name":)");
    CHECK(Raw(document, {"cart"}).substr(Raw(document, {"cart"}).size() - 11) == R"("empty":{}})");
  }
}

TEST_CASE("all fields are the same however often texts of their shape were read before") {
  constexpr std::string_view kAlike =
      R"({"event_type":"buy","n":-42,"x":1e3,"ok":true,"no":false,"none":null,)"
      R"("cart":{"item":"sword","list":[1,{"deep":[]},"]"],"empty":{}},"tags":[],"last":7})";
  Document document;
  REQUIRE(document.Parse(kAlike).ok());
  const std::vector<DocumentField> first(document.fields().begin(), document.fields().end());
  REQUIRE(first.size() == 12);
  std::vector<std::string> tokens;
  for (const DocumentField& field : first) tokens.push_back(std::string(field.token));
  for (int turn = 0; turn < 5; ++turn) {
    REQUIRE(document.Parse(kAlike).ok());
    const auto fields = document.fields();
    REQUIRE(fields.size() == first.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      INFO(turn << " " << i);
      CHECK(fields[i].token == tokens[i]);
      CHECK(fields[i].kind == first[i].kind);
      CHECK(fields[i].next == first[i].next);
    }
    CHECK(fields[0].name == "event_type");
    CHECK(fields[7].name == "item");
    size_t visited = 0;
    document.ForEachField([&](std::string_view, const Value&) { ++visited; });
    CHECK(visited == 9);
  }
}

TEST_CASE("a path that leads nowhere is missing") {
  Document document;
  CHECK(IsMissing(document, {"event_type"}));
  REQUIRE(document.Parse(kEverything).ok());
  CHECK(IsMissing(document, {"absent"}));
  CHECK(IsMissing(document, {"event_type", "x"}));
  CHECK(IsMissing(document, {"cart", "absent"}));
  CHECK(IsMissing(document, {"cart", "empty", "x"}));
  CHECK(IsMissing(document, {"item name"}));
  CHECK(IsMissing(document, {"cart", "list", "deep"}));
  REQUIRE(document.Parse("{}").ok());
  CHECK(IsMissing(document, {"event_type"}));
}

TEST_CASE("of repeated names the last wins, and a visit sees them all in order") {
  Document document;
  REQUIRE(document.Parse(R"({"a":{"x":1},"b":2,"a":{"y":3},"\u0062":4,"c":[{"a":9}]})").ok());
  CHECK(IsMissing(document, {"a", "x"}));
  CHECK(std::get<int64_t>(document.Field({"a", "y"})) == 3);
  CHECK(std::get<int64_t>(document.Field({"b"})) == 4);
  std::vector<std::string> names;
  document.ForEachField([&](std::string_view name, const Value&) { names.emplace_back(name); });
  CHECK(names == std::vector<std::string>{"a", "b", "a", "b", "c"});
}

TEST_CASE("names and texts may hold any character, a zero byte too") {
  Document document;
  REQUIRE(document.Parse("{\"\":1,\"a\\u0000b\":\"x\\u0000y\"}").ok());
  CHECK(std::get<int64_t>(document.Field({""})) == 1);
  CHECK(Text(document, {std::string("a\0b", 3)}) == std::string_view("x\0y", 3));
}

TEST_CASE("what is not one JSON object is refused, and the parse before is gone") {
  // clang-format off
  const std::string_view bad[] = {
      "", " \n", "42", R"("x")", "[1]", "null", "{", "}", "{}}", "{} {}", "{}x", R"({"a"})",
      R"({"a":})", R"({"a":1,})", "{,}", R"({"a" 1})", R"({"a":1 "b":2})", "{a:1}", "{'a':1}",
      R"({"a":01})", R"({"a":+1})", R"({"a":1.})", R"({"a":.5})", R"({"a":NaN})", R"({"a":tru})",
      R"({"a":truex})", R"({"a":nul})", R"({"a":[1})", R"({"a":[1,]})", R"({"a":[1 2]})",
      R"({"a":[,1]})", R"({"a":{]})", R"({"a":"x})", "{\"a\":\"\\x\"}", R"({"a":"\u12g4"})",
      R"({"a":"\ud800"})", "{\"a\":\"\n\"}", "{\"a\":\"\x01\"}", "{\"a\":1}\f",
      R"({"a":1 /* c */})", "{1:2}", R"({"a":"x"y})", R"({"a":["\q"]})", R"({"a":[{"b" 1}]})",
      R"({"a":[tru]})", R"({"a":1}])", R"({"a":"b":1})", R"({"a":["b":1]})", R"({"a":1:2})",
      R"({"a":"b":"c"})", "\xEF\xBB\xBF{}", "{\"a\":\"\xFF\"}", "{\"a\":\"\xC0\xAF\"}",
      "{\"a\":\"\xED\xA0\x80\"}",
  };
  // clang-format on
  Document document;
  for (std::string_view text : bad) {
    INFO(text);
    REQUIRE(document.Parse(R"({"before":1})").ok());
    const Status status = document.Parse(text);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().fault == Fault::kBadInput);
    CHECK(IsMissing(document, {"before"}));
    document.ForEachField([](std::string_view, const Value&) { FAIL("nothing may be left"); });
  }
}

TEST_CASE("every proper prefix of a document is refused") {
  Document document;
  const std::string_view whole = kEverything.substr(0, kEverything.size() - 1);
  REQUIRE(document.Parse(whole).ok());
  size_t refused = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    if (!document.Parse(whole.substr(0, size)).ok()) ++refused;
  }
  CHECK(refused == whole.size());
}

TEST_CASE("nesting ends at the limit") {
  Document document;
  CHECK(document.Parse(Nest(kDocumentDepthMax)).ok());
  const Status deeper = document.Parse(Nest(kDocumentDepthMax + 1));
  REQUIRE_FALSE(deeper.ok());
  CHECK(deeper.error().context.find("JSON nested deeper than 64 levels") == 0);
  CHECK_FALSE(document.Parse("{\"a\":" + std::string(100000, '[')).ok());
}

TEST_CASE("a refusal says what and where") {
  Document document;
  CHECK(document.Parse("{\"a\":\"\xFF\"}").error().context == "not valid UTF-8");
  const std::string context = document.Parse(R"({"a":1,"b":tru})").error().context;
  INFO(context);
  CHECK(context.find("not valid JSON") == 0);
  CHECK(context.find("near byte 11") != std::string::npos);
}

TEST_CASE("a small document after a large one, and the text may be freed at once") {
  Document document;
  std::string large = "{\"text\":\"" + std::string(1 << 20, 'x') + "\"}";
  REQUIRE(document.Parse(large).ok());
  large.clear();
  large.shrink_to_fit();
  CHECK(Text(document, {"text"}).size() == 1 << 20);
  REQUIRE(document.Parse(std::string(R"({"text":"y"})")).ok());
  CHECK(Text(document, {"text"}) == "y");
}

}  // namespace gamevents::event
