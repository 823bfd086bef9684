// Goal: a SIGHUP is noticed once, however many come, and does not end the process. Method: the
// signal raised in this process.
#include "core/base/reload_signal.h"

#include "tests/unit/catch.h"

#include <poll.h>
#include <signal.h>

namespace gamevents {
namespace {

bool Readable() {
  pollfd wait{ReloadSignal::Descriptor(), POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1;
}

}  // namespace

TEST_CASE("signals that come together are taken as one") {
  REQUIRE(ReloadSignal::Install().ok());
  CHECK_FALSE(ReloadSignal::Take());
  for (int i = 0; i < 100'000; ++i) ::raise(SIGHUP);  // more than a pipe holds
  CHECK(Readable());
  CHECK(ReloadSignal::Take());
  CHECK_FALSE(ReloadSignal::Take());
  CHECK_FALSE(Readable());
  ::raise(SIGHUP);
  CHECK(ReloadSignal::Take());
}

}  // namespace gamevents
