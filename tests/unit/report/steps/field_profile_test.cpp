// Goal: a field's values are counted by type, with ends, quartiles and the most frequent, in one
// part or in several. Method: values one by one, beside what is known of them.

#include "core/report/steps/field_profile.h"

#include "tests/unit/catch.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace gamevents::report {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

TEST_CASE("types are counted, and the ends are of numbers where there are some") {
  FieldProfile profile;
  profile.Add("zebra"sv);
  profile.Add(int64_t{3});
  profile.Add(1.5);
  profile.Add("ant"sv);
  profile.Add(event::RawJson{R"({"a":1})"});
  profile.Add(event::RawJson{"[1]"});
  profile.Add(true);
  CHECK(profile.Types() == "boolean 1, long 1, double 1, string 2, array 1, struct 1");
  CHECK(profile.Min() == Cell(1.5));
  CHECK(profile.Max() == Cell(int64_t{3}));
  CHECK(profile.Quantile(0.5) == Cell(2.25));
  CHECK(profile.Distinct() == Cell(int64_t{5}));
  CHECK(profile.Top().empty());
}

TEST_CASE("texts have ends, and no quartiles") {
  FieldProfile profile;
  for (const auto text : {"b"sv, "a"sv, "b"sv, "c"sv, ""sv}) profile.Add(text);
  CHECK(profile.Min() == Cell(""s));
  CHECK(profile.Max() == Cell("c"s));
  CHECK(profile.Quantile(0.5) == Cell());
  CHECK(profile.Top() == "b 2");
}

TEST_CASE("a field of arrays and objects only has no values to tell apart") {
  FieldProfile profile;
  profile.Add(event::RawJson{"[1]"});
  CHECK(profile.Distinct() == Cell());
  CHECK(profile.Min() == Cell());
}

TEST_CASE("no more values are different than there are") {
  FieldProfile profile;
  for (int64_t i = 1; i <= 20'000; ++i) {
    profile.Add("v" + std::to_string(i));
    if (i % 500 != 0) continue;
    INFO(i);
    CHECK(std::get<int64_t>(profile.Distinct()) <= i);
  }
}

TEST_CASE("parts merge to the whole") {
  FieldProfile whole;
  FieldProfile parts[2];
  for (int64_t i = 0; i < 2'000; ++i) {
    const std::string text = "v" + std::to_string(i % 7);
    whole.Add(text);
    parts[i % 2].Add(text);
    whole.Add(i);
    parts[i % 2].Add(i);
  }
  parts[0].Merge(parts[1]);
  CHECK(parts[0].Types() == whole.Types());
  CHECK(parts[0].Min() == Cell(int64_t{0}));
  CHECK(parts[0].Max() == Cell(int64_t{1'999}));
  CHECK(parts[0].Quantile(0.25) == whole.Quantile(0.25));
  CHECK(parts[0].Distinct() == whole.Distinct());
}

TEST_CASE("a long text is cut where a character ends") {
  FieldProfile profile;
  std::string text(255, 'x');
  text += "\u5263";
  profile.Add(std::string_view(text));
  CHECK(profile.Min() == Cell(std::string(255, 'x')));
}

TEST_CASE("the most frequent are found among too many to count, with what is certain of them") {
  FrequentTexts texts;
  int64_t bytes = 0;
  for (int i = 0; i < 20'000; ++i) {
    bytes += texts.Add("once " + std::to_string(i));
    if (i % 4 == 0) bytes += texts.Add("often");
  }
  // 25,000 texts: the count may be 25 too small.
  const std::string top = texts.Top(1);
  REQUIRE(top.starts_with("often at least "));
  const int64_t count = std::stoll(top.substr(15));
  CHECK(count > 4'975 - 25);
  CHECK(count <= 5'000);
  CHECK(bytes > 0);
  CHECK(bytes < 300'000);
}

}  // namespace
}  // namespace gamevents::report
