// Goal: a field's text and its path are two forms of one thing. Method: tables both ways.
#include "core/event/filter.h"
#include "tests/unit/catch.h"

#include <utility>

namespace gamevents::event {

TEST_CASE("a path is written bare where it can be, and reads back") {
  const std::pair<FieldPath, std::string> rows[] = {
      {{"event_type"}, "event_type"},
      {{"User-Agent"}, "User-Agent"},
      {{"remote ip"}, "\"remote ip\""},
      {{"cart", "total"}, "cart.total"},
      {{"cart", "item name", "x"}, "cart.\"item name\".x"},
      {{"a.b"}, "\"a.b\""},
      {{""}, "\"\""},
      {{"", ""}, "\"\".\"\""},
      {{"not"}, "\"not\""},
      {{"NULL", "In"}, "\"NULL\".\"In\""},
      {{"nothing"}, "nothing"},
      {{"1"}, "1"},
      {{"Zo\xC3\xAB"}, "Zo\xC3\xAB"},
      {{"q\"\\d"}, "\"q\\\"\\\\d\""},
      {{"line\nfeed"}, "\"line\nfeed\""},
      {{std::string("a\0b", 3)}, std::string("\"a\0b\"", 5)},
  };
  for (const auto& [path, text] : rows) {
    INFO(text);
    CHECK(FormatFieldPath(path) == text);
    CHECK(ParseFieldPath(text).value() == path);
  }
}

TEST_CASE("a field may be written in other ways too") {
  CHECK(ParseFieldPath("  a.\"b\" ").value() == FieldPath{"a", "b"});
  CHECK(ParseFieldPath("\"it's \\d\"").value() == FieldPath{"it's \\d"});
}

TEST_CASE("what is no field is refused") {
  for (std::string_view text : {"", " ", ".", "a.", ".a", "a..b", "a. b", "a .b", "remote ip",
                                "and", "a.or", "'a'", "\"a", "a\"b\"", "a=1", "\xFF", "a(b)"}) {
    INFO(text);
    const auto path = ParseFieldPath(text);
    REQUIRE_FALSE(path.ok());
    CHECK(path.error().fault == Fault::kBadInput);
  }
  CHECK_FALSE(ParseFieldPath(std::string(kFilterBytesMax + 1, 'a')).ok());
  CHECK(ParseFieldPath("remote ip").error().context.find("double quotes") != std::string::npos);
}

}  // namespace gamevents::event
