// Goal: headers are found whatever case their names are in. Method: a few names against each other.
#include "core/collector/request/headers.h"

#include "tests/unit/catch.h"

namespace gamevents::collector {

TEST_CASE("the first header of a name is found") {
  const http::Headers headers = {{"host", "h"}, {"Accept", "1"}, {"ACCEPT", "2"}};
  CHECK(FindHeader(headers, "accept") == "1");
  CHECK(FindHeader(headers, "Host") == "h");
  CHECK_FALSE(FindHeader(headers, "Hos").has_value());
}

}  // namespace gamevents::collector
