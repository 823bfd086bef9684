#include "core/collector/metrics/metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cstddef>
#include <limits>
#include <sstream>
#include <utility>

namespace gamevents::collector {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric HistogramOf(const LatencyHistogram& histogram) {
  const LatencyHistogram::Totals totals = histogram.Read();
  ClientMetric metric;
  for (size_t i = 0; i < totals.at_most.size(); ++i) {
    const bool last = i == LatencyHistogram::kBounds.size();
    const double bound =
        last ? std::numeric_limits<double>::infinity() : LatencyHistogram::kBounds[i];
    metric.histogram.bucket.push_back({totals.at_most[i], bound});
  }
  metric.histogram.sample_count = totals.count();
  metric.histogram.sample_sum = totals.seconds;
  return metric;
}

MetricFamily Read(const HistogramSource& source) {
  MetricFamily family{source.name, source.help, MetricType::Histogram, {}};
  for (const auto& [label, histogram] : source.read()) {
    ClientMetric metric = HistogramOf(*histogram);
    if (!source.label.empty()) metric.label = {{source.label, label}};
    family.metric.push_back(std::move(metric));
  }
  return family;
}

// What a source reads that has one number.
std::function<std::vector<Sample>()> Alone(std::function<double()> read) {
  return [read = std::move(read)] { return std::vector<Sample>{{read()}}; };
}

MetricFamily DurationsOf(const std::deque<RouteMetrics>& routes) {
  MetricFamily family{"gamevents_http_request_duration_seconds",
                      "From a whole request to its answer, by route.",
                      MetricType::Histogram,
                      {}};
  for (const RouteMetrics& route : routes) {
    ClientMetric metric = HistogramOf(route.durations());
    metric.label = {{"route", route.pattern()}};
    family.metric.push_back(std::move(metric));
  }
  return family;
}

MetricFamily Read(const MetricSource& source) {
  MetricFamily family{
      source.name, source.help, source.is_counter ? MetricType::Counter : MetricType::Gauge, {}};
  for (const Sample& sample : source.read()) {
    ClientMetric metric;
    for (size_t i = 0; i < source.labels.size(); ++i) {
      metric.label.push_back({source.labels[i], sample.labels.at(i)});
    }
    (source.is_counter ? metric.counter.value : metric.gauge.value) = sample.value;
    family.metric.push_back(std::move(metric));
  }
  return family;
}

}  // namespace

RouteMetrics::RouteMetrics(std::string pattern, prometheus::Family<prometheus::Counter>& requests)
    : pattern_(std::move(pattern)), requests_(requests) {}

void RouteMetrics::Count(int status, std::chrono::nanoseconds duration) {
  durations_.Observe(duration);
  const int known = status < kStatusMin || status > kStatusMax ? 500 : status;
  std::atomic<prometheus::Counter*>& slot = by_status_[static_cast<size_t>(known - kStatusMin)];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Two threads that come here at once are given the same counter.
    counter = &requests_.Add({{"route", pattern_}, {"code", std::to_string(known)}});
    slot.store(counter, std::memory_order_release);
  }
  counter->Increment();
}

Metrics::Metrics(std::string_view version)
    : requests_(prometheus::BuildCounter()
                    .Name("gamevents_http_requests_total")
                    .Help("Requests answered, by route and status.")
                    .Register(registry_)) {
  prometheus::BuildGauge()
      .Name("gamevents_build_info")
      .Help("1; its labels say what runs.")
      .Register(registry_)
      .Add({{"version", std::string(version)}})
      .Set(1);
}

RouteMetrics& Metrics::AddRoute(std::string pattern) {
  const std::lock_guard lock(mutex_);
  return routes_.emplace_back(std::move(pattern), requests_);
}

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help,
                                      const std::string& label, const std::string& value) {
  prometheus::Labels labels;
  if (!label.empty()) labels = {{label, value}};
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

LatencyHistogram& Metrics::AddHistogram(std::string name, std::string help) {
  const std::lock_guard lock(mutex_);
  NamedHistogram& made = histograms_.emplace_back();
  made.name = std::move(name);
  made.help = std::move(help);
  return made.histogram;
}

void Metrics::AddGauge(std::string name, std::string help, std::function<double()> read) {
  AddSource({std::move(name), std::move(help), false, {}, Alone(std::move(read))});
}

void Metrics::AddCounter(std::string name, std::string help, std::function<double()> read) {
  AddSource({std::move(name), std::move(help), true, {}, Alone(std::move(read))});
}

void Metrics::AddHistograms(HistogramSource source) {
  const std::lock_guard lock(mutex_);
  histogram_sources_.push_back(std::move(source));
}

void Metrics::AddSource(MetricSource source) {
  const std::lock_guard lock(mutex_);
  sources_.push_back(std::move(source));
}

std::string Metrics::Text() const {
  std::vector<MetricFamily> families = registry_.Collect();
  {
    const std::lock_guard lock(mutex_);
    if (!routes_.empty()) families.push_back(DurationsOf(routes_));
    for (const NamedHistogram& each : histograms_) {
      families.push_back(
          {each.name, each.help, MetricType::Histogram, {HistogramOf(each.histogram)}});
    }
    for (const MetricSource& source : sources_) families.push_back(Read(source));
    for (const HistogramSource& source : histogram_sources_) families.push_back(Read(source));
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

}  // namespace gamevents::collector
