#include "cmd/report_spark.h"

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

Status CheckEngine(const ReportFlags& flags, const report::Question& question) {
  std::string_view flaw;
  if (flags.engine != kSparkEngine) {
    if (flags.print_plan) flaw = "--print-plan shows what Spark is given: add --engine spark";
  } else if (flags.follow) {
    flaw = "--engine spark answers once: leave --follow out";
  } else if (!flags.view.empty()) {
    flaw = "--engine spark reads events, no views: leave --view or --engine out";
  } else if (flags.sql) {
    flaw = "--engine spark takes no --sql: leave --engine out, or ask spark.sql";
  } else if (flags.source == "segments") {
    flaw = "--engine spark reads through Kafka: leave --source segments out";
  } else if (report::IsSession(question)) {
    flaw =
        "--engine spark answers one question: ask with --select, --group-by, --agg or --bucket; "
        "the session is the local engine's";
  } else if (question.schema) {
    flaw = "--schema is the local engine's: leave --engine out";
  }
  if (flaw.empty()) return Done{};
  return Error{Fault::kBadInput, std::string(flaw)};
}

Result<report::Summary> AnswerBySpark(const ReportFlags& flags, const report::Question& question,
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
    return report::Summary{};
  }
  auto summary = spark::Answer(question, *source, SubmitOptionsOf(settings.spark), write);
  if (summary || summary.error().fault != Fault::kClosed || !StopSignal::Requested()) {
    return summary;
  }
  report::Summary nothing;
  nothing.totals.partial = true;
  return nothing;
}

}  // namespace gamevents::cmd
