// Goal: Retry-After says how long the backlog takes at the rate at which it really goes. Method: a
// clock of the test's own; records that enter and leave at known moments.
#include "core/collector/metrics/backlog.h"

#include "tests/unit/catch.h"

#include <vector>

namespace gamevents::collector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Backlog::Time kStart{seconds(1'000)};

void Enter(Backlog& backlog, int count) {
  for (int i = 0; i < count; ++i) backlog.Enter({1, 10});
}

// `count` acknowledgements within each of `for_seconds` seconds.
void Acknowledge(Backlog& backlog, int per_second, int for_seconds, Backlog::Time from = kStart) {
  for (int second = 0; second < for_seconds; ++second) {
    for (int i = 0; i < per_second; ++i) {
      backlog.Enter({1, 10});
      backlog.Leave({1, 10}, true, from + seconds(second) + milliseconds(i * 1000 / per_second));
    }
  }
}

}  // namespace

TEST_CASE("what waits is counted, whatever becomes of it") {
  Backlog backlog;
  backlog.Enter({1, 100});
  backlog.Enter({1, 50});
  backlog.Enter({1, 1});
  CHECK(backlog.records() == 3);
  CHECK(backlog.bytes() == 151);
  backlog.Withdraw({1, 100});
  backlog.Leave({1, 50}, false, kStart);
  CHECK(backlog.records() == 1);
  CHECK(backlog.bytes() == 1);
  CHECK(backlog.PerSecond(kStart) == 0);  // a failure is no acknowledgement
}

TEST_CASE("the rate is that of the last seconds, and is forgotten after them") {
  Backlog backlog;
  Acknowledge(backlog, 100, 20);
  const auto end = kStart + seconds(20);
  CHECK(backlog.PerSecond(end) == 100);
  CHECK(backlog.PerSecond(end + seconds(2)) < 100);
  CHECK(backlog.PerSecond(end + seconds(2)) > 40);
  CHECK(backlog.PerSecond(end + seconds(7)) == 0);
  Acknowledge(backlog, 10, 10, end + seconds(100));
  CHECK(backlog.PerSecond(end + seconds(110)) == 10);
}

TEST_CASE("a rate is there after the first second, and no burst makes it larger than it is") {
  Backlog backlog;
  Acknowledge(backlog, 50, 1);
  CHECK(backlog.PerSecond(kStart + milliseconds(10)) == 50);
  CHECK(backlog.PerSecond(kStart + seconds(1)) == 50);
  CHECK(backlog.PerSecond(kStart + seconds(2)) == 25);
}

TEST_CASE("Retry-After is what waits over the rate, within its bounds") {
  struct Case {
    int waiting;
    int rate;
    int requests;
    seconds expected;
  };
  const std::vector<Case> cases = {
      {0, 0, 0, seconds(1)},      // nothing waits
      {1, 0, 0, kRetryAfterMax},  // nothing moves
      {50, 100, 0, seconds(1)},   // less than a second's work
      {1'000, 100, 0, seconds(10)},
      {1'001, 100, 0, seconds(11)},
      {0, 100, 450, seconds(5)},  // requests wait, too
      {100'000, 100, 0, kRetryAfterMax},
  };
  for (const Case& each : cases) {
    INFO(each.waiting << " waiting, " << each.rate << " a second");
    Backlog backlog;
    if (each.rate > 0) Acknowledge(backlog, each.rate, 10);
    Enter(backlog, each.waiting);
    CHECK(backlog.RetryAfter(kStart + seconds(10), each.requests) == each.expected);
  }
}

}  // namespace gamevents::collector
