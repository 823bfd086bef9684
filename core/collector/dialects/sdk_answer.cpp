#include "core/collector/dialects/sdk_answer.h"

#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr std::string_view kTryAgain = "not all events could be stored now; send them again";

http::Response SdkJson(int status, std::string json) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(json);
  return response;
}

std::string TryAgainJson(AnswerForm form) {
  const std::string text(kTryAgain);
  switch (form) {
    case AnswerForm::kSegment:
      return R"({"success":false,"code":"unavailable","message":")" + text + R"("})";
    case AnswerForm::kMixpanel:
      return R"({"status":0,"error":")" + text + R"("})";
    case AnswerForm::kPostHog:
    case AnswerForm::kFlags:
      return R"({"type":"server_error","code":"unavailable","detail":")" + text + R"("})";
    case AnswerForm::kAmplitude:
    case AnswerForm::kImport:
    case AnswerForm::kNothing:
    case AnswerForm::kAws:
      break;
  }
  return R"({"code":503,"error":")" + text + R"("})";
}

std::string AwsJson(const Tally& tally) {
  const size_t stored = tally.accepted + tally.duplicates;
  std::string json = "{\"Total\":" + std::to_string(stored + tally.refused) +
                     ",\"FailedRecordCount\":" + std::to_string(tally.refused) + ",\"Events\":[";
  for (size_t i = 0; i < stored + tally.refused; ++i) {
    json.append(i == 0 ? "" : ",")
        .append(i < stored ? R"({"Result":"Ok"})" : R"({"Result":"Error"})");
  }
  return json + "]}";
}

}  // namespace

http::Response AnswerSdk(const SdkAnswer& answer, const Tally& tally) {
  if (tally.retryable > 0) return SdkJson(503, TryAgainJson(answer.form));
  const std::string taken = std::to_string(tally.accepted + tally.duplicates + tally.refused);
  switch (answer.form) {
    case AnswerForm::kSegment:
      return SdkJson(200, R"({"success":true})");
    case AnswerForm::kPostHog:
      return SdkJson(200, R"({"status":1})");
    case AnswerForm::kFlags:
      return SdkJson(200, R"({"flags":{},"featureFlags":{},"featureFlagPayloads":{},)"
                          R"("errorsWhileComputingFlags":false})");
    case AnswerForm::kAmplitude:
      return SdkJson(200, R"({"code":200,"events_ingested":)" + taken +
                              R"(,"payload_size_bytes":)" + std::to_string(answer.body_bytes) +
                              R"(,"server_upload_time":)" +
                              std::to_string(answer.received_at.value) + "}");
    case AnswerForm::kMixpanel:
      return SdkJson(200, answer.verbose ? R"({"error":null,"status":1})" : "1");
    case AnswerForm::kImport:
      if (answer.verbose) return SdkJson(200, R"({"error":null,"status":1})");
      return SdkJson(200, R"({"code":200,"num_records_imported":)" + taken + R"(,"status":"OK"})");
    case AnswerForm::kAws:
      return SdkJson(200, AwsJson(tally));
    case AnswerForm::kNothing:
      break;
  }
  return SdkJson(200, "{}");
}

}  // namespace gamevents::collector
