#include "core/collector/routes/commands.h"

#include "core/base/uuid.h"

#include <memory>
#include <mutex>
#include <utility>

namespace gamevents::collector {
namespace {

/// One command on its way: the first who knows its fate answers it. What the fold has passed is
/// stored, whether or not the acknowledgement arrives, so the fold alone is enough; and a failure
/// that comes later is not the event's. Thread-safe.
class PendingReply {
 public:
  explicit PendingReply(http::Reply reply) : reply_(std::move(reply)) {}

  void Answer(http::Response answer) {
    std::unique_lock lock(mutex_);
    const http::Reply reply = std::exchange(reply_, nullptr);
    lock.unlock();
    if (reply) reply(std::move(answer));
  }

 private:
  std::mutex mutex_;
  http::Reply reply_;  // null once it was given
};

http::Response AnswerOf(const state::Folded& folded, const std::string& event_id,
                        const Commands::Answer& answer) {
  const bool refused = folded.outcome.verdict == state::Verdict::kRefused;
  event::EventWriter writer;
  writer.Add("status", refused ? "refused" : "done");
  if (refused) {
    writer.Add("reason", state::DescribeRefusal(folded.outcome));
  } else {
    answer(folded, writer);
  }
  writer.Add("event_id", event_id);
  writer.Add("partition", folded.partition);
  writer.Add("offset", folded.offset);
  return JsonResponse(refused ? 409 : 200, writer.Finish());
}

}  // namespace

void Commands::Send(Call call, std::span<const Field> fields, const std::string& user,
                    Answer answer) const {
  Event event = store_.events().Build(fields, call.request.headers);
  const std::string id = FormatUuid(event.id);
  const auto pending = std::make_shared<PendingReply>(std::move(call.reply));
  const Status expected = projection_.Expect(
      id, timeout_, [pending, id, answer = std::move(answer)](const Result<state::Folded>& folded) {
        if (folded) return pending->Answer(AnswerOf(*folded, id, answer));
        pending->Answer(
            EventSender::Unavailable("the event may be stored, but what it did is not known yet: " +
                                     folded.error().context));
      });
  if (!expected) {
    return pending->Answer(
        EventSender::Unavailable("nothing was stored: " + expected.error().context));
  }
  store_.Send(std::move(event), user,
              [pending, id, &projection = projection_](const Result<kafka::Delivery>& delivery) {
                if (delivery) return;  // The fold will come past it.
                projection.Forget(id);
                pending->Answer(EventSender::Failure(delivery.error()));
              });
}

http::Response JsonResponse(int status, std::string json) {
  http::Response response = TextResponse(status, std::move(json) + "\n");
  response.content_type = "application/json";
  return response;
}

http::Response JsonRefusal(const Error& error) {
  event::EventWriter writer;
  writer.Add("error", error.context);
  return JsonResponse(error.fault == Fault::kNotFound ? 404 : 400, writer.Finish());
}

Status CheckName(std::string_view what, std::string_view name, size_t bytes_max) {
  if (!name.empty() && name.size() <= bytes_max) return Done{};
  return Error{Fault::kBadInput, std::string(what) + ": expected 1 to " +
                                     std::to_string(bytes_max) + " bytes, not " +
                                     std::to_string(name.size())};
}

}  // namespace gamevents::collector
