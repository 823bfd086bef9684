// Goal: the summary's text and JSON say what was counted. Method: known counts, whole texts.
#include "core/generate/summary.h"

#include "tests/unit/catch.h"

namespace gamevents::generate {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

TrafficSummary Sample() {
  TrafficSummary summary;
  summary.seed = 18446744073709551615u;
  summary.elapsed = seconds(2);
  summary.cpu = std::chrono::milliseconds(500);
  Counts& counts = summary.counts;
  counts.sent = 104;
  counts.acknowledged = 100;
  counts.duplicates = 1;
  counts.refused = 3;
  counts.refusals = {{"503 too many events are waiting", 2}, {"no connection", 1}};
  counts.unknown = 1;
  counts.unknowns = {{"no answer", 1}};
  counts.requests = 110;
  counts.retries = 6;
  counts.latency.Record(microseconds(200), 90);
  counts.latency.Record(microseconds(12'000), 10);
  return summary;
}

/// The progress line up to its colon, after so many acknowledgements and 100 refusals.
std::string BeginOfProgress(int64_t acknowledged, seconds elapsed, std::optional<int64_t> count,
                            std::optional<seconds> duration = std::nullopt) {
  Counts counts;
  counts.acknowledged = acknowledged;
  counts.refused = 100;
  FeedOptions asked;
  asked.count = count;
  asked.duration = duration;
  const std::string line = FormatProgress(counts, elapsed, asked);
  return line.substr(0, line.find(':'));
}

}  // namespace

TEST_CASE("the summary as text") {
  CHECK(FormatSummary(Sample()) ==
        "seed         18446744073709551615\n"
        "sent         104 in 2.00s\n"
        "acknowledged 100 (50/s)\n"
        "  1            stored by an earlier attempt\n"
        "refused      3\n"
        "  2            503 too many events are waiting\n"
        "  1            no connection\n"
        "unknown      1\n"
        "  1            no answer\n"
        "requests     110, 6 of them retries\n"
        "latency      p50 200us  p90 200us  p99 12.0ms  p99.9 12.0ms  max 12.0ms\n"
        "cpu          0.25 of a core\n");
}

TEST_CASE("the summary as JSON") {
  CHECK(FormatSummaryAsJson(Sample()) ==
        R"({"seed":"18446744073709551615","seconds":2.0,"sent":104,"acknowledged":100,)"
        R"("duplicates":1,"refused":3,"unknown":1,)"
        R"("refusals":{"503 too many events are waiting":2,"no connection":1},)"
        R"("unknowns":{"no answer":1},"requests":110,"retries":6,)"
        R"("acknowledged_per_second":50.0,)"
        R"("latency_ms":{"p50":0.2,"p90":0.2,"p99":12.0,"p99.9":12.0,"max":12.0},)"
        R"("cpu_seconds":0.5})"
        "\n");
}

TEST_CASE("a run without an event has a summary, too") {
  const std::string text = FormatSummary({});
  CHECK(text.find("sent         0 in 0.00s\n") != std::string::npos);
  // Nothing was measured, so no latency is told.
  CHECK(text.find("latency") == std::string::npos);
  CHECK(FormatSummaryAsJson({}).find("\"latency_ms\":null,") != std::string::npos);
  CHECK(FormatProgress({}, seconds(1), {}) == "1s: 0 acknowledged (0/s), 0 refused, 0 unknown");
  CHECK(FormatSummaryAsJson({}).find("\"acknowledged_per_second\":0.0") != std::string::npos);
}

TEST_CASE("latencies have three digits and their unit") {
  CHECK(FormatLatency(microseconds(0)) == "0us");
  CHECK(FormatLatency(microseconds(999)) == "999us");
  CHECK(FormatLatency(microseconds(1'234)) == "1.23ms");
  CHECK(FormatLatency(microseconds(12'345)) == "12.3ms");
  CHECK(FormatLatency(microseconds(123'456)) == "123ms");
  CHECK(FormatLatency(microseconds(1'234'567)) == "1.23s");
  CHECK(FormatLatency(microseconds(123'456'789)) == "123s");
}

TEST_CASE("progress is one line") {
  const TrafficSummary sample = Sample();
  CHECK(FormatProgress(sample.counts, sample.elapsed, {}) ==
        "2s: 100 acknowledged (50/s), 3 refused, 1 unknown, p99 12.0ms");
}

TEST_CASE("progress towards an end has its share and the time that is left") {
  CHECK(BeginOfProgress(0, seconds(1), 100'000) == "1s, 0 %, 16m 39s left");
  CHECK(BeginOfProgress(31'900, seconds(32), 100'000) == "32s, 32 %, 1m 8s left");
  CHECK(BeginOfProgress(99'899, seconds(100), 100'000) == "1m 40s, 99 %, 0s left");
  CHECK(BeginOfProgress(900, seconds(7'200), 2'000) == "2h 0m, 50 %, 2h 0m left");
  CHECK(BeginOfProgress(900, seconds(15), std::nullopt, seconds(60)) == "15s, 25 %, 45s left");
  CHECK(BeginOfProgress(900, seconds(15), 2'000, seconds(60)) == "15s, 50 %, 15s left");
  // What was under way when the time was over is answered still.
  CHECK(BeginOfProgress(900, seconds(61), std::nullopt, seconds(60)) == "1m 1s, 100 %, 0s left");
}

TEST_CASE("while nothing is done nobody knows how long it takes") {
  FeedOptions asked;
  asked.count = 5;
  CHECK(FormatProgress({}, seconds(0), asked).starts_with("0s, 0 %: 0 acknowledged"));
}

}  // namespace gamevents::generate
