// Goal: each SDK reads in its own form that its events are stored, or that it must send them again;
// never anything else. Method: answers to tallies, as text.
#include "core/collector/dialects/sdk_answer.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::collector {

TEST_CASE("each SDK is told of success as it expects") {
  const Tally tally{1, 1, 1, 0};
  const auto text = [&](AnswerForm form, bool verbose = false) {
    const http::Response response = AnswerSdk({form, verbose, 20, TimestampMs(5)}, tally);
    CHECK(response.status == 200);
    return response.body;
  };
  CHECK(text(AnswerForm::kSegment) == R"({"success":true})");
  CHECK(text(AnswerForm::kPostHog) == R"({"status":1})");
  CHECK(text(AnswerForm::kAmplitude) ==
        R"({"code":200,"events_ingested":3,"payload_size_bytes":20,"server_upload_time":5})");
  CHECK(text(AnswerForm::kMixpanel) == "1");
  CHECK(text(AnswerForm::kMixpanel, true) == R"({"error":null,"status":1})");
  CHECK(text(AnswerForm::kImport) == R"({"code":200,"num_records_imported":3,"status":"OK"})");
  CHECK(text(AnswerForm::kImport, true) == R"({"error":null,"status":1})");
  CHECK(text(AnswerForm::kNothing) == "{}");
  CHECK(text(AnswerForm::kAws) ==
        R"({"Total":3,"FailedRecordCount":1,"Events":[{"Result":"Ok"},{"Result":"Ok"},)"
        R"({"Result":"Error"}]})");
}

TEST_CASE("one event that can be sent again has all of them sent again") {
  for (const AnswerForm form :
       {AnswerForm::kSegment, AnswerForm::kPostHog, AnswerForm::kAmplitude, AnswerForm::kMixpanel,
        AnswerForm::kImport, AnswerForm::kNothing, AnswerForm::kAws}) {
    const http::Response response = AnswerSdk({form}, {5, 5, 5, 1});
    CHECK(response.status == 503);
    CHECK(response.body.find("send them again") != std::string::npos);
  }
}

}  // namespace gamevents::collector
