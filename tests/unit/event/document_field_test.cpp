// Goal: an atom is one of JSON's, and its value is worked out as ParseJsonNumber does. Method:
// tables of both.
#include "core/event/document_field.h"

#include "tests/unit/catch.h"

#include <cstdint>
#include <string_view>
#include <variant>

namespace gamevents::event {
namespace {

Value ValueOf(std::string_view token) {
  DocumentField field;
  if (!ReadAtom(token, field.kind)) return Missing{};
  field.token = token;
  return field.value();
}

}  // namespace

TEST_CASE("atoms have the values that JSON gives them") {
  CHECK(std::get<bool>(ValueOf("true")));
  CHECK_FALSE(std::get<bool>(ValueOf("false")));
  CHECK(std::holds_alternative<Null>(ValueOf("null")));
  CHECK(std::get<int64_t>(ValueOf("0")) == 0);
  CHECK(std::get<int64_t>(ValueOf("-7")) == -7);
  CHECK(std::get<int64_t>(ValueOf("999999999999999999")) == 999'999'999'999'999'999);
  CHECK(std::get<int64_t>(ValueOf("9223372036854775807")) == INT64_MAX);
  CHECK(std::get<Digits>(ValueOf("9223372036854775808")).text == "9223372036854775808");
  CHECK(std::get<double>(ValueOf("2.50")) == 2.5);
}

TEST_CASE("what is no atom of JSON is refused") {
  for (const char* token : {"", "-", "01", "00", "+1", "1.", ".5", "1e", "1x", "x", "True", "nul",
                            "nulll", "1 2", "]", "\"a\"", "1\"a\""}) {
    INFO(token);
    CHECK(std::holds_alternative<Missing>(ValueOf(token)));
  }
}

TEST_CASE("texts and nested values are views of the document") {
  CHECK(std::get<std::string_view>(
            DocumentField{"a", "b", DocumentField::Kind::kText, 1}.value()) == "b");
  CHECK(std::get<RawJson>(DocumentField{"a", "[]", DocumentField::Kind::kRaw, 1}.value()).text ==
        "[]");
}

}  // namespace gamevents::event
