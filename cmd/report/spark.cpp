#include "cmd/report/spark.h"

#include "core/base/stop.h"
#include "core/config/keys.h"
#include "core/spark/engine.h"
#include "core/spark/kafka_options.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

spark::SubmitOptions SubmitOptionsOf(const config::Settings::Spark& spark) {
  return {.submit = spark.submit,
          .master = spark.master,
          .packages = spark.packages,
          .jars = spark.jars,
          .properties = spark.properties,
          .timeout = spark.timeout};
}

/// Errors: kBadInput.
Status CheckReach(const config::Settings& settings, const std::string& brokers) {
  const std::string& master = settings.spark.master;
  const auto stays_here = [](std::string_view address) {
    return address.find("127.0.0.1") != std::string_view::npos ||
           address.find("localhost") != std::string_view::npos ||
           address.find("[::1]") != std::string_view::npos;
  };
  if (settings.kafka.brokers != config::kEmbedded || master.starts_with("local") ||
      stays_here(master) || !stays_here(brokers)) {
    return Done{};
  }
  return Error{
      Fault::kBadInput,
      fmt::format("spark.master {}: machines elsewhere cannot reach the embedded broker on "
                  "{}: run `gamevents broker` with embedded.listen at an address of this "
                  "machine that they can reach, or take local[*]",
                  master, brokers)};
}

Result<spark::Source> SourceOf(const kafka::ReaderOptions& options,
                               const config::Settings& settings) {
  auto kafka = spark::KafkaOptions(options.client, settings.spark.kafka_properties);
  if (!kafka) return std::move(kafka).error();
  auto ranges = kafka::Reader::Find(options);
  if (!ranges) return std::move(ranges).error();
  return spark::Source{
      .topic = options.topic, .ranges = std::move(*ranges), .kafka = std::move(*kafka)};
}

}  // namespace

Result<report::ScanSummary> AnswerBySpark(const ReportFlags& flags,
                                          const report::Question& question,
                                          const kafka::ReaderOptions& reader,
                                          const config::Settings& settings,
                                          const report::Write& write) {
  if (auto reached = CheckReach(settings, reader.client.brokers); !reached) {
    return std::move(reached).error();
  }
  const auto source = SourceOf(reader, settings);
  if (!source) return Error(source.error());
  if (flags.print_plan) {
    const auto plan = spark::MakePlan(question, *source, spark::Secrets::kHidden);
    if (!plan) return Error(plan.error());
    if (auto written = write(*plan); !written) return std::move(written).error();
    return report::ScanSummary{};
  }
  auto summary = spark::Answer(question, *source, SubmitOptionsOf(settings.spark), write);
  if (summary || summary.error().fault != Fault::kClosed || !StopSignal::Requested()) {
    return summary;
  }
  report::ScanSummary nothing;
  nothing.totals.partial = true;
  nothing.cut_off = "there is no answer: the Spark job was ended";
  return nothing;
}

}  // namespace gamevents::cmd
