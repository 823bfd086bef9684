// Goal: what is counted is what /metrics shows, in the form that Prometheus reads. Method: known
// counts, and the lines of the text that they must give.
#include "core/collector/metrics/metrics.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {
namespace {

bool Has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("requests are counted by route and status") {
  Metrics metrics("1.2.3");
  RouteMetrics& buy = metrics.AddRoute("/buy/<user>");
  RouteMetrics& other = metrics.AddRoute("other");
  buy.Count(200, std::chrono::milliseconds(2));
  buy.Count(200, std::chrono::milliseconds(3));
  buy.Count(503, std::chrono::seconds(1));
  other.Count(404, std::chrono::microseconds(1));
  other.Count(999, std::chrono::microseconds(1));  // no status: ours must be at fault
  const std::string text = metrics.Text();
  CHECK(Has(text, "# TYPE gamevents_http_requests_total counter"));
  CHECK(Has(text, R"(gamevents_http_requests_total{code="200",route="/buy/<user>"} 2)"));
  CHECK(Has(text, R"(gamevents_http_requests_total{code="503",route="/buy/<user>"} 1)"));
  CHECK(Has(text, R"(gamevents_http_requests_total{code="404",route="other"} 1)"));
  CHECK(Has(text, R"(gamevents_http_requests_total{code="500",route="other"} 1)"));
  CHECK(Has(text, "# TYPE gamevents_http_request_duration_seconds histogram"));
  const std::string bucket = "gamevents_http_request_duration_seconds_bucket{route=\"/buy/<user>\"";
  CHECK(Has(text, bucket + R"(,le="0.0025"} 1)"));
  CHECK(Has(text, bucket + R"(,le="0.005"} 2)"));
  CHECK(Has(text, bucket + R"(,le="+Inf"} 3)"));
  CHECK(Has(text, R"(gamevents_http_request_duration_seconds_count{route="/buy/<user>"} 3)"));
  CHECK(Has(text, R"(gamevents_build_info{version="1.2.3"} 1)"));
}

TEST_CASE("a counter is one object, whoever asks for it") {
  Metrics metrics("1");
  metrics.Counter("refused_total", "help", "reason", "full").Increment();
  metrics.Counter("refused_total", "help", "reason", "full").Increment();
  metrics.Counter("refused_total", "help", "reason", "rate").Increment();
  metrics.Counter("plain_total", "help").Increment(2.5);
  const std::string text = metrics.Text();
  CHECK(Has(text, R"(refused_total{reason="full"} 2)"));
  CHECK(Has(text, R"(refused_total{reason="rate"} 1)"));
  CHECK(Has(text, "plain_total 2.5"));
}

TEST_CASE("sources are asked at each scrape, with their labels") {
  Metrics metrics("1");
  double open = 1;
  metrics.AddSource(
      {"connections", "help", false, {}, [&] { return std::vector<Sample>{{open}}; }});
  metrics.AddSource({"bad_total", "help", true, {"code"}, [] {
                       return std::vector<Sample>{{2, {"400"}}, {3, {"431"}}};
                     }});
  metrics.AddSource({"behind", "help", false, {"topic", "partition"}, [] {
                       return std::vector<Sample>{{5, {"t", "0"}}, {6, {"t", "1"}}};
                     }});
  metrics.AddHistogram("wait_seconds", "help").Observe(std::chrono::milliseconds(1));
  CHECK(Has(metrics.Text(), "connections 1"));
  open = 7;
  const std::string text = metrics.Text();
  CHECK(Has(text, "# TYPE connections gauge"));
  CHECK(Has(text, "connections 7"));
  CHECK(Has(text, "# TYPE bad_total counter"));
  CHECK(Has(text, R"(bad_total{code="431"} 3)"));
  CHECK(Has(text, R"(behind{topic="t",partition="1"} 6)"));
  CHECK(Has(text, "wait_seconds_count 1"));
}

TEST_CASE("threads that meet a status first at once share its counter") {
  Metrics metrics("1");
  RouteMetrics& route = metrics.AddRoute("/");
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int status = 200; status < 300; ++status) route.Count(status, {});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = metrics.Text();
  for (int status = 200; status < 300; ++status) {
    CHECK(Has(text, "gamevents_http_requests_total{code=\"" + std::to_string(status) +
                        "\",route=\"/\"} 8"));
  }
}

TEST_CASE("histograms of others are shown with their labels") {
  Metrics metrics("1");
  LatencyHistogram reads;
  LatencyHistogram writes;
  reads.Observe(std::chrono::milliseconds(2));
  metrics.AddHistograms({"took_seconds", "help", "api", [&] {
                           return std::vector<HistogramSource::Histogram>{{"read", &reads},
                                                                          {"write", &writes}};
                         }});
  metrics.AddHistograms({"plain_seconds", "help", {}, [&] {
                           return std::vector<HistogramSource::Histogram>{{"", &reads}};
                         }});
  const std::string text = metrics.Text();
  CHECK(Has(text, "# TYPE took_seconds histogram"));
  CHECK(Has(text, R"(took_seconds_bucket{api="read",le="0.001"} 0)"));
  CHECK(Has(text, R"(took_seconds_bucket{api="read",le="0.0025"} 1)"));
  CHECK(Has(text, R"(took_seconds_bucket{api="read",le="+Inf"} 1)"));
  CHECK(Has(text, R"(took_seconds_count{api="write"} 0)"));
  CHECK(Has(text, "plain_seconds_sum 0.002"));
}

TEST_CASE("one number needs no labels") {
  Metrics metrics("1");
  metrics.AddGauge("depth", "help", [] { return 4.5; });
  metrics.AddCounter("seen_total", "help", [] { return 3.0; });
  const std::string text = metrics.Text();
  CHECK(Has(text, "# TYPE depth gauge"));
  CHECK(Has(text, "depth 4.5"));
  CHECK(Has(text, "# TYPE seen_total counter"));
  CHECK(Has(text, "seen_total 3"));
}

}  // namespace gamevents::collector
