#include "core/collector/routes/commands.h"

#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/http/refusals.h"

#include <memory>
#include <mutex>
#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;

// As the route answers where the client says nothing.
http::Response AsJson(http::Response response) {
  http::WriteAs(response, problem::Asked::kNothing, /*json_by_default=*/true);
  return response;
}

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

// The answer to a command that the state does not allow.
http::Response Refused(const state::Folded& folded, const std::string& event_id) {
  const state::Outcome& outcome = folded.outcome;
  problem::Problem why;
  why.code = CodeOf(outcome.refusal);
  why.detail = state::DescribeRefusal(outcome);
  if (!outcome.about.empty()) why.field = "item";
  if (why.code == Code::kMoreThanInCart || why.code == Code::kMoreThanOwned) {
    why.max = outcome.have;
  } else if (outcome.limit > 0) {
    why.max = outcome.limit;
  }
  why.status_word = "refused";
  why.members = "\"reason\":" + JsonString(why.detail) + ",\"event_id\":" + JsonString(event_id) +
                ",\"partition\":" + std::to_string(folded.partition) +
                ",\"offset\":" + std::to_string(folded.offset);
  return AsJson(http::RefusalResponse(std::move(why)));
}

http::Response AnswerOf(const state::Folded& folded, const std::string& event_id,
                        const Commands::Answer& answer) {
  if (folded.outcome.verdict == state::Verdict::kRefused) return Refused(folded, event_id);
  event::EventWriter writer;
  writer.Add("status", "done");
  answer(folded, writer);
  writer.Add("event_id", event_id);
  writer.Add("partition", folded.partition);
  writer.Add("offset", folded.offset);
  return JsonResponse(200, writer.Finish());
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
        pending->Answer(EventSender::Unavailable(
            Code::kOutcomeUnknown, "the event may be stored, but what it did is not known yet: " +
                                       folded.error().context));
      });
  if (!expected) {
    return pending->Answer(EventSender::Unavailable(
        Code::kNotReady, "nothing was stored: " + expected.error().context));
  }
  store_.Send(std::move(event), user,
              [pending, id, &projection = projection_,
               counts = store_.counts()](const Result<kafka::Delivery>& delivery) {
                EventSender::Count(counts, delivery);
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

http::Response JsonRefusal(problem::Problem problem) {
  problem.members = "\"error\":" + JsonString(problem.detail);
  return AsJson(http::RefusalResponse(std::move(problem)));
}

Code CodeOf(state::Refusal refusal) {
  using state::Refusal;
  switch (refusal) {
    case Refusal::kOverStackLimit:
      return Code::kStackLimit;
    case Refusal::kAlreadyOwned:
      return Code::kUniqueOwned;
    case Refusal::kTooManyStacks:
      return Code::kTooManyStacks;
    case Refusal::kCartFull:
      return Code::kCartFull;
    case Refusal::kNotInCart:
      return Code::kNotInCart;
    case Refusal::kMoreThanInCart:
      return Code::kMoreThanInCart;
    case Refusal::kEmptyCart:
      return Code::kCartEmpty;
    case Refusal::kNotOwned:
      return Code::kNotOwned;
    case Refusal::kMoreThanOwned:
      return Code::kMoreThanOwned;
    case Refusal::kSeveralTypes:
      return Code::kSeveralTypes;
    case Refusal::kNotInGuild:
      return Code::kNotInGuild;
    case Refusal::kSeveralGuilds:
      return Code::kSeveralGuilds;
    case Refusal::kTooManyGuilds:
      return Code::kTooManyGuilds;
    case Refusal::kStateFull:
      return Code::kStateFull;
    case Refusal::kNone:
      break;
  }
  return Code::kInternalError;
}

std::optional<problem::Problem> CheckName(std::string_view what, std::string_view name,
                                          size_t bytes_max) {
  if (!name.empty() && name.size() <= bytes_max) return std::nullopt;
  return problem::Problem{.code = Code::kInvalidArgument,
                          .detail = std::string(what) + ": expected 1 to " +
                                    std::to_string(bytes_max) + " bytes, not " +
                                    std::to_string(name.size()),
                          .field = std::string(what)};
}

}  // namespace gamevents::collector
