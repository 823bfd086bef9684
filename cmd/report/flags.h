#pragma once

#include "cmd/flags.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::cmd {

/// --engine: a Spark job in place of our own scan.
inline constexpr std::string_view kSparkEngine = "spark";
/// --source: the embedded log's files.
inline constexpr std::string_view kSegmentSource = "segments";
/// --view: what was sold (report/scan/sales_source.h), beside the state's views and the events'.
inline constexpr std::string_view kSalesView = "revenue";

/// The flags as they were typed.
struct ReportFlags {
  std::optional<std::string> name;  ///< of a report in the configuration
  std::optional<std::string> where;
  std::vector<std::string> select;
  std::vector<std::string> exclude;
  std::vector<std::string> group_by;
  std::vector<std::string> aggregates;
  std::vector<std::string> order_by;
  std::optional<std::string> bucket;
  std::optional<std::string> bucket_by;
  std::optional<size_t> limit;
  std::optional<size_t> take;
  bool schema = false;
  bool profile = false;
  std::optional<std::string> sql;
  std::vector<std::string> with;
  std::string view;
  std::optional<std::string> steps;
  std::optional<std::string> window;
  std::optional<std::string> gap;
  std::optional<std::string> user;
  std::optional<std::string> variant;
  std::optional<std::string> control;
  std::optional<std::string> ratio;
  std::optional<std::string> range;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<std::string> since;
  std::optional<std::string> until;
  bool strict = false;
  std::string source = "auto";
  bool follow = false;
  std::string format = "table";
  std::optional<size_t> truncate;
  std::optional<std::string> title;
  std::optional<std::string> fail_if;
  bool csv_safe = false;
  std::string chart;
  std::string engine = "local";
  bool print_plan = false;
};

/// Where a flag's value goes.
using ReportTarget =
    std::variant<bool ReportFlags::*, std::string ReportFlags::*,
                 std::optional<std::string> ReportFlags::*, std::vector<std::string> ReportFlags::*,
                 std::optional<size_t> ReportFlags::*>;

/// A set of the kinds of question, one bit each.
using Kinds = uint16_t;
inline constexpr Kinds kSession = 1 << 0;
inline constexpr Kinds kRows = 1 << 1;
inline constexpr Kinds kGroups = 1 << 2;
inline constexpr Kinds kSchema = 1 << 3;
inline constexpr Kinds kSql = 1 << 4;
inline constexpr Kinds kFunnel = 1 << 5;
inline constexpr Kinds kRetention = 1 << 6;
inline constexpr Kinds kPlaySessions = 1 << 7;
inline constexpr Kinds kTop = 1 << 8;
inline constexpr Kinds kExperiment = 1 << 9;
inline constexpr Kinds kEconomy = 1 << 10;
inline constexpr Kinds kUserViews = kFunnel | kRetention | kPlaySessions | kTop | kExperiment;
inline constexpr Kinds kEventViews = kUserViews | kEconomy;
inline constexpr Kinds kEveryKind = kSession | kRows | kGroups | kSchema | kSql | kEventViews;

/// One flag of `report`: everything about it but how its value is read (question.h).
struct ReportFlag {
  std::string_view heading;  ///< of the part of --help that it stands in
  std::string_view names;    ///< "--bucket", "-o,--offset", as Flags takes them
  std::string_view value;    ///< what --help calls its value; "" for a switch
  std::string_view help;
  ReportTarget target;
  Kinds kinds = kEveryKind;    ///< the questions that it belongs to
  bool asks = false;           ///< it makes the question one of its kinds
  bool with_follow = true;     ///< it can stand beside --follow
  bool with_spark = true;      ///< it can stand beside --engine spark
  bool with_state = true;      ///< it can stand beside a view of the state
  bool is_shown = true;        ///< a page names it among what was asked
  std::string_view only_as{};  ///< the value to which the rules above apply; "": all of them
  std::vector<std::string> (*words)() = nullptr;  ///< the values that there are; none: any
};

/// Every flag, in the order of --help.
std::span<const ReportFlag> ReportFlagTable();

/// "--bucket" of "-b,--bucket", "--format" of "--format,--output".
std::string_view LongName(const ReportFlag& flag);

/// Whether the flag was given, with a value that is not its default.
bool IsTyped(const ReportFlag& flag, const ReportFlags& typed);

/// Declares the flags of `report`; `typed` is filled when the command line is read.
void DeclareReportFlags(Flags& flags, ReportFlags& typed);

/// The kind of question that the flags ask: one bit.
Kinds KindOf(const ReportFlags& flags);

/// Whether the flags go together: with the kind of question, --follow, the engine and the view.
/// Errors: kBadInput, naming both flags.
Status CheckFlags(const ReportFlags& flags);

/// The flags that shape the answer, as they were typed: what a page says that it shows.
std::string ShownFlags(const ReportFlags& flags);

}  // namespace gamevents::cmd
