#include "cmd/report/flags.h"

#include "cmd/state_view.h"
#include "core/report/ask/view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace gamevents::cmd {
namespace {

/// --format: a page.
constexpr std::string_view kPageFormat = "html";
/// --format: what --csv-safe is about.
constexpr std::string_view kCsvFormat = "csv";
/// --format: as a page, but with tables alone.
constexpr std::string_view kDocumentFormat = "markdown";
/// --format: where a chart stands below the rows.
constexpr std::string_view kTableFormat = "table";

/// What messages call the questions, by their bits.
struct KindName {
  Kinds kind;
  std::string_view asked_by;
};
constexpr auto kKindNames = std::to_array<KindName>({
    {kSession, "the session"},
    {kRows, "--select"},
    {kGroups, "--group-by, --agg, --bucket"},
    {kSchema, "--schema"},
    {kSql, "--sql"},
    {kFunnel, "--view funnel"},
    {kRetention, "--view retention"},
    {kPlaySessions, "--view sessions"},
    {kTop, "--view top"},
    {kExperiment, "--view experiment"},
    {kEconomy, "--view economy"},
});

/// The flag's values as they were typed; empty: it was not given, or has its default. A switch has
/// one empty value.
std::vector<std::string> ValuesOf(const ReportFlag& flag, const ReportFlags& typed) {
  static const ReportFlags kDefaults;
  return std::visit(
      [&](auto target) -> std::vector<std::string> {
        const auto& value = typed.*target;
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          return value ? std::vector<std::string>{""} : std::vector<std::string>{};
        } else if constexpr (std::is_same_v<Value, std::string>) {
          if (value == kDefaults.*target) return {};
          return {value};
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          return value;
        } else if constexpr (std::is_same_v<Value, std::optional<size_t>>) {
          if (!value) return {};
          return {std::to_string(*value)};
        } else {
          if (!value) return {};
          return {*value};
        }
      },
      flag.target);
}

/// Whether the flag was given with a value to which its rules apply.
bool IsGiven(const ReportFlag& flag, const ReportFlags& typed) {
  const auto values = ValuesOf(flag, typed);
  if (flag.only_as.empty()) return !values.empty();
  return std::ranges::find(values, flag.only_as) != values.end();
}

/// The flag with the value that matters, as messages name it.
std::string NameOf(const ReportFlag& flag) {
  return std::string(LongName(flag)) +
         (flag.only_as.empty() ? "" : " " + std::string(flag.only_as));
}

/// What makes the question the kind that it is, as messages name it.
std::string AskerOf(Kinds kind, const ReportFlags& typed) {
  if (!typed.view.empty() && kind != kSql) return "--view " + typed.view;
  for (const ReportFlag& flag : ReportFlagTable()) {
    if (flag.asks && (flag.kinds & kind) != 0 && IsGiven(flag, typed)) return NameOf(flag);
  }
  return "the session";
}

std::string NamesOf(Kinds kinds) {
  std::vector<std::string_view> names;
  for (const KindName& row : kKindNames) {
    if ((row.kind & kinds) != 0) names.push_back(row.asked_by);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Error DoesNotGoWith(std::string_view one, std::string_view other) {
  return {Fault::kBadInput,
          fmt::format("{} does not go with {}: leave one of them out", one, other)};
}

/// Errors: kBadInput.
Status CheckFlag(const ReportFlag& flag, Kinds kind, const ReportFlags& typed) {
  if ((flag.kinds & kind) == 0) {
    const std::string asker = AskerOf(kind, typed);
    if (flag.asks) {
      return Error{Fault::kBadInput,
                   fmt::format("{} and {} are two questions: ask one", NameOf(flag), asker)};
    }
    return Error{Fault::kBadInput, fmt::format("{} belongs to {}, not to {}", NameOf(flag),
                                               NamesOf(flag.kinds), asker)};
  }
  const bool of_state = IsStateView(typed.view);
  if (typed.follow && !flag.with_follow) return DoesNotGoWith(NameOf(flag), "--follow");
  if (typed.engine == kSparkEngine && !flag.with_spark)
    return DoesNotGoWith(NameOf(flag), "--engine spark");
  if (of_state && !flag.with_state) {
    return DoesNotGoWith(NameOf(flag),
                         fmt::format("--view {}, which is what all events made", typed.view));
  }
  return Done{};
}

/// `text` as one word of a POSIX shell, quoted only where needed.
std::string ShellWord(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:/@%+=";
  if (text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";  // ends the quotes, adds an escaped one, begins them again
    } else {
      word += c;
    }
  }
  return word + "'";
}

/// Declares one flag by the type of its target.
struct Declare {
  Flags& flags;
  ReportFlags& typed;
  const ReportFlag& flag;

  Flag operator()(bool ReportFlags::* target) const {
    return flags.Switch(flag.names, flag.help, &(typed.*target));
  }
  /// One of a few words, all of which --help shows.
  Flag operator()(std::string ReportFlags::* target) const {
    const auto words = flag.words();
    return flags.Choice(flag.names, "TEXT", flag.help, words, &(typed.*target))
        .ShownAs(fmt::format("{}", fmt::join(words, "|")));
  }
  Flag operator()(std::optional<size_t> ReportFlags::* target) const {
    return flags.Integer(flag.names, flag.help, &(typed.*target));
  }
  template <class Text>
  Flag operator()(Text ReportFlags::* target) const {
    return flags.Text(flag.names, flag.value, flag.help, &(typed.*target));
  }
};

}  // namespace

std::string_view LongName(const ReportFlag& flag) {
  const std::string_view names = flag.names.substr(flag.names.find("--"));
  return names.substr(0, names.find(','));
}

bool IsTyped(const ReportFlag& flag, const ReportFlags& typed) {
  return !ValuesOf(flag, typed).empty();
}

void DeclareReportFlags(Flags& flags, ReportFlags& typed) {
  // Those that set keys stand with the flags that they belong to.
  flags.Text("NAME", "", "A report of the configuration (reports), which the flags below change",
             &typed.name);
  flags.BeginGroup(ReportFlagTable().front().heading);
  flags.Key("--topic", "kafka.topic", "The topic to read");
  flags.Key("--tz", "report.time_zone", "The time zone of days, and of times that name none");
  for (const ReportFlag& flag : ReportFlagTable()) {
    flags.BeginGroup(flag.heading);
    std::visit(Declare{flags, typed, flag}, flag.target);
  }
  flags.Key("--spark-master", "spark.master", "The Spark that --engine spark submits to");
}

Kinds KindOf(const ReportFlags& flags) {
  if (flags.sql) return kSql;
  if (const auto view = report::EventViewNamed(flags.view)) {
    switch (*view) {
      case report::ViewKind::kFunnel:
        return kFunnel;
      case report::ViewKind::kRetention:
        return kRetention;
      case report::ViewKind::kSessions:
        return kPlaySessions;
      case report::ViewKind::kTop:
        return kTop;
      case report::ViewKind::kExperiment:
        return kExperiment;
      case report::ViewKind::kEconomy:
        return kEconomy;
    }
  }
  if (flags.schema) return kSchema;
  if (!flags.select.empty()) return kRows;
  if (!flags.group_by.empty() || !flags.aggregates.empty() || flags.bucket) return kGroups;
  // The rows of the other views are no session's messages.
  if (flags.view == kSalesView) return kGroups;
  return flags.view.empty() ? kSession : kRows;
}

Status CheckFlags(const ReportFlags& flags) {
  const Kinds kind = KindOf(flags);
  for (const ReportFlag& flag : ReportFlagTable()) {
    if (!IsGiven(flag, flags)) continue;
    if (auto checked = CheckFlag(flag, kind, flags); !checked) return checked;
  }
  if (flags.limit && flags.take) return DoesNotGoWith("--limit", "--take");
  if (flags.range && (flags.from || flags.to)) return DoesNotGoWith("--offset", "--from and --to");
  if ((flags.since || flags.until) && (flags.range || flags.from || flags.to)) {
    return DoesNotGoWith("--since and --until", flags.range ? "--offset" : "--from and --to");
  }
  if (flags.title && flags.format != kPageFormat) {
    return Error{Fault::kBadInput, "--title is what a page is called: add --format html"};
  }
  if (flags.csv_safe && flags.format != kCsvFormat) {
    return Error{Fault::kBadInput, "--csv-safe is about spreadsheets: add --format csv"};
  }
  if (!flags.chart.empty() && flags.format != kPageFormat && flags.format != kTableFormat) {
    return Error{Fault::kBadInput,
                 fmt::format("--chart draws on a page or below a table, not in {}: take --format "
                             "html or table",
                             flags.format)};
  }
  if (!flags.chart.empty() && flags.take) return DoesNotGoWith("--chart", "--take");
  const bool is_overview = flags.format == kPageFormat || flags.format == kDocumentFormat;
  if (kind == kSession && flags.bucket_by && (flags.follow || !is_overview)) {
    return Error{
        Fault::kBadInput,
        "--bucket-by names the time of a grouping, a view or an overview: add --bucket 1h, "
        "or --format html"};
  }
  if (flags.print_plan && flags.engine != kSparkEngine) {
    return Error{Fault::kBadInput, "--print-plan shows what Spark is given: add --engine spark"};
  }
  return Done{};
}

std::string ShownFlags(const ReportFlags& flags) {
  std::string shown = "gamevents report";
  for (const ReportFlag& flag : ReportFlagTable()) {
    if (!flag.is_shown) continue;
    for (const std::string& value : ValuesOf(flag, flags)) {
      shown.append(" ").append(LongName(flag));
      if (!value.empty()) shown.append(" ").append(ShellWord(value));
    }
  }
  return shown;
}

}  // namespace gamevents::cmd
