// Goal: the summary's text and JSON say what was counted. Method: known counts, whole texts.
#include "core/generate/summary.h"

#include "tests/unit/catch.h"

namespace gamevents::generate {
namespace {

using std::chrono::microseconds;

TrafficSummary Sample() {
  TrafficSummary summary;
  summary.seed = 18446744073709551615u;
  summary.elapsed = std::chrono::seconds(2);
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
  CHECK(text.find("max 0us\n") != std::string::npos);
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
  CHECK(FormatProgress(sample.counts, sample.elapsed) ==
        "2s: 100 acknowledged (50/s), 3 refused, 1 unknown, p99 12.0ms");
}

}  // namespace gamevents::generate
