// Goal: an answer arrives once, from any thread, and never fails to arrive.
#include "core/http/pending_reply.h"

#include "tests/unit/catch.h"

#include <thread>

namespace gamevents::http {

using std::chrono::milliseconds;

TEST_CASE("an answer is waited for, and the first one counts") {
  const auto pending = std::make_shared<PendingReply>();
  const Reply reply = PendingReply::MakeReply(pending);
  CHECK_FALSE(pending->WaitFor(milliseconds(1)).has_value());
  std::thread answering([&reply] {
    reply(Response{201, "text/plain", "first", {}});
    reply(Response{202, "text/plain", "second", {}});
  });
  const auto answer = pending->WaitFor(milliseconds(10'000));
  answering.join();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "first");
  CHECK_FALSE(pending->WaitFor(milliseconds(0)).has_value());
}

TEST_CASE("a reply that is dropped is an answer of 500, copies of it are not") {
  const auto pending = std::make_shared<PendingReply>();
  Reply kept = PendingReply::MakeReply(pending);
  { const Reply copy = kept; }
  CHECK_FALSE(pending->WaitFor(milliseconds(0)).has_value());
  kept = nullptr;
  CHECK(pending->WaitFor(milliseconds(0)).value().status == 500);
}

}  // namespace gamevents::http
