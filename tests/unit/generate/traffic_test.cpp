// Goal: several connections together send each event once and come to one summary. Method: a
// server in this process, and none at all.
#include "core/generate/traffic.h"

#include "tests/unit/catch.h"
#include "tests/unit/generate/fixture.h"

#include <algorithm>
#include <atomic>

namespace gamevents::generate {
namespace {

TrafficOptions Options(int64_t count, size_t lanes) {
  TrafficOptions options;
  options.world = SmallWorld();
  options.feed.count = count;
  options.feed.lanes = lanes;
  return options;
}

}  // namespace

TEST_CASE("connections share the events, and the summary has all of them") {
  Server server([](size_t, const http::Request&) { return Respond(200, "{\"accepted\":1}"); });
  TempLedger ledger;
  TrafficOptions options = Options(400, 8);
  options.ledger = ledger.writer();
  HttpOptions http;
  http.client.server = server.address();
  const auto summary = SendOverHttp(options, http);
  REQUIRE(summary);
  CHECK(summary->seed == 42);
  CHECK(summary->counts.sent == 400);
  CHECK(summary->counts.acknowledged == 400);
  CHECK(summary->elapsed.count() > 0);
  CHECK(summary->cpu.count() > 0);
  auto lines = ledger.Lines();
  auto expected = ExpectedLines(400);
  const auto by_id = [](const TempLedger::Line& a, const TempLedger::Line& b) {
    return a.id < b.id;
  };
  std::sort(lines.begin(), lines.end(), by_id);
  std::sort(expected.begin(), expected.end(), by_id);
  CHECK(lines == expected);
}

TEST_CASE("progress is told while it goes on") {
  Server server([](size_t, const http::Request&) { return Respond(200, "{\"accepted\":1}"); });
  TrafficOptions options = Options(20, 2);
  options.feed.rate = 30;
  std::atomic<int> calls{0};
  options.on_progress = [&](const Counts& counts, std::chrono::duration<double> elapsed) {
    CHECK(counts.sent <= 20);
    CHECK(elapsed.count() > 0);
    ++calls;
  };
  HttpOptions http;
  http.client.server = server.address();
  REQUIRE(SendOverHttp(options, http));
  CHECK(calls > 0);
}

TEST_CASE("without a server nothing begins") {
  HttpOptions http;
  http.client.server = {"127.0.0.1", 1};
  const auto summary = SendOverHttp(Options(10, 2), http);
  REQUIRE_FALSE(summary);
  CHECK(summary.error().fault == Fault::kUnavailable);
  CHECK(summary.error().context.find("127.0.0.1:1") != std::string::npos);
}

}  // namespace gamevents::generate
