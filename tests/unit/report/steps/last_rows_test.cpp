// Goal: the newest events are kept, and never more of them or of one than said. Method: topics of
// several lengths, with texts around the bound.
#include "core/report/steps/last_rows.h"

#include "core/base/text.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

namespace gamevents::report {
namespace {

std::vector<Message> Numbered(int count) {
  std::vector<Message> messages;
  for (int i = 0; i < count; ++i) messages.push_back({R"({"n":)" + std::to_string(i) + "}"});
  return messages;
}

Table Last(const std::vector<Message>& messages, size_t limit, const std::string& field = "n") {
  LastRows rows({FieldColumn({field})}, limit);
  REQUIRE(ScanWith(rows, messages, {.to_the_end = true}));
  return rows.Finish();
}

}  // namespace

TEST_CASE("the last rows come with the newest first, and numbers that are no events do not count") {
  auto messages = Numbered(5);
  messages.push_back({"42"});
  const Table table = Last(messages, 3);
  REQUIRE(table.rows.size() == 3);
  CHECK(table.headings[0].name == "n");
  CHECK(table.rows == std::vector<Row>{{int64_t{4}}, {int64_t{3}}, {int64_t{2}}});
  CHECK_FALSE(table.more);
  CHECK(Last(Numbered(2), 3).rows.size() == 2);
  CHECK(Last({}, 3).rows.empty());
}

TEST_CASE("of a text the beginning is kept, cut between two characters") {
  const std::string fits(kLastRowsTextBytes, 'x');
  std::string euros;
  for (size_t i = 0; i < kLastRowsTextBytes; ++i) euros += "€";
  const Table table = Last({{R"({"t":")" + fits + R"("})"},
                            {R"({"t":")" + fits + R"(y"})"},
                            {R"({"t":"a)" + euros + R"("})"},
                            {R"({"t":[")" + euros + R"("]})"}},
                           9, "t");
  REQUIRE(table.rows.size() == 4);
  CHECK(std::get<std::string>(table.rows[3][0]) == fits);
  CHECK(std::get<std::string>(table.rows[2][0]) == fits);
  const std::string cut = std::get<std::string>(table.rows[1][0]);
  CHECK((cut.size() > kLastRowsTextBytes - 3 && cut.size() <= kLastRowsTextBytes));
  CHECK((IsUtf8(cut) && cut.starts_with("a€") && cut.ends_with("€")));
  CHECK(std::get<Json>(table.rows[0][0]).text.size() <= kLastRowsTextBytes);
}

}  // namespace gamevents::report
