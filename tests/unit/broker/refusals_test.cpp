// Goal: whoever is refused is counted, and a line is written at most once a second. Method: many at
// once; the lines themselves are looked at by tests/interop/test_sasl.py.
#include "core/broker/refusals.h"

#include "tests/unit/catch.h"

namespace gamevents::broker {

TEST_CASE("each refusal counts") {
  Refusals refusals;
  CHECK(refusals.count() == 0);
  for (int i = 0; i < 1000; ++i) refusals.Add("192.0.2.7: authentication failed");
  CHECK(refusals.count() == 1000);
}

}  // namespace gamevents::broker
