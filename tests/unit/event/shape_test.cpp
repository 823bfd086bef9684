// Goal: a text that has a known shape is read exactly as any other, and no other text is taken.
// Method: one Document, which learns shapes, and for each text a new one, which knows none, read
// the same random documents, whole and damaged; known documents for each kind of piece.
#include "core/event/shape.h"

#include "core/event/document.h"
#include "tests/unit/catch.h"

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::event {
namespace {

using Generator = std::mt19937;

size_t Below(Generator& random, size_t bound) {
  return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
}

std::string RandomScalar(Generator& random) {
  constexpr auto kScalars =
      std::to_array<std::string_view>({"0",
                                       "-0",
                                       "7",
                                       "-42",
                                       "01",
                                       "-",
                                       "+1",
                                       "1.",
                                       ".5",
                                       "1.5",
                                       "1e",
                                       "1e5",
                                       "1E-7",
                                       "1e+",
                                       "00",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "1e999",
                                       "true",
                                       "false",
                                       "null",
                                       "nul",
                                       "True",
                                       "truefalse",
                                       "NaN",
                                       R"("")",
                                       R"("a")",
                                       R"("a\"b")",
                                       R"("\ud800")",
                                       R"("\u00eb")",
                                       "\"Zo\xC3\xAB\"",
                                       "\"\xC3\"",
                                       "\"\xED\xA0\x80\"",
                                       "\"\xF0\x9F\x97\xA1\"",
                                       "\"a\tb\"",
                                       "\"12345678\"",
                                       "\"1234567\xC3\xAB\"",
                                       "\"1234567\xC3\"",
                                       R"("purchase_sword")",
                                       R"("}")",
                                       R"("an odd, long text: [with] {what} looks like more")",
                                       "\"\x7F\"",
                                       "{}",
                                       "[]",
                                       "[1]"});
  return std::string(kScalars[Below(random, kScalars.size())]);
}

// A place for a scalar is a `$`.
std::string Fill(Generator& random, std::string_view frame, size_t change_one_in) {
  std::string text;
  for (const char c : frame) {
    if (c != '$') {
      text += c;
    } else if (Below(random, change_one_in) == 0) {
      text += RandomScalar(random);
    } else {
      text += Below(random, 2) == 0 ? "\"sword\"" : "12";
    }
  }
  return text;
}

std::string Damage(Generator& random, std::string text) {
  constexpr std::string_view kBytes("{}[]:,\"\\ \n0-e.tx\x00\x1F\x80\xC3", 20);
  const char byte = kBytes[Below(random, kBytes.size())];
  const size_t at = Below(random, text.size());
  switch (Below(random, 4)) {
    case 0:
      text[at] = byte;
      break;
    case 1:
      text.insert(at, 1, byte);
      break;
    case 2:
      text.erase(at, 1);
      break;
    default:
      text.resize(at);
  }
  return text;
}

std::string Show(const Value& value) {
  struct Viewer {
    std::string operator()(Missing) const { return "missing"; }
    std::string operator()(Null) const { return "null"; }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(int64_t number) const { return "whole " + std::to_string(number); }
    std::string operator()(Digits number) const { return "digits " + std::string(number.text); }
    std::string operator()(double number) const { return "double " + std::to_string(number); }
    std::string operator()(std::string_view text) const { return "text " + std::string(text); }
    std::string operator()(RawJson json) const { return "raw " + std::string(json.text); }
  };
  return std::visit(Viewer{}, value);
}

// All that can be asked of a document.
std::string Show(const Document& document) {
  std::string shown;
  document.ForEachField([&](std::string_view name, const Value& value) {
    shown += std::string(name) + ": " + Show(value) + "\n";
  });
  const std::vector<FieldPath> paths = {{"a"},      {"b"},      {"b", "c"}, {"b", "d", "e"},
                                        {"f"},      {"f", "a"}, {"a", "b"}, {"q\""},
                                        {"b", "a"}, {"n"},      {""},       {"g"}};
  for (const FieldPath& path : paths) shown += Show(document.Field(path)) + "\n";
  return shown;
}

std::string Read(Document& document, std::string_view text) {
  const Status read = document.Parse(text);
  return read ? Show(document) : read.error().context;
}

struct Made {
  std::string text;
  std::vector<ScalarSpan> scalars{};
};

bool Matches(const Shape& shape, Made& made) {
  made.text.resize(made.text.size() + kShapePadding);
  const std::string_view text(made.text.data(), made.text.size() - kShapePadding);
  return shape.Matches(text, made.scalars);
}

constexpr auto kFrames = std::to_array<std::string_view>(
    {R"({"a":$})", R"({"a":$,"n":$})", R"( {"a" : $ , "b":{ "c":$,"d":{"e":$} } , "f":[$, $] } )",
     R"({"f":[{"a":$},{"a":$},[[]]],"n":$,"g":{}})", R"({"a":$,"a":$,"b":{"a":$,"a":$}})", "{}",
     R"({"q\"":$,"b":{"c":$},"":$})", R"({"a":$,"b":[],"n":{"a":{"a":{"a":$}}}})",
     R"({"a":$,"remote ip":$,"user":$,"price":$,"quantity":$,"Host":$,"User-Agent":$,"n":$})"});

}  // namespace

TEST_CASE("a text of a known shape is read as one of none, and nothing else is taken") {
  Generator random(20261127);
  size_t taken = 0;
  size_t refused = 0;
  for (int stream = 0; stream < 60; ++stream) {
    Document learning;
    for (int n = 0; n < 400; ++n) {
      std::string text = Fill(random, kFrames[Below(random, kFrames.size())], 6);
      if (Below(random, 3) == 0) text = Damage(random, std::move(text));
      Document knows_none;
      const Status plain = knows_none.Parse(text);
      ++(plain ? taken : refused);
      INFO(text);
      REQUIRE(Read(learning, text) == (plain ? Show(knows_none) : plain.error().context));
    }
  }
  CHECK(taken > 5'000);
  CHECK(refused > 5'000);
}

// Both are read some bytes at a time, so each place within and behind those counts.
TEST_CASE("names and texts of every length are read as those of no known shape") {
  Document learning;
  const std::string_view odd[] = {"\"", "\\n", "\x1F", "\xC3\xAB", "\xC3", "\x7F", "x", ""};
  for (size_t name = 1; name <= 40; ++name) {
    const std::string head = "{\"" + std::string(name, 'n') + "\":\"";
    for (size_t size = 0; size <= 40; ++size) {
      const std::string plain = head + std::string(size, 's') + "\"}";
      for (int turn = 0; turn < 3; ++turn) REQUIRE(learning.Parse(plain));
      for (const std::string_view bytes : odd) {
        std::string text = plain;
        text.insert(head.size() + size / 2, bytes);
        Document knows_none;
        INFO(text);
        REQUIRE(Read(learning, text) == Read(knows_none, text));
      }
      std::string other = plain;
      other[2 + name / 2] = 'm';
      Document knows_none;
      REQUIRE(Read(learning, other) == Read(knows_none, other));
    }
  }
}

TEST_CASE("every prefix of a text that follows one of its shape is refused") {
  const std::string text = R"({"a":"x","b":{"c":12,"d":{"e":true}},"f":[null,"y"],"n":1.5e3})";
  Document document;
  for (size_t size = 0; size < text.size(); ++size) {
    for (int turn = 0; turn < 3; ++turn) REQUIRE(document.Parse(text).ok());
    CHECK_FALSE(document.Parse(text.substr(0, size)).ok());
  }
}

TEST_CASE("a shape takes what differs in scalars only, and says where they are") {
  std::vector<DocumentField> fields(2);
  fields[0].name = "a";
  fields[0].next = 1;
  fields[1].name = "n";
  fields[1].next = 2;
  const Shape shape(R"({"a":"sword","n":1})", fields);
  Made made{R"({"a":"a much longer sword","n":-2.5e3})"};
  REQUIRE(Matches(shape, made));
  REQUIRE(made.scalars.size() == 2);
  CHECK(Show(shape.Field({"a"}, made.text, made.scalars)) == "text a much longer sword");
  CHECK(std::get<double>(shape.Field({"n"}, made.text, made.scalars)) == -2500);
  CHECK(Show(shape.Field({"b"}, made.text, made.scalars)) == "missing");
  for (const std::string_view other :
       {R"({"a":"sword","n":"1"})", R"({"a":"sword","m":1})", R"({"a":"sword","n":1} )",
        R"({"a":"sword","n":1)", R"({"a":"sw\"ord","n":1})", R"({"a":"sword","n":01})", "", "{"}) {
    Made different{std::string(other)};
    INFO(other);
    CHECK_FALSE(Matches(shape, different));
  }
}

}  // namespace gamevents::event
