// Goal: all values of an event are found, those inside arrays too, and equal values read the same.
// Method: events with known values; pairs of texts that are equal or not.
#include "core/contracts/values.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::contracts {
namespace {

std::string Canonical(const std::string& json) {
  ValueList values;
  const Instance value = values.Set(json);
  std::string text;
  AppendCanonical(values, value, text);
  return text;
}

// Writes out what the list has, to compare it.
std::string Shown(const ValueList& values, const Instance& value) {
  std::string text = std::to_string(value.type) + "(";
  if (value.type != kObject && value.type != kArray) return text.append(value.token) + ")";
  for (size_t i = value.begin; i < value.end; i = values.Next(i)) {
    text.append(values.NameAt(i)).append(Shown(values, values.At(i)));
  }
  return text + ")";
}

}  // namespace

TEST_CASE("an event's values are found at any depth") {
  event::Document document;
  ValueList values;
  for (const std::string plain : {"", "\\u0041"}) {  // with and without an escape
    const std::string json = R"({"a":1,"list":[ 2, [3,"x"], {"b" : [] , "c\n":"y\"z"}, null ],)"
                             R"("o":{"in":[true],"after":4.5},"last":"t)" +
                             plain + "\"}";
    REQUIRE(document.Parse(json).ok());
    const Instance whole = values.Set(document);
    CHECK(Shown(values, whole) ==
          "4(a16(1)list8(16(2)8(16(3)32(x))4(b8()c\n32(y\"z))1(null))"
          "o4(in8(2(true))after16(4.5))last32(t" +
              std::string(plain.empty() ? "" : "A") + "))");
  }
  REQUIRE(document.Parse(R"({"a":{"b":{"c":1}},"d":2})").ok());
  const Instance whole = values.Set(document);
  CHECK(Shown(values, whole) == "4(a4(b4(c16(1)))d16(2))");
  REQUIRE(document.Parse("{}").ok());
  CHECK(Shown(values, values.Set(document)) == "4()");
}

TEST_CASE("equal values have one canonical text, and others another") {
  CHECK(Canonical("1.0") == Canonical("1"));
  CHECK(Canonical("-0") == Canonical("0"));
  CHECK(Canonical(R"("\u0061")") == Canonical(R"("a")"));
  CHECK(Canonical(R"({"a":1,"b":[2, 3]})") == Canonical(R"({ "b":[2.0,3] , "a":1 })"));
  const std::string texts[] = {"1",
                               "\"1\"",
                               "true",
                               "\"true\"",
                               "[1]",
                               "[[1]]",
                               "[]",
                               "{}",
                               "null",
                               "[1,2]",
                               "[2,1]",
                               "12",
                               R"({"a":1})",
                               R"({"a":"1"})",
                               R"({"a":12,"b":1})",
                               R"({"a":1,"2b":1})",
                               R"(["a","b"])",
                               R"(["a,b"])",
                               "10",
                               "-1",
                               "0.1",
                               "[12]",
                               "false",
                               "0"};
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      CAPTURE(a, b);
      CHECK((Canonical(a) == Canonical(b)) == (a == b));
    }
  }
}

}  // namespace gamevents::contracts
