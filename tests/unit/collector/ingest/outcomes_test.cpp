// Goal: the answer says exactly what became of each event, with the status that follows from it.
// Method: fates of every mix, and the whole answer as text.
#include "core/collector/ingest/outcomes.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

// Fates by a letter an event: accepted, duplicate, content, unavailable.
http::Response AnswerTo(const std::string& fates) {
  Outcomes outcomes(fates.size());
  bool last = outcomes.AllBegun();
  // Backwards, because deliveries come in any order.
  for (size_t i = fates.size(); i-- > 0;) {
    CHECK_FALSE(last);
    if (fates[i] == 'a') last = outcomes.Accepted();
    if (fates[i] == 'd') last = outcomes.Duplicate();
    if (fates[i] == 'c') last = outcomes.Rejected({i, problem::Code::kMalformedEvent, "why"});
    if (fates[i] == 'u') last = outcomes.Rejected({i, problem::Code::kNotStored, "why"});
  }
  CHECK(last);
  CHECK(outcomes.stored_any() == (fates.find('a') != std::string::npos));
  return outcomes.Answer();
}

}  // namespace

TEST_CASE("all fates are added to those of all requests") {
  EventCounts counts;
  for (int request = 0; request < 2; ++request) {
    Outcomes outcomes(4);
    CHECK_FALSE(outcomes.Accepted(1));
    CHECK_FALSE(outcomes.Duplicate());
    CHECK_FALSE(outcomes.Rejected({2, problem::Code::kMalformedEvent, "why"}));
    CHECK_FALSE(outcomes.Rejected({3, problem::Code::kNotStored, "why"}));
    CHECK(outcomes.AllBegun());
    outcomes.AddTo(counts);
  }
  CHECK(counts.accepted() == 2);
  CHECK(counts.duplicates() == 2);
  CHECK(counts.rejected(problem::Code::kMalformedEvent) == 2);
  CHECK(counts.rejected(problem::Code::kNotStored) == 2);
  CHECK(counts.rejected(problem::Code::kOverloaded) == 0);
}

TEST_CASE("the status follows from the fates") {
  for (const char* fates : {"", "a", "d", "aad", "ac", "dc"}) {
    INFO(fates);
    CHECK(AnswerTo(fates).status == 200);
  }
  for (const char* fates : {"c", "ccc"}) {
    INFO(fates);
    CHECK(AnswerTo(fates).status == 400);
  }
  for (const char* fates : {"u", "au", "cu", "aducc"}) {
    INFO(fates);
    CHECK(AnswerTo(fates).status == 503);
  }
}

TEST_CASE("the answer names each event that is not stored, in order") {
  const http::Response response = AnswerTo("acdu");
  CHECK(response.content_type == "application/problem+json");
  CHECK(AnswerTo("ac").content_type == "application/json");
  CHECK(
      response.body ==
      R"({"accepted":1,"duplicates":1,"rejected":[{"index":1,"error":"why","retryable":false,)"
      R"("code":"malformed_event"},{"index":3,"error":"why","retryable":true,)"
      R"("code":"not_stored"}],"status":503,"type":"tag:gamevents,2026:not_stored",)"
      R"("title":"The event was not stored","detail":"2 events are not stored; rejected says why",)"
      "\"code\":\"not_stored\",\"retryable\":true}\n");
}

TEST_CASE("what was to be kept and could not be is said") {
  Outcomes outcomes(2);
  CHECK_FALSE(outcomes.AllBegun());
  CHECK_FALSE(outcomes.Rejected({1, problem::Code::kInvalidField, "b", "f", true}));
  outcomes.NotKept({Fault::kUnavailable, "no \"topic\""});
  outcomes.NotKept({Fault::kUnavailable, "later"});
  CHECK(outcomes.Rejected({0, problem::Code::kMalformedEvent, "a", "", false}));
  CHECK(outcomes.Answer().body.starts_with(
      R"({"accepted":0,"duplicates":0,"rejected":[)"
      R"({"index":0,"error":"a","retryable":false,"code":"malformed_event","kept":false},)"
      R"({"index":1,"error":"b","retryable":false,"code":"invalid_field","field":"f",)"
      R"("kept":true}],)"
      R"("rejected_topic_error":"no \"topic\"","status":400,)"));
}

TEST_CASE("a reason is text, whatever it was made of") {
  CHECK(ReasonText("why \xC3\xA9") == "why \xC3\xA9");
  CHECK(ReasonText("").empty());
  CHECK(ReasonText("a\xFF"
                   "b") ==
        "a\xC3\xBF"
        "b");
  CHECK(ReasonText("\xC3") == "\xC3\x83");
  CHECK(ReasonText("abc\xC3\xA9", 4) == "abc");
  CHECK(ReasonText(std::string(5'000, '\xFF')).size() <= 1'000);
  CHECK(ReasonText(std::string(1'000, 'x') + "\xFF") == std::string(1'000, 'x'));
}

TEST_CASE("a long error is cut between characters") {
  Outcomes outcomes(1);
  CHECK_FALSE(outcomes.AllBegun());
  const std::string start(999, 'x');
  CHECK(outcomes.Rejected({0, problem::Code::kMalformedEvent, start + "\xC3\xA9 and more"}));
  CHECK(outcomes.Answer().body.find(start + "\",") != std::string::npos);
}

TEST_CASE("a whole request that is refused") {
  const problem::Problem why{.code = problem::Code::kUnsupportedMediaType, .detail = "why"};
  CHECK(RefuseWhole(why).status == 415);
  CHECK(RefuseWhole(why).body ==
        R"({"accepted":0,"duplicates":0,"rejected":[],"error":"why","status":415,)"
        R"("type":"tag:gamevents,2026:unsupported_media_type",)"
        R"("title":"The Content-Type is not one that is taken","detail":"why",)"
        "\"code\":\"unsupported_media_type\",\"retryable\":false}\n");
  CHECK(RefuseWhole(why, false, "gone")
            .body.starts_with(R"({"accepted":0,"duplicates":0,"rejected":[],"error":"why",)"
                              R"("kept":false,"rejected_topic_error":"gone",)"));
}

TEST_CASE("who asks is told where each event is stored, in order") {
  Outcomes outcomes(3, true);
  CHECK_FALSE(outcomes.AllBegun());
  CHECK_FALSE(outcomes.Accepted({2, "b", {1, 8}}));
  CHECK_FALSE(outcomes.Duplicate());
  CHECK(outcomes.Accepted({0, "a", {0, 7}}));
  const http::Response response = outcomes.Answer();
  CHECK(response.body == R"({"accepted":2,"duplicates":1,"rejected":[],"stored":[)"
                         R"({"index":0,"event_id":"a","partition":0,"offset":7},)"
                         "{\"index\":2,\"event_id\":\"b\",\"partition\":1,\"offset\":8}]}\n");
  REQUIRE(response.headers.size() == 1);
  CHECK(response.headers[0].first == "Preference-Applied");
}

}  // namespace gamevents::collector
