#include "core/http/pending_reply.h"

#include <utility>

namespace gamevents::http {

Reply PendingReply::MakeReply(std::shared_ptr<PendingReply> pending) {
  // Lives as long as any copy of the Reply does.
  struct Giver {
    explicit Giver(std::shared_ptr<PendingReply> pending) : to(std::move(pending)) {}
    Giver(const Giver&) = delete;
    Giver& operator=(const Giver&) = delete;
    std::shared_ptr<PendingReply> to;
    ~Giver() {
      Response response;
      response.status = 500;
      response.body = "the server dropped the request without an answer\n";
      to->Give(std::move(response));
    }
  };
  auto giver = std::make_shared<Giver>(std::move(pending));
  return [giver = std::move(giver)](Response response) { giver->to->Give(std::move(response)); };
}

void PendingReply::Give(Response response) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(taken_, true)) return;  // the first answer counts
  response_ = std::move(response);
  given_.notify_one();
}

std::optional<Response> PendingReply::WaitFor(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  given_.wait_for(lock, timeout, [this] { return response_.has_value(); });
  return std::exchange(response_, std::nullopt);
}

}  // namespace gamevents::http
