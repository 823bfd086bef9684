#pragma once

#include "core/collector/request/router.h"
#include "core/collector/store/event_sender.h"
#include "core/event/event_writer.h"
#include "core/problem/problem.h"
#include "core/state/projection.h"

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::collector {

/// Commands on the state: each is one event, and its answer is what the fold made of it. Immutable,
/// so thread-safe; never blocks.
class Commands {
 public:
  /// Adds what this command's answer has of its own; called with the state just after the event.
  using Answer = std::function<void(const state::Folded&, event::EventWriter&)>;

  /// `timeout`: how long an answer may take, the event's delivery included. What is referred to
  /// must outlive the commands; `projection` also the producer, whose deliveries look for it.
  Commands(const EventSender& store, state::Projection& projection,
           std::chrono::milliseconds timeout)
      : store_(store), projection_(projection), timeout_(timeout) {}

  /// Stores an event of `fields` under `user`'s key and answers the call once it is folded, which
  /// proves that it is stored: 200 with {"status":"done", …, "event_id", "partition", "offset"} or
  /// 409 with {"status":"refused", "reason", …}. Before that, 503 when Kafka did not acknowledge
  /// it, when the fold did not come past it in time, or when the state cannot be shown now; then
  /// nothing is stored.
  void Send(Call call, std::span<const Field> fields, const std::string& user, Answer answer) const;

  state::Projection& projection() const { return projection_; }

 private:
  const EventSender& store_;
  state::Projection& projection_;
  const std::chrono::milliseconds timeout_;
};

/// An answer of one JSON text and a line feed.
http::Response JsonResponse(int status, std::string json);

/// The answer of a route that answers with JSON: the problem with "error", its detail again.
http::Response JsonRefusal(problem::Problem problem);

/// The code for a command that the fold refused. Requires: it did.
problem::Code CodeOf(state::Refusal refusal);

/// What is wrong when a user, guild or item is longer than what has a state; nothing otherwise.
std::optional<problem::Problem> CheckName(std::string_view what, std::string_view name,
                                          size_t bytes_max);

}  // namespace gamevents::collector
