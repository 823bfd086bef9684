#include "cmd/report_flags.h"

#include "cmd/state_view.h"
#include "core/base/clock.h"
#include "core/base/units.h"
#include "core/event/filter.h"
#include "core/report/aggregate.h"
#include "core/report/field_list.h"
#include "core/report/follow.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const report::FormatTraits& format : report::Formats()) names.emplace_back(format.name);
  return names;
}

/// A duration that is more than nothing. Errors: kBadInput, naming the flag.
Result<std::chrono::milliseconds> ParseSpan(const std::string& flag, const std::string& text) {
  auto span = ParseDuration(text);
  if (!span) return std::move(span).error().In(flag);
  if (span->count() == 0)
    return Error{Fault::kBadInput, flag + ": a duration must be positive, e.g. 1m"};
  return span;
}

/// The fields of a flag that was given once or several times. Errors: kBadInput.
Result<std::vector<event::FieldPath>> ParseFields(const std::string& flag,
                                                  const std::vector<std::string>& lists) {
  std::vector<event::FieldPath> fields;
  for (const std::string& list : lists) {
    auto parsed = report::ParseFieldList(list);
    if (!parsed) return std::move(parsed).error().In(flag);
    fields.insert(fields.end(), parsed->begin(), parsed->end());
  }
  return fields;
}

/// Reads the flags of a grouping and of an order into `question`. Errors: kBadInput.
Status ParseGroups(const ReportFlags& flags, report::Question& question) {
  auto group_by = ParseFields("--group-by", flags.group_by);
  if (!group_by) return std::move(group_by).error();
  question.group_by = std::move(*group_by);
  for (const std::string& list : flags.aggregates) {
    auto aggregates = report::ParseAggregates(list);
    if (!aggregates) return std::move(aggregates).error().In("--agg");
    question.aggregates.insert(question.aggregates.end(), aggregates->begin(), aggregates->end());
  }
  for (const std::string& list : flags.order_by) {
    auto order = report::ParseOrder(list);
    if (!order) return std::move(order).error().In("--order-by");
    question.order_by.insert(question.order_by.end(), order->begin(), order->end());
  }
  if (flags.bucket) {
    auto width = ParseSpan("--bucket", *flags.bucket);
    if (!width) return std::move(width).error();
    question.bucket = *width;
  }
  if (flags.bucket_by) {
    auto field = event::ParseFieldPath(*flags.bucket_by);
    if (!field) return std::move(field).error().In("--bucket-by");
    question.bucket_by = std::move(*field);
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

/// What belongs to no view but one. Errors: kBadInput, naming the flag.
Status CheckViewFlags(const ReportFlags& flags) {
  const auto kind = report::EventViewNamed(flags.view);
  const auto needs = [](const char* flag, const char* view) {
    return Error{Fault::kBadInput, fmt::format("{} belongs to --view {}", flag, view)};
  };
  if (flags.steps && kind != report::ViewKind::kFunnel) return needs("--steps", "funnel");
  if (flags.window && kind != report::ViewKind::kFunnel) return needs("--window", "funnel");
  if (flags.gap && kind != report::ViewKind::kSessions) return needs("--gap", "sessions");
  if (flags.user && !kind) return needs("--user", "funnel, retention, sessions and top");
  if (kind && flags.bucket && kind != report::ViewKind::kSessions) {
    return Error{Fault::kBadInput,
                 fmt::format("--bucket: a {} has none; sessions have", flags.view)};
  }
  const bool ranged = !flags.range.empty() || !flags.from.empty() || !flags.to.empty();
  if (std::ranges::find(kStateViews, flags.view) != kStateViews.end() && ranged) {
    return Error{Fault::kBadInput,
                 fmt::format("--view {} is what all events made: leave --offset, --from and --to "
                             "out",
                             flags.view)};
  }
  return Done{};
}

/// Turns `question` into one about a view of the events. Errors: kBadInput, naming the flag.
Status AskEventView(const ReportFlags& flags, report::ViewKind kind, report::Question& question) {
  report::ViewQuestion view;
  view.kind = kind;
  // What the others have for a grouping by time, a view has for itself.
  view.day = std::exchange(question.bucket, std::nullopt).value_or(view.day);
  view.fields.time = std::exchange(question.bucket_by, std::nullopt);
  if (kind == report::ViewKind::kTop) view.top = question.limit;
  if (flags.steps) {
    auto steps = report::ParseFunnelSteps(*flags.steps);
    if (!steps) return std::move(steps).error().In("--steps");
    view.steps = std::move(*steps);
  }
  if (flags.window) {
    auto window = ParseSpan("--window", *flags.window);
    if (!window) return std::move(window).error();
    view.window = *window;
  }
  if (flags.gap) {
    auto gap = ParseSpan("--gap", *flags.gap);
    if (!gap) return std::move(gap).error();
    view.gap = *gap;
  }
  if (flags.user) {
    auto user = event::ParseFieldPath(*flags.user);
    if (!user) return std::move(user).error().In("--user");
    view.fields.user = std::move(*user);
  }
  question.view = std::move(view);
  return Done{};
}

/// The question about sales when no flag changes it: by day, kind and item, with the sums.
void AskSales(report::Question& question) {
  constexpr std::chrono::milliseconds kDay{86'400'000};
  if (!question.select.empty() || question.select_all || question.schema) return;
  if (question.group_by.empty() && question.aggregates.empty() && !question.bucket) {
    question.bucket = kDay;
    question.group_by = {{"kind"}, {"item"}};
  }
  if (!question.aggregates.empty()) return;
  question.aggregates = report::ParseAggregates("count,sum(quantity),sum(revenue)").value();
}

/// Turns `question` into what --view asks, where that is given. Errors: kBadInput.
Status ParseView(const ReportFlags& flags, report::Question& question) {
  if (auto checked = CheckViewFlags(flags); !checked) return checked;
  if (flags.view.empty()) return Done{};
  if (const auto kind = report::EventViewNamed(flags.view)) {
    return AskEventView(flags, *kind, question);
  }
  if (flags.view == kSalesView) {
    AskSales(question);
  } else if (report::IsSession(question)) {
    question.select_all = true;  // its rows are no session's messages: they are shown as they are
  }
  return Done{};
}

std::vector<std::string> ViewNames() {
  std::vector<std::string> names(report::EventViewNames().begin(), report::EventViewNames().end());
  names.emplace_back(kSalesView);
  names.insert(names.end(), kStateViews.begin(), kStateViews.end());
  return names;
}

void DeclareViewFlags(Flags& flags, ReportFlags& typed) {
  flags.Text("--steps", "STEP,...", "A funnel's: event types or conditions, in their order",
             &typed.steps);
  flags.Text("--window", "DURATION", "A funnel's time from its first step on (default: 1d)",
             &typed.window);
  flags.Text("--gap", "DURATION", "A longer pause ends a session (default: 30m)", &typed.gap);
  flags.Text("--user", "FIELD", "The field that holds a view's user", &typed.user);
}

void DeclareQuestionFlags(Flags& flags, ReportFlags& typed) {
  flags.Text("--where", "FILTER", "Only events that meet the condition (docs/filter.md)",
             &typed.where);
  flags.Text("--group-by", "FIELD,...", "Count events by these fields; no session",
             &typed.group_by);
  flags.Text("--select", "FIELD,...", "These fields of each event, or '*'; no session",
             &typed.select);
  flags.Text("--agg", "AGGREGATE,...",
             "Of each group, or of all: count, sum(F), avg(F), min, max, distinct, p1 to p99",
             &typed.aggregates);
  flags.Text("--bucket", "DURATION", "Group by time, too, in steps of this: 1m, 1h, 1d",
             &typed.bucket);
  flags.Text("--bucket-by", "FIELD",
             "The field that holds the time (default: the record's timestamp)", &typed.bucket_by);
  flags.Text("--order-by", "COLUMN[:asc|desc],...", "Sort by these columns", &typed.order_by);
  const Flag limit = flags.Integer(
      "--limit", "At most N rows (default: 20 for a table, all for the others)", &typed.limit);
  flags.Integer("--take", "The first N rows as pyspark's take(N) prints them", &typed.take)
      .Excludes(limit);
}

void DeclareRangeFlags(Flags& flags, ReportFlags& typed) {
  const Flag range = flags.Text("-o,--offset", "RANGE",
                                "Which records: N, -N, @TIME, or FROM:TO of these", &typed.range);
  flags.Text("--from", "POSITION", "From here on: N, -N or @TIME", &typed.from).Excludes(range);
  flags.Text("--to", "POSITION", "Up to, not including, here", &typed.to).Excludes(range);
}

/// One of a few words, all of which --help shows.
Flag DeclareWords(Flags& flags, std::string_view name, std::string_view help,
                  const std::vector<std::string>& words, std::string* target) {
  return flags.Choice(name, "TEXT", help, words, target)
      .ShownAs(fmt::format("{}", fmt::join(words, "|")));
}

}  // namespace

void DeclareReportFlags(Flags& flags, ReportFlags& typed) {
  DeclareQuestionFlags(flags, typed);
  const Flag sql =
      flags.Text("--sql", "STATEMENT",
                 "One SELECT over the table events, a column a field (docs/report.md)", &typed.sql);
  flags.Switch("--schema", "The events' fields with their types; no session", &typed.schema);
  DeclareWords(flags, "--source",
               "Read through Kafka, or the embedded log's files; auto: the files if they are here",
               {"auto", "kafka", "segments"}, &typed.source);
  flags.Integer("--truncate", "Cut a table's cells to N characters (default: 20); 0: show all",
                &typed.truncate);
  DeclareWords(flags, "--format", "How the answer is written (default: table)", FormatNames(),
               &typed.format);
  DeclareWords(flags, "--engine", "Who works the answer out; spark submits a job to spark.master",
               {"local", std::string(kSparkEngine)}, &typed.engine);
  flags.Switch("--print-plan", "Print what the Spark job would be given, and run none",
               &typed.print_plan);
  const Flag view = DeclareWords(flags, "--view", "A question by its name: docs/report.md",
                                 ViewNames(), &typed.view)
                        .Excludes(sql);
  DeclareViewFlags(flags, typed);
  flags
      .Switch("-f,--follow", "Go on as events arrive: redraw counts, or write rows as they come",
              &typed.follow)
      .Excludes(view);
  DeclareRangeFlags(flags, typed);
}

Result<report::Question> ParseQuestion(const ReportFlags& flags) {
  report::Question question;
  if (flags.where) {
    auto where = event::Filter::Parse(*flags.where);
    if (!where) return std::move(where).error().In("--where");
    question.where = std::move(*where);
  }
  question.select_all = flags.select == std::vector<std::string>{"*"};
  if (!question.select_all) {
    auto select = ParseFields("--select", flags.select);
    if (!select) return std::move(select).error();
    question.select = std::move(*select);
  }
  if (auto groups = ParseGroups(flags, question); !groups) return std::move(groups).error();
  question.limit = flags.take ? flags.take : flags.limit;
  question.take = flags.take.has_value();
  question.schema = flags.schema;
  question.sql = flags.sql;
  if (auto view = ParseView(flags, question); !view) return std::move(view).error();
  question.truncate = flags.truncate;
  question.format = report::FormatNamed(flags.format).value_or(report::Format::kTable);
  question.to_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (auto checked = report::Check(question); !checked) return std::move(checked).error();
  return question;
}

Result<kafka::PositionRange> ParseRange(const ReportFlags& flags) {
  const bool parts = !flags.from.empty() || !flags.to.empty();
  const std::string text = parts ? flags.from + ":" + flags.to : flags.range;
  if (text.empty()) return kafka::PositionRange{};
  auto range = kafka::ParsePositionRange(text, Clock::System().Now());
  if (!range) return std::move(range).error().In(parts ? "--from, --to" : "--offset");
  return range;
}

Status CheckRange(const ReportFlags& flags, const report::Question& question,
                  const kafka::PositionRange& range) {
  if (!flags.follow) return Done{};
  if (range.to.kind != kafka::Position::Kind::kEnd) {
    return Error{Fault::kBadInput, "--follow has no end: leave the one of --offset or --to out"};
  }
  if (flags.source == "segments") {
    return Error{Fault::kBadInput, "--follow needs Kafka to follow new events: leave --source out"};
  }
  return report::CheckFollow(question);
}

std::string Asked(const ReportFlags& flags) {
  std::string asked = "gamevents report";
  const auto add = [&](std::string_view flag, std::string_view value) {
    if (value.empty()) return;
    asked.append(" ").append(flag).append(" ").append(ShellWord(value));
  };
  add("--where", flags.where.value_or(""));
  for (const std::string& fields : flags.select) add("--select", fields);
  for (const std::string& fields : flags.group_by) add("--group-by", fields);
  for (const std::string& aggregates : flags.aggregates) add("--agg", aggregates);
  add("--bucket", flags.bucket.value_or(""));
  add("--bucket-by", flags.bucket_by.value_or(""));
  for (const std::string& columns : flags.order_by) add("--order-by", columns);
  add("--sql", flags.sql.value_or(""));
  if (flags.schema) asked.append(" --schema");
  add("--view", flags.view);
  add("--steps", flags.steps.value_or(""));
  add("--window", flags.window.value_or(""));
  add("--gap", flags.gap.value_or(""));
  add("--user", flags.user.value_or(""));
  add("--limit", flags.limit ? std::to_string(*flags.limit) : "");
  add("--offset", flags.range);
  add("--from", flags.from);
  add("--to", flags.to);
  return asked;
}

}  // namespace gamevents::cmd
