#include "core/collector/metrics/metrics.h"

#include "core/base/file.h"

#include <prometheus/client_metric.h>
#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <cstddef>
#include <sstream>
#include <utility>

namespace gamevents::collector {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily DurationsOf(const std::deque<RouteMetrics>& routes) {
  MetricFamily family{"gamevents_http_request_duration_seconds",
                      "From a whole request to its answer, by route.",
                      MetricType::Histogram,
                      {}};
  for (const RouteMetrics& route : routes) {
    ClientMetric metric = route.durations().Collect();
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

// The number after `name` on a line of its own; 0 when there is none.
double NumberAfter(const std::string& text, const std::string& name) {
  const size_t at = text.find("\n" + name);
  return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + 1 + name.size(), nullptr);
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

Metrics::Metrics(std::string_view version, double start_seconds)
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
  prometheus::BuildGauge()
      .Name("process_start_time_seconds")
      .Help("When the process started, in seconds since 1970-01-01T00:00:00Z.")
      .Register(registry_)
      .Add({})
      .Set(start_seconds);
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

void Metrics::AddSource(MetricSource source) {
  const std::lock_guard lock(mutex_);
  sources_.push_back(std::move(source));
}

std::string Metrics::Text() const {
  std::vector<MetricFamily> families = registry_.Collect();
  {
    const std::lock_guard lock(mutex_);
    families.push_back(DurationsOf(routes_));
    for (const NamedHistogram& each : histograms_) {
      families.push_back({each.name, each.help, MetricType::Histogram, {each.histogram.Collect()}});
    }
    for (const MetricSource& source : sources_) families.push_back(Read(source));
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

double ProcessStartSeconds() {
  // Field 22 of proc_pid_stat(5), counted after the name, which may hold spaces and brackets.
  const auto stat = ReadFile("/proc/self/stat", 4096);
  const auto system = ReadFile("/proc/stat", size_t{1} << 20);
  if (!stat || !system) return 0;
  std::istringstream fields(stat->substr(stat->rfind(')') + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  const double ticks = std::strtod(field.c_str(), nullptr);
  const double boot = NumberAfter(*system, "btime ");
  return boot + ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace gamevents::collector
