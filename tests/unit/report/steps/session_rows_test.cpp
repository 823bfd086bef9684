// Goal: each session is a row, by user and time, within the memory.
// Method: a topic in memory with users who pause.

#include "core/report/steps/session_rows.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <string>
#include <vector>

namespace gamevents::report {
namespace {

TEST_CASE("each session is a row") {
  constexpr int64_t kHour = 3'600'000;
  const std::vector<Message> messages{{R"({"user":"bob"})", std::nullopt, 0, 0},
                                      {R"({"user_name":"anna"})", std::nullopt, 0, 1'000},
                                      {R"({"user":"anna"})", std::nullopt, 0, 61'500},
                                      {R"({"user":"anna"})", std::nullopt, 0, kHour},
                                      {R"({"nobody":1})", std::nullopt, 0, 0}};
  const auto open = SessionRows(Topic(messages), {}, 1 << 20);
  REQUIRE(open);
  const auto source = (*open)();
  const auto records = (*source)->Next();
  std::vector<std::string> rows;
  for (const auto& record : *records) rows.emplace_back(*record.value);
  CHECK(rows ==
        std::vector<std::string>{
            R"({"user":"anna","begin":"1970-01-01T00:00:01.000Z","end":"1970-01-01T00:01:01.500Z",)"
            R"("seconds":60.5,"events":2})",
            R"({"user":"anna","begin":"1970-01-01T01:00:00.000Z","end":"1970-01-01T01:00:00.000Z",)"
            R"("seconds":0.0,"events":1})",
            R"({"user":"bob","begin":"1970-01-01T00:00:00.000Z","end":"1970-01-01T00:00:00.000Z",)"
            R"("seconds":0.0,"events":1})"});
  CHECK(SessionRows(Topic(messages), {}, 300).error().fault == Fault::kFull);
}

}  // namespace
}  // namespace gamevents::report
