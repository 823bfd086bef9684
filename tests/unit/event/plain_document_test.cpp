// Goal: what is read from token to token is read exactly as simdjson's own reading does, and
// nothing else is taken. Method: random documents, whole and damaged, are read twice: alone, and
// within an object that has an escape, which only simdjson's reading takes. Known documents for
// what belongs to neither.
#include "core/event/plain_document.h"

#include "core/event/document.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::event {
namespace {

using Generator = std::mt19937;

size_t Roll(Generator& random, size_t bound) {
  return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
}

template <size_t N>
std::string_view OneOf(Generator& random, const std::array<std::string_view, N>& choices) {
  return choices[Roll(random, N)];
}

std::string Space(Generator& random) {
  constexpr auto kSpaces = std::to_array<std::string_view>({"", "", "", " ", "\t", "\r\n", "  "});
  return std::string(OneOf(random, kSpaces));
}

std::string RandomText(Generator& random) {
  constexpr auto kPieces = std::to_array<std::string_view>(
      {"a", "event_type", " ", "{", "}", "[", "]", ":", ",", "\xC3\xAB", "\xF0\x9F\x97\xA1", "\x7F",
       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"});
  std::string text = "\"";
  for (size_t left = Roll(random, 4); left > 0; --left) text += OneOf(random, kPieces);
  return text + "\"";
}

std::string RandomObject(Generator& random, int depth);

std::string RandomValue(Generator& random, int depth) {
  constexpr auto kAtoms = std::to_array<std::string_view>(
      {"0", "-0", "7", "-42", "999999999999999999", "9223372036854775807", "9223372036854775808",
       "123456789012345678901234567890", "2.50", "1e3", "-1.5E-7", "1e999", "true", "false",
       "null"});
  const size_t kind = Roll(random, depth > 3 ? 6 : 8);
  if (kind < 3) return std::string(OneOf(random, kAtoms));
  if (kind < 6) return RandomText(random);
  if (kind == 6) return RandomObject(random, depth + 1);
  std::string text = "[";
  for (size_t left = Roll(random, 4); left > 0; --left) {
    text += Space(random) + RandomValue(random, depth + 1) + Space(random);
    if (left > 1) text += ",";
  }
  return text + "]";
}

std::string RandomObject(Generator& random, int depth) {
  std::string text = "{" + Space(random);
  for (size_t left = Roll(random, 5); left > 0; --left) {
    text += RandomText(random) + Space(random) + ":" + Space(random);
    text += RandomValue(random, depth) + Space(random);
    if (left > 1) text += "," + Space(random);
  }
  return text + "}";
}

void Damage(Generator& random, std::string& text) {
  constexpr auto kBytes = std::to_array<std::string_view>(
      {"\"", "\"\"", "{", "}", "[",    "]",  ":",  ",",    ",,",   " ",    "0",    "1",
       "-",  ".",    "e", "t", "null", "\n", "\f", "\x1A", "\x01", "\x80", "\xC3", "x"});
  const size_t at = Roll(random, text.size());
  const size_t taken = std::min(Roll(random, 3), text.size() - at);
  text.replace(at, taken, OneOf(random, kBytes));
}

// What can be asked of a field, as one text.
std::string Shown(const Value& value) {
  struct Show {
    std::string operator()(Missing) const { return "missing"; }
    std::string operator()(Null) const { return "null"; }
    std::string operator()(bool held) const { return held ? "true" : "false"; }
    std::string operator()(int64_t held) const { return std::to_string(held); }
    std::string operator()(Digits held) const { return "digits " + std::string(held.text); }
    std::string operator()(double held) const { return "double " + std::to_string(held); }
    std::string operator()(std::string_view held) const { return "text " + std::string(held); }
    std::string operator()(RawJson held) const { return "json " + std::string(held.text); }
  };
  return std::visit(Show{}, value);
}

void CheckSame(const std::string& text) {
  Document alone;
  Document within;
  const bool taken = alone.Parse(text).ok();
  const bool taken_within = within.Parse("{\"\\u0061\":1,\"in\":" + text + "}").ok();
  INFO(text);
  REQUIRE(taken == taken_within);
  if (!taken) return;
  alone.ForEachField([&](std::string_view name, const Value&) {
    const std::string field(name);
    REQUIRE(Shown(alone.Field({field})) == Shown(within.Field({"in", field})));
  });
  alone.ForEachField([&](std::string_view name, const Value& value) {
    if (!std::holds_alternative<RawJson>(value)) return;
    for (const char* inner : {"a", "event_type", ""}) {
      REQUIRE(Shown(alone.Field({std::string(name), inner})) ==
              Shown(within.Field({"in", std::string(name), inner})));
    }
  });
}

bool IsPlain(std::string_view json) {
  PlainDocument plain;
  std::vector<DocumentField> fields;
  const std::string text(json);
  return plain.Read(text, fields);
}

}  // namespace

TEST_CASE("documents are read as simdjson reads them, whole and damaged") {
  Generator random(20261127);  // NOLINT: the same each time
  for (int i = 0; i < 20'000; ++i) {
    std::string text = RandomObject(random, 1);
    CheckSame(text);
    for (size_t times = 1 + Roll(random, 2); times > 0; --times) Damage(random, text);
    // Otherwise what is damaged could end the object around it.
    if (Document().Parse(text).ok() || text.back() == '}') CheckSame(text);
  }
}

TEST_CASE("an escape, or what is no object, is left to simdjson's reading") {
  CHECK(IsPlain(R"({"a":"b"})"));
  CHECK(IsPlain(R"( {"a" : {"b":[1,"c",{}]} } )"));
  CHECK(IsPlain("{}"));
  for (const char* text : {R"({"a":"\n"})", R"({"\u0061":1})", "", " ", "[]", "1", "\"a\"", "{",
                           "}", "{}{}", "{}x", R"({"a":1)", R"({"a")", R"({"a":)", R"({"a":1,)",
                           R"({"a":[)", R"({"a":[1,)", R"({"a":"b)"}) {
    INFO(text);
    CHECK_FALSE(IsPlain(text));
  }
}

TEST_CASE("a long document follows a short one, and the other way round") {
  PlainDocument plain;
  std::vector<DocumentField> fields;
  std::string longer = "{";
  for (int i = 0; i < 5'000; ++i) longer += "\"f" + std::to_string(i) + "\":" + "[1,2],";
  longer += "\"last\":1}";
  for (int turn = 0; turn < 2; ++turn) {
    for (const std::string& text : {std::string(R"({"a":1})"), longer}) {
      fields.clear();
      REQUIRE(plain.Read(text, fields));
      CHECK(fields.size() == (text.size() < 10 ? 1u : 5'001u));
    }
  }
}

}  // namespace gamevents::event
