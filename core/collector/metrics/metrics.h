#pragma once

#include "core/base/latency_histogram.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {

/// What is counted of one route. Thread-safe and without a lock, but for the first answer of each
/// status.
class RouteMetrics {
 public:
  /// `pattern` is the label "route".
  RouteMetrics(std::string pattern, prometheus::Family<prometheus::Counter>& requests);

  /// One request was answered with `status`, `duration` after it was there.
  void Count(int status, std::chrono::nanoseconds duration);

  /// The label "route".
  const std::string& pattern() const { return pattern_; }
  const LatencyHistogram& durations() const { return durations_; }

 private:
  static constexpr int kStatusMin = 100;
  static constexpr int kStatusMax = 599;

  const std::string pattern_;
  prometheus::Family<prometheus::Counter>& requests_;
  LatencyHistogram durations_;
  // The counter of each status, made when there is a first answer with it.
  std::array<std::atomic<prometheus::Counter*>, kStatusMax - kStatusMin + 1> by_status_ = {};
};

/// One number of a source, with the values of the source's labels, in their order.
struct Sample {
  double value = 0;
  std::vector<std::string> labels = {};
};

/// Numbers that somebody else counts: asked for when there is a scrape.
struct MetricSource {
  std::string name;
  std::string help;
  bool is_counter = false;               ///< it only grows; else it is a gauge
  std::vector<std::string> labels = {};  ///< the samples' labels; none: one sample without any
  std::function<std::vector<Sample>()> read;
};

/// Histograms that somebody else observes: asked for when there is a scrape.
struct HistogramSource {
  /// One of the histograms, with its value of the label.
  using Histogram = std::pair<std::string, const LatencyHistogram*>;
  std::string name;
  std::string help;
  std::string label = {};  ///< empty: there is one, without a label
  std::function<std::vector<Histogram>()> read;
};

/// All that /metrics shows, in the names and units of docs/operations.md. Counts with atomics; a
/// scrape and the first use of a label take locks. Thread-safe. What it gives lives as long as it.
class Metrics {
 public:
  /// `version` goes into gamevents_build_info.
  explicit Metrics(std::string_view version);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The numbers of one route; `pattern` is a pattern of the table or "other", never a path.
  RouteMetrics& AddRoute(std::string pattern);

  /// A counter, made at its first mention. `label` is empty for one without; a label's values must
  /// be few and known.
  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const std::string& label = {}, const std::string& value = {});

  /// A histogram of seconds.
  LatencyHistogram& AddHistogram(std::string name, std::string help);

  /// `source.read` is called from the thread that scrapes, by Text and by nothing else.
  void AddSource(MetricSource source);
  void AddHistograms(HistogramSource source);
  /// The same of one number without labels.
  void AddGauge(std::string name, std::string help, std::function<double()> read);
  void AddCounter(std::string name, std::string help, std::function<double()> read);

  /// Everything in the text format of Prometheus, version 0.0.4.
  std::string Text() const;

 private:
  struct NamedHistogram {
    std::string name;
    std::string help;
    LatencyHistogram histogram;
  };

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  mutable std::mutex mutex_;  // guards the lists; what they hold stays where it is
  std::deque<RouteMetrics> routes_;
  std::deque<NamedHistogram> histograms_;
  std::vector<MetricSource> sources_;
  std::vector<HistogramSource> histogram_sources_;
};

}  // namespace gamevents::collector
