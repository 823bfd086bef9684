#pragma once

#include "cmd/flags.h"
#include "core/kafka/reader.h"
#include "core/report/report.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// The flags as they were typed.
struct ReportFlags {
  std::optional<std::string> where;
  std::vector<std::string> select;
  std::vector<std::string> group_by;
  std::vector<std::string> aggregates;
  std::vector<std::string> order_by;
  std::optional<std::string> bucket;
  std::optional<std::string> bucket_by;
  std::optional<size_t> limit;
  std::optional<size_t> take;
  bool schema = false;
  std::optional<std::string> sql;
  std::string source = "auto";
  size_t truncate = report::kTruncate;
  std::string format = "table";
  std::string range;
  std::string from;
  std::string to;
  bool follow = false;
  std::string view;
  std::optional<std::string> steps;
  std::optional<std::string> window;
  std::optional<std::string> gap;
  std::optional<std::string> user;
  std::string engine = "local";
  bool print_plan = false;
};

/// --engine: a Spark job in place of our own scan.
inline constexpr std::string_view kSparkEngine = "spark";

/// Declares the flags of `report`; `typed` is filled when the command line is read.
void DeclareReportFlags(Flags& flags, ReportFlags& typed);

/// The view of what was sold (report/sales_source.h), beside the state's and the events' own.
inline constexpr std::string_view kSalesView = "revenue";

/// What the flags ask, checked as far as it can be before anything is opened.
/// Errors: kBadInput, naming the flag.
Result<report::Question> ParseQuestion(const ReportFlags& flags);

/// Errors: kBadInput, naming the flag.
Result<kafka::PositionRange> ParseRange(const ReportFlags& flags);

/// Whether `question` can be asked of `range`, followed or not. Errors: kBadInput, naming the flag.
Status CheckRange(const ReportFlags& flags, const report::Question& question,
                  const kafka::PositionRange& range);

/// The flags that shape the answer, as they were typed: what a page says that it shows.
std::string Asked(const ReportFlags& flags);

}  // namespace gamevents::cmd
