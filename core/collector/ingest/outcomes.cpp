#include "core/collector/ingest/outcomes.h"

#include "core/base/text.h"
#include "core/collector/store/events.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace gamevents::collector {
namespace {

// Of one character in UTF-8.
constexpr size_t kCharacterBytesMax = 4;

std::string_view Truth(bool value) { return value ? "true" : "false"; }

void AppendError(std::string& json, std::string_view error) {
  json += "\"error\":";
  AppendJsonString(json, ReasonText(error));
}

void AppendRejection(std::string& json, const Rejection& rejection) {
  json.append("{\"index\":").append(std::to_string(rejection.index)).append(",");
  AppendError(json, rejection.error);
  json.append(",\"retryable\":").append(Truth(rejection.retryable));
  if (rejection.kept) json.append(",\"kept\":").append(Truth(*rejection.kept));
  json += '}';
}

void AppendNotKept(std::string& json, const std::optional<std::string>& reason) {
  if (!reason) return;
  json += ",\"rejected_topic_error\":";
  AppendJsonString(json, ReasonText(*reason));
}

http::Response JsonResponse(int status, std::string json) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(json) + "\n";
  return response;
}

}  // namespace

std::string ReasonText(std::string_view reason, size_t bytes_max) {
  std::string_view start = reason.substr(0, bytes_max);
  if (reason.size() > bytes_max) {  // not half a character at its end
    while (bytes_max - start.size() < kCharacterBytesMax && !start.empty() && !IsUtf8(start)) {
      start.remove_suffix(1);
    }
  }
  if (IsUtf8(start)) return std::string(start);
  return HeaderText(reason.substr(0, bytes_max / 2));  // each byte may become two
}

bool Outcomes::Accepted(size_t count) {
  accepted_.fetch_add(count, std::memory_order_relaxed);
  return CountDown(count);
}

bool Outcomes::Duplicate() {
  duplicates_.fetch_add(1, std::memory_order_relaxed);
  return CountDown();
}

bool Outcomes::Rejected(Rejection rejection) {
  {
    const std::lock_guard lock(mutex_);
    rejections_.push_back(std::move(rejection));
  }
  return CountDown();
}

void Outcomes::NotKept(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!not_kept_) not_kept_ = error.context;
}

http::Response Outcomes::Answer() {
  const std::lock_guard lock(mutex_);
  std::ranges::sort(rejections_, {}, &Rejection::index);
  std::string json = "{\"accepted\":" + std::to_string(accepted_) +
                     ",\"duplicates\":" + std::to_string(duplicates_) + ",\"rejected\":[";
  for (const Rejection& rejection : rejections_) {
    if (&rejection != rejections_.data()) json += ',';
    AppendRejection(json, rejection);
  }
  json += ']';
  AppendNotKept(json, not_kept_);
  json += '}';
  const bool retryable = std::ranges::any_of(rejections_, &Rejection::retryable);
  const bool none = accepted_ + duplicates_ == 0 && !rejections_.empty();
  return JsonResponse(retryable ? 503 : none ? 400 : 200, std::move(json));
}

http::Response RefuseWhole(int status, std::string_view error, std::optional<bool> kept,
                           const std::optional<std::string>& not_kept) {
  std::string json = "{\"accepted\":0,\"duplicates\":0,\"rejected\":[],";
  AppendError(json, error);
  json += ",\"retryable\":false";
  if (kept) json.append(",\"kept\":").append(Truth(*kept));
  AppendNotKept(json, not_kept);
  json += '}';
  return JsonResponse(status, std::move(json));
}

}  // namespace gamevents::collector
