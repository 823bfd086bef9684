#include "core/collector/ingest/outcomes.h"

#include "core/base/text.h"
#include "core/collector/store/events.h"
#include "core/http/refusals.h"

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
  json.append(",\"retryable\":").append(Truth(rejection.retryable()));
  json.append(",\"code\":\"").append(problem::TraitsOf(rejection.code).name).append("\"");
  if (!rejection.field.empty()) {
    json += ",\"field\":";
    AppendJsonString(json, rejection.field);
  }
  if (rejection.kept) json.append(",\"kept\":").append(Truth(*rejection.kept));
  if (!rejection.problems.empty()) {
    json += ",\"problems\":";
    AppendProblems(json, rejection.problems);
  }
  json += '}';
}

void AppendNotKept(std::string& json, const std::optional<std::string>& reason) {
  if (!reason) return;
  json += ",\"rejected_topic_error\":";
  AppendJsonString(json, ReasonText(*reason));
}

void AppendStored(std::string& json, const StoredEvent& stored) {
  json.append("{\"index\":").append(std::to_string(stored.index)).append(",\"event_id\":");
  AppendJsonString(json, stored.event_id);
  json.append(",\"partition\":").append(std::to_string(stored.place.partition));
  json.append(",\"offset\":").append(std::to_string(stored.place.offset)) += '}';
}

// Appends `"name":[…]`, what `append` makes of each.
template <class Each, class Append>
void AppendList(std::string& json, std::string_view name, const std::vector<Each>& list,
                Append append) {
  json.append(",\"").append(name).append("\":[");
  for (const Each& each : list) {
    if (&each != list.data()) json += ',';
    append(json, each);
  }
  json += ']';
}

// A refusal whose answer is JSON whatever the client asks for.
http::Response RefuseAsJson(problem::Problem why, std::string members) {
  why.members = std::move(members);
  http::Response response = http::RefusalResponse(std::move(why));
  http::WriteAs(response, problem::Asked::kNothing, /*json_by_default=*/true);
  return response;
}

// Why nothing of the request is stored, or not all.
problem::Problem WhyNotAll(const std::vector<Rejection>& rejections) {
  const auto later = std::ranges::find_if(rejections, &Rejection::retryable);
  problem::Problem why;
  why.code = later != rejections.end() ? later->code : problem::Code::kNoValidEvent;
  why.detail = rejections.size() == 1 ? rejections.front().error
                                      : std::to_string(rejections.size()) +
                                            " events are not stored; rejected says why";
  return why;
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

void AppendProblems(std::string& json, std::span<const contracts::Problem> problems) {
  json += '[';
  for (const contracts::Problem& problem : problems) {
    if (&problem != problems.data()) json += ',';
    json += "{\"pointer\":";
    AppendJsonString(json, ReasonText(problem.pointer));
    json += ",\"reason\":";
    AppendJsonString(json, ReasonText(problem.reason));
    json += '}';
  }
  json += ']';
}

bool Outcomes::Accepted(size_t count) {
  accepted_.fetch_add(count, std::memory_order_relaxed);
  return CountDown(count);
}

bool Outcomes::Accepted(StoredEvent stored) {
  {
    const std::lock_guard lock(mutex_);
    if (stored_) stored_->push_back(std::move(stored));
  }
  return Accepted();
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

Tally Outcomes::tally() const {
  const std::lock_guard lock(mutex_);
  const auto again = std::ranges::count_if(rejections_, &Rejection::retryable);
  Tally tally{accepted_, duplicates_, rejections_.size(), static_cast<size_t>(again)};
  tally.refused -= tally.retryable;
  return tally;
}

void Outcomes::AddTo(EventCounts& counts) const {
  if (accepted_ > 0) counts.AddAccepted(accepted_);
  if (duplicates_ > 0) counts.AddDuplicates(duplicates_);
  const std::lock_guard lock(mutex_);
  for (const Rejection& rejection : rejections_) counts.AddRejected(rejection.code);
}

http::Response Outcomes::Answer() {
  const std::lock_guard lock(mutex_);
  std::ranges::sort(rejections_, {}, &Rejection::index);
  std::string members = "\"accepted\":" + std::to_string(accepted_) +
                        ",\"duplicates\":" + std::to_string(duplicates_);
  AppendList(members, "rejected", rejections_, AppendRejection);
  if (stored_) {
    std::ranges::sort(*stored_, {}, &StoredEvent::index);
    AppendList(members, "stored", *stored_, AppendStored);
  }
  AppendNotKept(members, not_kept_);
  const bool retryable = std::ranges::any_of(rejections_, &Rejection::retryable);
  const bool none = accepted_ + duplicates_ == 0 && !rejections_.empty();
  http::Response response;
  if (retryable || none) {
    response = RefuseAsJson(WhyNotAll(rejections_), std::move(members));
  } else {
    response.content_type = "application/json";
    response.body = "{" + members + "}\n";
  }
  if (stored_) response.headers.emplace_back("Preference-Applied", "return=representation");
  return response;
}

http::Response RefuseWhole(problem::Problem why, std::optional<bool> kept,
                           const std::optional<std::string>& not_kept) {
  why.detail = ReasonText(why.detail);
  std::string members = "\"accepted\":0,\"duplicates\":0,\"rejected\":[],";
  AppendError(members, why.detail);
  if (kept) members.append(",\"kept\":").append(Truth(*kept));
  AppendNotKept(members, not_kept);
  return RefuseAsJson(std::move(why), std::move(members));
}

}  // namespace gamevents::collector
