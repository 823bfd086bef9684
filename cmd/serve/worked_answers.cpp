#include "cmd/serve/worked_answers.h"

#include "core/base/ascii.h"
#include "core/collector/gate/key_file.h"
#include "core/collector/request/headers.h"
#include "core/http/refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace gamevents::cmd {
namespace {

/// What a client is told to wait that comes while too many wait already.
constexpr std::string_view kRetryAfterSeconds = "1";
/// Of the digest of an answer, what tells it from another.
constexpr size_t kTagBytes = 16;

/// A strong validator (RFC 9110, section 8.8.3): other bytes have another one.
std::string TagOf(std::string_view body) {
  const auto hash = collector::HashOf(body);
  std::string tag = "\"";
  for (size_t i = 0; hash && i < kTagBytes; ++i) tag += fmt::format("{:02x}", (*hash)[i]);
  return tag + "\"";
}

http::Response Refusal(const Error& error) {
  const bool later = error.fault == Fault::kUnavailable || error.fault == Fault::kClosed;
  http::Response response = http::RefusalResponse(
      {.code = later ? problem::Code::kReportBusy : problem::Code::kReportFailed,
       .detail = error.context});
  if (later) response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  return response;
}

}  // namespace

Result<std::unique_ptr<WorkedAnswers>> WorkedAnswers::Start(std::chrono::milliseconds keep) {
  std::unique_ptr<WorkedAnswers> made(new WorkedAnswers(keep));
  auto worker = Worker::Start();
  if (!worker) return std::move(worker).error();
  made->worker_ = std::move(*worker);
  return made;
}

void WorkedAnswers::Give(collector::Call&& call, WorkedAnswer answer) {
  auto job = [this, asked = std::move(call.request.headers), reply = call.reply,
              answer = std::move(answer)] { reply(ResponseTo(asked, answer)); };
  if (const Status queued = worker_->Run(std::move(job)); !queued) {
    call.reply(Refusal({Fault::kUnavailable, "too many wait for their answers; try again later"}));
  }
}

http::Response WorkedAnswers::ResponseTo(const http::Headers& asked, const WorkedAnswer& answer) {
  const auto found = Find(answer);
  if (!found) return Refusal(found.error());
  const Kept& kept = **found;
  http::Response response;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(
      keep_ - (std::chrono::steady_clock::now() - kept.made));
  response.headers = answer.headers;
  response.headers.emplace_back("ETag", kept.tag);
  response.headers.emplace_back(
      "Cache-Control", fmt::format("private, max-age={}", std::max<int64_t>(0, left.count())));
  response.content_type = answer.content_type;
  if (collector::HasAlready(asked, kept.tag)) {
    response.status = 304;
  } else {
    response.body = kept.body;
  }
  return response;
}

Result<std::shared_ptr<const WorkedAnswers::Kept>> WorkedAnswers::Find(const WorkedAnswer& answer) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(kept_, [&](const auto& each) { return now - each.second->made >= keep_; });
  if (const auto known = kept_.find(answer.key); known != kept_.end()) return known->second;
  auto body = answer.work();
  if (!body) return std::move(body).error();
  std::string tag = TagOf(*body);
  const auto made = std::make_shared<const Kept>(
      Kept{std::move(*body), std::move(tag), std::chrono::steady_clock::now()});
  if (keep_.count() > 0) Keep(answer.key, made);
  return made;
}

void WorkedAnswers::Keep(const std::string& key, std::shared_ptr<const Kept> kept) {
  kept_[key] = std::move(kept);
  const auto bytes = [this] {
    size_t sum = 0;
    for (const auto& [name, each] : kept_) sum += name.size() + each->body.size();
    return sum;
  };
  while (bytes() > kWorkedAnswersKeptMax) {
    kept_.erase(
        std::ranges::min_element(kept_, {}, [](const auto& each) { return each.second->made; }));
  }
}

}  // namespace gamevents::cmd
