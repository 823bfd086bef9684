// Goal: what arrives is drawn when it is due and only when something changed; rows come at once.
// Method: a topic in memory that moves the clock with each piece; the frames that were written.

#include "core/report/answer/follow.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"
#include "tests/unit/report/questions.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

using Steady = std::chrono::steady_clock;

const std::vector<Message> kFollowMessages{
    {R"({"event_type":"a"})"}, {R"({"event_type":"a"})"}, {"42"}, {R"({"event_type":"b"})"}};

/// Two records a piece; before each piece `pause` passes.
class Arriving final : public RecordSource {
 public:
  Arriving(std::function<Status()> tick, Steady::time_point& now, std::chrono::milliseconds pause)
      : source_(kFollowMessages), tick_(std::move(tick)), now_(now), pause_(pause) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    now_ += pause_;
    if (auto ticked = tick_(); !ticked) return std::move(ticked).error();
    return source_.Next();
  }
  std::vector<int32_t> Partitions() const override { return source_.Partitions(); }

 private:
  MemorySource source_;
  std::function<Status()> tick_;
  Steady::time_point& now_;
  std::chrono::milliseconds pause_;
};

std::vector<std::string> Followed(const Question& question, std::chrono::milliseconds pause,
                                  size_t terminal_lines = 0) {
  std::vector<std::string> written;
  Steady::time_point now{std::chrono::hours(1)};
  FollowOptions options;
  options.now = [&] { return now; };
  if (terminal_lines > 0) options.terminal_lines = [=] { return terminal_lines; };
  const OpenFollowing open =
      [&](std::function<Status()> tick) -> Result<std::unique_ptr<RecordSource>> {
    return std::unique_ptr<RecordSource>(std::make_unique<Arriving>(std::move(tick), now, pause));
  };
  const auto summary = Follow(question, open, options, [&](std::string_view text) {
    written.emplace_back(text);
    return Status(Done{});
  });
  REQUIRE(summary);
  CHECK(summary->totals.records == 4);
  CHECK(summary->not_objects.count() == 1);
  return written;
}

Question ByType() {
  Question question = AskGroups({.by = {{"event_type"}}});
  return question;
}

constexpr std::string_view kFinal =
    "+----------+-----+\n|event_type|count|\n+----------+-----+\n|         a|    2|\n"
    "|         b|    1|\n+----------+-----+\n\n";

TEST_CASE("a table is appended each time that it is due") {
  const auto frames = Followed(ByType(), kAppendEvery);
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].find("|         a|") == std::string::npos);
  CHECK(frames[1].find("|         a|    2|\n+") != std::string::npos);
  CHECK(frames[2] == kFinal);
}

TEST_CASE("frames keep their distance, and the last is never left out") {
  const auto frames = Followed(ByType(), std::chrono::milliseconds(1));
  REQUIRE(frames.size() == 2);
  CHECK(frames.back() == kFinal);
}

TEST_CASE("a terminal is drawn over, no higher than it is, and left as it was") {
  const auto frames = Followed(ByType(), kRedrawEvery, 4);
  REQUIRE(frames.size() == 4);
  for (const std::string& frame : frames) {
    CHECK(frame.starts_with("\x1B[H\x1B[?7l"));
    CHECK(frame.ends_with("\x1B[J\x1B[?7h"));
  }
  CHECK(std::ranges::count(frames[2], '\n') == 3);
  CHECK(std::ranges::count(frames[3], '\n') == 7);  // the last one stays, and is whole
}

TEST_CASE("without a query the topic's counts are drawn") {
  const auto frames = Followed({}, kAppendEvery);
  CHECK(frames.back().starts_with("4 messages, 3 events, 3 selected\nevents by type\n+"));
  CHECK(frames.back().find("events per minute, the newest\n+") != std::string::npos);
}

TEST_CASE("rows are written as they come") {
  Question question = AskRows({{"event_type"}});
  question.rendering.format = Format::kNdjson;
  const auto pieces = Followed(question, std::chrono::milliseconds(1));
  REQUIRE(pieces.size() >= 2);
  CHECK(pieces[0] == "{\"event_type\":\"a\"}\n{\"event_type\":\"a\"}\n");
  CHECK(pieces[1] == "{\"event_type\":\"b\"}\n");
}

TEST_CASE("what cannot be followed is refused") {
  Question all = AskAllRows();
  all.rendering.format = Format::kCsv;
  Question page;
  page.rendering.format = Format::kHtml;
  const Question table = AskRows({{"a"}});
  Question json = ByType();
  json.rendering.format = Format::kJson;
  Question take = ByType();
  take.take = true;
  Question sorted = AskRows({{"a"}});
  sorted.rendering.format = Format::kCsv;
  sorted.order_by = ParseOrder("a").value();
  const Question schema = AskSchema();
  Question file = AskRows({{"a"}});
  file.rendering.format = Format::kParquet;
  for (const Question& question : {all, page, table, json, take, sorted, schema, file}) {
    const auto checked = CheckFollow(question);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().fault == Fault::kBadInput);
  }
}

}  // namespace
}  // namespace gamevents::report
