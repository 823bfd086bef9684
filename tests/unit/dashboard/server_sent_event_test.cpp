// Goal: an event arrives in a browser as it was sent, whatever lines its data has. Method: events
// written and compared, and parsed again as the WHATWG's standard says.
#include "core/dashboard/server_sent_event.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::dashboard {
namespace {

// The data that a browser makes of a stream of one event (WHATWG HTML, section 9.2.6).
std::string DataOf(const std::string& stream) {
  std::string data;
  size_t begin = 0;
  while (begin < stream.size()) {
    const size_t end = stream.find('\n', begin);
    REQUIRE(end != std::string::npos);
    const std::string line = stream.substr(begin, end - begin);
    REQUIRE(line.find('\r') == std::string::npos);
    if (line.starts_with("data: ")) data += line.substr(6) + "\n";
    begin = end + 1;
    if (line.empty()) break;
  }
  REQUIRE(begin == stream.size());
  REQUIRE_FALSE(data.empty());
  data.pop_back();
  return data;
}

}  // namespace

TEST_CASE("an event has its name, its id and a line of data for each of its lines") {
  CHECK(FormatServerSentEvent({"state", "7", "<p>\n</p>"}) ==
        "event: state\nid: 7\ndata: <p>\ndata: </p>\n\n");
  CHECK(FormatServerSentEvent({"state", "7", ""}, 2'000) ==
        "retry: 2000\nevent: state\nid: 7\ndata: \n\n");
}

TEST_CASE("no line of the data becomes another field, or ends the event") {
  const struct {
    std::string data;
    std::string arrives;
  } cases[] = {
      {"a", "a"},
      {"a\n", "a\n"},
      {"\n\na", "\n\na"},
      {"a\r\nb\rc", "a\nb\nc"},
      {"\r\n", "\n"},
      {"id: 9\nevent: other\n\ndata: x", "id: 9\nevent: other\n\ndata: x"},
      {" leading: space", " leading: space"},
      {":comment", ":comment"},
  };
  for (const auto& each : cases) {
    CHECK(DataOf(FormatServerSentEvent({"state", "1", each.data}, 1)) == each.arrives);
  }
}

}  // namespace gamevents::dashboard
