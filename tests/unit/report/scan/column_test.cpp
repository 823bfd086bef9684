// Goal: columns read from messages and events what Spark would have in them.
// Method: one record in memory for each kind of value.

#include "core/report/scan/column.h"

#include "core/event/filter.h"
#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <chrono>

namespace gamevents::report {
namespace {

using namespace std::string_literals;

/// Reads `columns` of one message.
struct ReadOne final : Step {
  Columns columns;
  Row row;
  Status Take(const Scanned& scanned) override {
    row = ReadRow(columns, scanned);
    return Done{};
  }
};

Row ColumnRead(Columns columns, const Message& message) {
  ReadOne step;
  step.columns = std::move(columns);
  REQUIRE(ScanWith(step, {message}));
  return step.row;
}

TEST_CASE("a message has Spark's seven columns") {
  CHECK(ColumnRead(MessageColumns(), {.value = "7", .key = "k"}) ==
        Row{Bytes{"k"}, Bytes{"7"}, "eventsForm"s, int64_t{0}, int64_t{0},
            TimestampMs{1'795'428'000'000}, int64_t{0}});
  CHECK(ColumnRead(MessageColumns(), {.value = std::nullopt})[1] == Cell(std::monostate{}));
}

TEST_CASE("a value cast to a string is valid UTF-8 or null") {
  CHECK(ColumnRead({ValueAsString()}, {.value = "\xFFx"}) == Row{"\xEF\xBF\xBDx"s});
  CHECK(ColumnRead({ValueAsString()}, {.value = std::nullopt}) == Row{std::monostate{}});
  CHECK(ColumnRead({ValueAsString()}, {.value = ""}) == Row{""s});
}

TEST_CASE("fields keep their types, text columns do not") {
  const Message message{R"({"s":"x","n":5,"f":1.5,"b":true,"z":null,"o":{"a":1},"l":[1,2]})"};
  const std::vector<event::FieldPath> paths{{"s"}, {"n"}, {"f"},      {"b"},   {"z"},
                                            {"o"}, {"l"}, {"o", "a"}, {"none"}};
  Columns typed;
  Columns texts;
  for (const auto& path : paths) {
    typed.push_back(FieldColumn(path));
    texts.push_back(TextColumn(path));
  }
  CHECK(ColumnRead(typed, message) == Row{"x"s, int64_t{5}, 1.5, true, std::monostate{},
                                          Json{R"({"a":1})"}, Json{"[1,2]"}, int64_t{1},
                                          std::monostate{}});
  CHECK(ColumnRead(texts, message) == Row{"x"s, "5"s, "1.5"s, "true"s, std::monostate{},
                                          R"({"a":1})"s, "[1,2]"s, "1"s, std::monostate{}});
}

TEST_CASE("the first field that is there counts") {
  const auto user = [] {
    return Columns{FirstOfColumn("user", {{"purchase_user"}, {"user_name"}})};
  };
  CHECK(ColumnRead(user(), {R"({"user_name":"b","purchase_user":"a"})"}) == Row{"a"s});
  CHECK(ColumnRead(user(), {R"({"user_name":"b","purchase_user":null})"}) == Row{"b"s});
  CHECK(ColumnRead(user(), {"{}"}) == Row{std::monostate{}});
}

TEST_CASE("times are cut down to their bucket, no time is null") {
  const TimeStep minute = StepsOf(std::chrono::minutes(1));
  CHECK(ColumnRead({BucketColumn("minute", minute)}, {.value = "{}", .time = 1'795'428'059'999}) ==
        Row{TimestampMs{1'795'428'000'000}});
  CHECK(ColumnRead({BucketColumn("minute", minute)}, {.value = "{}", .time = -1}) ==
        Row{std::monostate{}});
}

TEST_CASE("a bucket can be of a field that holds a time") {
  const Columns hours{
      BucketColumn("bucket", StepsOf(std::chrono::hours(1)), event::FieldPath{"t"})};
  CHECK(ColumnRead(hours, {R"({"t":"2026-11-23T10:59:59.999+01:00"})"}) ==
        Row{TimestampMs{1'795'424'400'000}});
  CHECK(ColumnRead(hours, {R"({"t":1795428000001})"}) == Row{TimestampMs{1'795'428'000'000}});
  CHECK(ColumnRead(hours, {R"({"t":-1})"}) == Row{TimestampMs{-3'600'000}});
  for (const char* none : {"{}", R"({"t":null})", R"({"t":"soon"})", R"({"t":[1]})"}) {
    CHECK(ColumnRead(hours, {none}) == Row{std::monostate{}});
  }
}

}  // namespace
}  // namespace gamevents::report
