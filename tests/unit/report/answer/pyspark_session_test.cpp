// Goal: the session prints the assignment's steps as its pyspark did, and gives them as JSON.
// Method: the assignment's thirty events in memory, and topics with fewer, none, or only numbers.

#include "core/report/answer/pyspark_session.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace gamevents::report {
namespace {

/// The event types that the assignment's show(50) printed, by first letter.
constexpr std::string_view kAssignment = "dddpppdppdddppppddddppppdpppjj";

std::vector<Message> AssignmentEvents() {
  std::vector<Message> messages;
  for (const char letter : kAssignment) {
    const std::string type = letter == 'd'   ? "default"
                             : letter == 'p' ? "purchase_sword"
                                             : "join_a_guild";
    const int64_t second = static_cast<int64_t>(messages.size());
    messages.push_back(
        {.value = fmt::format(R"({{"event_type": "{}", "user_name": "u{}"}})", type, second % 2),
         .time = 1'795'428'000'000 + second * 4'000});
  }
  return messages;
}

struct SessionRan {
  std::string text;
  nlohmann::json json;
};

SessionRan SessionRun(const std::vector<Message>& messages) {
  MemorySource source(messages);
  PysparkSession session(source.Partitions());
  ScanSummary summary;
  std::vector<Step*> steps = session.Steps();
  steps.push_back(&summary.not_objects);
  const auto totals = Scan(source, steps, {.to_the_end = true});
  REQUIRE(totals);
  summary.totals = *totals;
  return {session.Text(summary, {}), nlohmann::json::parse(session.Json(summary))};
}

/// What was printed under the heading that begins with `call`.
std::string Under(const std::string& text, const std::string& call) {
  const size_t heading = text.find(">>> " + call);
  REQUIRE(heading != std::string::npos);
  const size_t begin = text.find('\n', heading) + 1;
  const size_t end = text.find(">>> ", begin);
  return text.substr(begin, end == std::string::npos ? end : end - begin);
}

TEST_CASE("the assignment's numbers come out") {
  const SessionRan ran = SessionRun(AssignmentEvents());
  const std::string shown = Under(ran.text, "extracted_events.show(50)");
  CHECK(shown.starts_with(
      "+--------------+\n|    event_type|\n+--------------+\n|       default|\n"));
  CHECK(shown.ends_with("|  join_a_guild|\n|  join_a_guild|\n+--------------+\n\n"));
  CHECK(Under(ran.text, "extracted_events.count()") == "30\n");
  CHECK(Under(ran.text, "extracted_events.select(\"event_type\").take(1)\n") ==
        "[Row(event_type='default')]\n");
  CHECK(Under(ran.text, "extracted_events.select(\"event_type\").take(27)[26]") ==
        "Row(event_type='purchase_sword')\n");
  CHECK(Under(ran.text, "extracted_events.select(\"event_type\").take(30)[29]") ==
        "Row(event_type='join_a_guild')\n");
  CHECK(Under(ran.text, "raw_events.show()").ends_with("only showing top 20 rows\n"));
  CHECK(Under(ran.text, "eventsForm.show()").ends_with("only showing top 20 rows\n"));
}

TEST_CASE("then the counts that no step gave") {
  const SessionRan ran = SessionRun(AssignmentEvents());
  CHECK(Under(ran.text, "# events by type") ==
        "+--------------+-----+\n"
        "|    event_type|count|\n"
        "+--------------+-----+\n"
        "|purchase_sword|   16|\n"
        "|       default|   12|\n"
        "|  join_a_guild|    2|\n"
        "+--------------+-----+\n\n");
  CHECK(Under(ran.text, "# events per minute") ==
        "+-------------------+-----+\n"
        "|             minute|count|\n"
        "+-------------------+-----+\n"
        "|2026-11-23 10:00:00|   15|\n"
        "|2026-11-23 10:01:00|   15|\n"
        "+-------------------+-----+\n\n");
  CHECK(Under(ran.text, "# events by user") ==
        "+----+-----+\n|user|count|\n+----+-----+\n|  u0|   15|\n|  u1|   15|\n+----+-----+\n\n");
  CHECK(ran.text.find("# left out") == std::string::npos);
}

TEST_CASE("numbers among the events are left out and named") {
  const SessionRan ran = SessionRun({{"1"}, {R"({"event_type":"default"})"}, {"2"}});
  CHECK(Under(ran.text, "extracted_events.count()") == "1\n");
  CHECK(Under(ran.text, "extracted_events.select(\"event_type\").take(27)[26]") ==
        "note: there is only 1 row\n");
  CHECK(Under(ran.text, "# left out") ==
        "2 values were not JSON objects:\n  number: 2, first at [0] 0, [0] 2\n");
  CHECK(ran.json["not_objects"]["count"] == 2);
  CHECK(ran.json["not_objects"]["kinds"][0]["first"][1]["offset"] == 2);
}

TEST_CASE("an empty topic has a session too") {
  const SessionRan ran = SessionRun({});
  CHECK(Under(ran.text, "eventsForm.show()") == "+-----+\n|value|\n+-----+\n+-----+\n\n");
  CHECK(Under(ran.text, "extracted_events.count()") == "0\n");
  CHECK(Under(ran.text, "extracted_events.select(\"event_type\").take(1)\n") == "[]\n");
  CHECK(ran.json["raw_events"].empty());
  CHECK(ran.json["event_1"].is_null());
}

TEST_CASE("the session as JSON has the same answers, unclipped") {
  const nlohmann::json json = SessionRun(AssignmentEvents()).json;
  CHECK(json["schema"].size() == 7);
  CHECK(json["schema"][1]["type"] == "binary");
  CHECK(json["raw_events"].size() == 20);
  CHECK(json["raw_events"][0]["timestamp"] == "2026-11-23T10:00:00.000Z");
  CHECK(json["eventsForm"][0]["value"] == R"({"event_type": "default", "user_name": "u0"})");
  CHECK(json["extracted_events"].size() == 30);
  CHECK(json["count"] == 30);
  CHECK(json["event_27"]["event_type"] == "purchase_sword");
  CHECK(json["event_30"]["event_type"] == "join_a_guild");
  CHECK(json["by_type"][0]["count"] == 16);
  CHECK(json["by_minute"].size() == 2);
  CHECK(json["by_user"].size() == 2);
  CHECK(json["not_objects"]["count"] == 0);
}

}  // namespace
}  // namespace gamevents::report
