// Goal: JSON is cut where its values end and nowhere else. Method: texts whose strings hold every
// character that could mislead, with the place or the pieces expected.
#include "core/collector/request/json_text.h"

#include "tests/unit/catch.h"

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

// Where a nested value ends, byte by byte.
size_t EndByBytes(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

TEST_CASE("a value ends behind its bracket or quote, or before what cannot belong to it") {
  const auto end = [](std::string_view text) { return EndOfValue(text, 0); };
  CHECK(end("{}, 1") == 2);
  CHECK(end(R"({"a":"}]\"","b":[{}]} x)") == 21);
  CHECK(end(R"("\\" ,)") == 4);
  CHECK(end(R"("\\\"" ,)") == 6);
  CHECK(end("-1.5e3,") == 6);
  CHECK(end("true]") == 4);
  CHECK(end("7") == 1);
  CHECK(end(",") == 0);
  CHECK(end("") == 0);
  for (const char* open : {"{", "[{}", R"("a)", R"("\")", R"({"a)", R"(["\\\")"}) {
    CHECK(end(open) == std::string_view::npos);
  }
  CHECK(EndOfValue(R"([1, "x"])", 4) == 7);
}

TEST_CASE("a nested value is walked through many bytes at a time as byte by byte") {
  std::mt19937 random(20261127);
  const auto below = [&](size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
  };
  constexpr std::string_view kBytes = "{}[]\",: ab\xC3\xFB\xDB\x7F\\";
  size_t ended = 0;
  for (int n = 0; n < 20'000; ++n) {
    std::string text = below(2) == 0 ? "{" : "[";
    // Escapes are rare in what is walked quickly.
    const size_t bytes = below(3) == 0 ? kBytes.size() : kBytes.find('\\');
    const size_t plain = below(30);
    for (size_t size = below(100); text.size() < size;) {
      text += below(30) < plain ? 'x' : kBytes[below(bytes)];
    }
    INFO(text);
    const size_t end = EndOfValue(text, 0);
    REQUIRE(end == EndByBytes(text));
    REQUIRE(EndOfValue("  " + text, 2) == (end == std::string_view::npos ? end : end + 2));
    if (end != std::string_view::npos) ++ended;
  }
  CHECK(ended > 2'000);
}

TEST_CASE("quotes and backslashes in any number cost linear time") {
  const std::string quotes = "\"" + std::string(1 << 20, '\\') + "\"";
  CHECK(EndOfValue(quotes, 0) == quotes.size());
  std::string escaped = "\"";
  for (int i = 0; i < 1 << 19; ++i) escaped += "\\\"";
  CHECK(EndOfValue(escaped, 0) == std::string_view::npos);
  CHECK(EndOfValue(escaped + "\"", 0) == escaped.size() + 1);
  CHECK(EndOfValue(std::string(1 << 20, '['), 0) == std::string_view::npos);
}

TEST_CASE("an object's members come as they are written") {
  std::vector<std::pair<std::string, std::string>> members;
  const auto note = [&](std::string_view name, std::string_view value) {
    members.emplace_back(name, value);
  };
  ForEachMember(" { \"a\\u0041\" : 1.50 ,\n\"b\":{\"c\":[1,2]}\t, \"\":\"x\\\",\" } ", note);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"\"a\\u0041\"", "1.50"}, {"\"b\"", "{\"c\":[1,2]}"}, {"\"\"", "\"x\\\",\""}};
  CHECK(members == expected);
  members.clear();
  ForEachMember("{ }", note);
  CHECK(members.empty());
}

TEST_CASE("line breaks and the indentation behind them go, other space stays") {
  std::string out = "x";
  AppendOneLine(out, "{\r\n  \"a b\": 1,\n\t\"c\": [\n\n1 ]}\n");
  CHECK(out == "x{\"a b\": 1,\"c\": [1 ]}");
  out.clear();
  AppendOneLine(out, "{\"a\": \"\\n\"}");
  CHECK(out == "{\"a\": \"\\n\"}");
  out.clear();
  std::string breaks = "{";
  for (int i = 0; i < 1 << 19; ++i) breaks += " \n";
  AppendOneLine(out, breaks);  // takes linear time, too
  CHECK(out == "{ ");
}

}  // namespace gamevents::collector
