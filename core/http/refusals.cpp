#include "core/http/refusals.h"

#include "core/base/number.h"
#include "core/http/characters.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace gamevents::http {
namespace {

std::optional<int64_t> RetryAfterOf(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (!EqualsIgnoringCase(name, "Retry-After")) continue;
    if (const auto seconds = ParseWholeNumber<int64_t>(value)) return *seconds;
  }
  return std::nullopt;
}

}  // namespace

Response RefusalResponse(problem::Problem problem) {
  Response response;
  response.status = problem.status();
  response.body = problem.detail + "\n";
  response.problem = std::make_shared<const problem::Problem>(std::move(problem));
  return response;
}

problem::Asked AskedFor(const Headers& headers) {
  std::optional<problem::Asked> asked;
  for (const auto& [name, value] : headers) {
    if (!EqualsIgnoringCase(name, "Accept")) continue;
    const problem::Asked by_this = problem::AskedBy(value);
    asked = asked ? std::max(*asked, by_this) : by_this;
  }
  return asked.value_or(problem::Asked::kNothing);
}

void WriteAs(Response& response, problem::Asked asked, bool json_by_default) {
  if (!response.problem) return;
  const bool by_name = asked == problem::Asked::kJson;
  if (!by_name && (!json_by_default || asked == problem::Asked::kOther)) return;
  problem::Problem told = *response.problem;
  told.retry_after = RetryAfterOf(response);
  const bool by_word = !by_name && !told.status_word.empty();
  response.content_type = by_word ? "application/json" : problem::kMediaType;
  response.body = problem::ToJson(told, by_word ? problem::StatusMember::kWord
                                                : problem::StatusMember::kNumber) +
                  "\n";
}

}  // namespace gamevents::http
