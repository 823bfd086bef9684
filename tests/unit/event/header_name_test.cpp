// Goal: the headers that `serve` adds are told from fields of events by their names. Method: names
// of both kinds, and some that are nearly headers.
#include "core/event/header_name.h"

#include "tests/unit/catch.h"

namespace gamevents::event {
namespace {

TEST_CASE("a header is told by its letters") {
  for (const char* name : {"Host", "User-Agent", "Sec-Ch-Ua", "X-2-B", "Via"}) {
    INFO(name);
    CHECK(IsHeaderName(name));
  }
  for (const char* name :
       {"", "host", "Price", "user-agent", "User-agent", "-", "Remote Ip", "A-B_C"}) {
    INFO(name);
    CHECK_FALSE(IsHeaderName(name));
  }
}

}  // namespace
}  // namespace gamevents::event
