#include "cmd/report/question.h"

#include "cmd/moments.h"
#include "cmd/report/tables.h"
#include "cmd/state_view.h"
#include "cmd/terminal_size.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/units.h"
#include "core/event/filter.h"
#include "core/report/answer/answer.h"
#include "core/report/answer/follow.h"
#include "core/report/ask/field_list.h"
#include "core/report/ask/row_watch.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

/// A duration that is more than nothing. Errors: kBadInput.
Result<std::chrono::milliseconds> ParseSpan(std::string_view text) {
  auto span = ParseDuration(text);
  if (!span || span->count() > 0) return span;
  return Error{Fault::kBadInput, "a duration must be positive, e.g. 1m"};
}

/// Reads a step of time on the clocks of `zone`.
auto StepReader(const TimeZone& zone) {
  return [zone](std::string_view text) { return report::ParseTimeStep(text, zone); };
}

/// Reads `text`, where it was given, into `to` by `parse`. Errors: parse's, naming the flag.
template <class Parse, class To>
Status Read(const char* flag, const std::optional<std::string>& text, const Parse& parse, To& to) {
  if (!text) return Done{};
  auto parsed = parse(*text);
  if (!parsed) return std::move(parsed).error().In(flag);
  to = std::move(*parsed);
  return Done{};
}

/// Reads what a flag lists, which was given once or several times. Errors: parse's, naming it.
template <class Parse, class Item>
Status ReadLists(const char* flag, const std::vector<std::string>& lists, const Parse& parse,
                 std::vector<Item>& to) {
  for (const std::string& list : lists) {
    auto parsed = parse(list);
    if (!parsed) return std::move(parsed).error().In(flag);
    to.insert(to.end(), parsed->begin(), parsed->end());
  }
  return Done{};
}

Result<report::Asked> ParseRows(const ReportFlags& flags) {
  report::RowsQuestion rows;
  // A view of the state shows its rows as they are.
  rows.all = flags.select.empty() || flags.select == std::vector<std::string>{"*"};
  if (auto read = ReadLists("--exclude", flags.exclude, report::ParseFieldList, rows.excluded);
      !read)
    return std::move(read).error();
  if (!rows.all && !rows.excluded.empty()) {
    return Error{
        Fault::kBadInput,
        "--exclude belongs to --select '*': of named fields leave out what you do not want"};
  }
  if (const auto deep = std::ranges::find_if(
          rows.excluded, [](const event::FieldPath& path) { return path.size() != 1; });
      deep != rows.excluded.end()) {
    return Error{Fault::kBadInput, "--exclude: " + report::FieldName(*deep) +
                                       " is within a field: '*' has whole ones"};
  }
  if (rows.all) return report::Asked(std::move(rows));
  auto read = ReadLists("--select", flags.select, report::ParseFieldList, rows.fields);
  if (!read) return std::move(read).error();
  return report::Asked(std::move(rows));
}

/// What is sold, where no flag says otherwise: by day, kind and item, with the sums.
void AskSales(report::GroupsQuestion& groups, const TimeZone& zone) {
  if (groups.by.empty() && groups.aggregates.empty() && !groups.bucket) {
    groups.bucket = report::Days(zone);
    groups.by = {{"kind"}, {"item"}};
  }
  if (!groups.aggregates.empty()) return;
  groups.aggregates = report::ParseAggregates("count,sum(quantity),sum(revenue)").value();
  // A picture is of the money, and days are cut by what was sold.
  groups.drawn = 2;
  groups.by_parts = groups.bucket && !groups.by.empty();
}

Result<report::Asked> ParseGroups(const ReportFlags& flags, const TimeZone& zone) {
  report::GroupsQuestion groups;
  if (auto read = ReadLists("--group-by", flags.group_by, report::ParseFieldList, groups.by); !read)
    return std::move(read).error();
  if (auto read = ReadLists("--agg", flags.aggregates, report::ParseAggregates, groups.aggregates);
      !read)
    return std::move(read).error();
  if (auto read = Read("--bucket", flags.bucket, StepReader(zone), groups.bucket); !read)
    return std::move(read).error();
  if (groups.bucket && flags.engine == kSparkEngine && !report::FixedLength(*groups.bucket)) {
    return Error{
        Fault::kBadInput,
        "--engine spark has no steps of weeks or months, and none of a time zone's clocks: "
        "take --engine local, or --bucket 1d and --tz UTC"};
  }
  if (auto read = Read("--bucket-by", flags.bucket_by, event::ParseFieldPath, groups.bucket_by);
      !read)
    return std::move(read).error();
  if (flags.view == kSalesView) AskSales(groups, zone);
  return report::Asked(std::move(groups));
}

Result<report::Asked> ParseView(const ReportFlags& flags, const TimeZone& zone) {
  report::ViewQuestion view;
  view.day = report::Days(zone);
  view.kind = report::EventViewNamed(flags.view).value();
  if (view.kind == report::ViewKind::kTop) view.top = flags.limit;
  for (const Status& read :
       {Read("--steps", flags.steps, report::ParseFunnelSteps, view.steps),
        Read("--user", flags.user, event::ParseFieldPath, view.fields.user),
        // What the others have for a grouping by time, a view has for itself.
        Read("--bucket-by", flags.bucket_by, event::ParseFieldPath, view.fields.time),
        Read("--bucket", flags.bucket, StepReader(zone), view.day),
        Read("--window", flags.window, ParseSpan, view.window),
        Read("--variant", flags.variant, event::ParseFieldPath, view.experiment.variant),
        Read("--ratio", flags.ratio, report::ParseVariantShares, view.experiment.ratio),
        Read("--gap", flags.gap, ParseSpan, view.gap)}) {
    if (!read) return Error(read.error());
  }
  if (auto read = ReadLists("--group-by", flags.group_by, report::ParseFieldList, view.by); !read)
    return std::move(read).error();
  view.experiment.control = flags.control;
  if (view.kind == report::ViewKind::kExperiment && view.steps.size() < 2) {
    return Error{Fault::kBadInput,
                 "--view experiment needs --steps, the exposure and the goal, for example "
                 "experiment_exposure,checkout: event types, or conditions as in docs/filter.md"};
  }
  if (view.kind == report::ViewKind::kRetention && !report::AreDays(view.day)) {
    return Error{Fault::kBadInput,
                 fmt::format("--view retention counts users by whole days, not by {}: take "
                             "--bucket 1d, 1w or 1mo",
                             *flags.bucket)};
  }
  if (view.kind == report::ViewKind::kFunnel && view.steps.empty()) {
    return Error{Fault::kBadInput,
                 "--view funnel needs --steps, for example add_to_cart,checkout: event types, or "
                 "conditions as in docs/filter.md"};
  }
  return report::Asked(std::move(view));
}

/// The statement itself, or what the file or standard input has that it names. Errors: kBadInput.
Result<std::string> ReadStatement(const std::string& text) {
  if (text != "-" && !text.starts_with('@')) return text;
  const std::string path = text == "-" ? "/dev/stdin" : text.substr(1);
  auto read = ReadFile(path, report::kStatementBytesMax);
  if (read) return read;
  return Error{Fault::kBadInput, std::move(read).error().In("--sql " + text).context};
}

Result<report::Asked> ParseSql(const ReportFlags& flags, const TimeZone& zone) {
  if (auto checked = CheckFiles(flags.with); !checked) return std::move(checked).error();
  auto statement = ReadStatement(*flags.sql);
  if (!statement) return std::move(statement).error();
  return report::Asked(report::SqlQuestion{std::move(*statement), zone,
                                           kafka::MomentTexts(Clock::System().Now(), zone)});
}

Result<report::Asked> ParseAsked(const ReportFlags& flags, const TimeZone& zone) {
  switch (KindOf(flags)) {
    case kSession: {
      report::SessionQuestion session;
      auto read = Read("--bucket-by", flags.bucket_by, event::ParseFieldPath, session.time);
      if (!read) return std::move(read).error();
      return report::Asked(std::move(session));
    }
    case kRows:
      return ParseRows(flags);
    case kGroups:
      return ParseGroups(flags, zone);
    case kSchema:
      return report::Asked(report::SchemaQuestion{.profile = flags.profile});
    case kSql:
      return ParseSql(flags, zone);
    default:
      return ParseView(flags, zone);
  }
}

/// What the rows are that are asked of: "Carts" of the view carts.
std::string SubjectOf(std::string_view view) {
  if (view == kSalesView) return "Sales";
  if (!IsStateView(view)) return "Events";
  return static_cast<char>(view.front() - 'a' + 'A') + std::string(view.substr(1));
}

/// Has the rows of the answer looked at, all of them unless a limit was asked for. Errors:
/// kBadInput.
Status WatchRows(const ReportFlags& flags, const ReadMoment& moments, report::Question& question) {
  if (!flags.fail_if) return Done{};
  auto condition = event::Filter::Parse(*flags.fail_if, moments);
  if (!condition) return std::move(condition).error().In("--fail-if");
  question.rendering.watch = std::make_shared<report::RowWatch>(std::move(*condition));
  const bool is_top = KindOf(flags) == kTop;  // whose limit is that of each list
  if (!question.limit && !is_top) {
    question.limit = report::TraitsOf(question.rendering.format).rows_max;
  }
  return Done{};
}

/// `range`, where it goes with --follow. Errors: kBadInput.
Result<kafka::PositionRange> CheckEnd(const ReportFlags& flags, const kafka::PositionRange& range) {
  if (!flags.follow || range.to.kind == kafka::Position::Kind::kEnd) return range;
  return Error{Fault::kBadInput,
               "--follow has no end: leave the one of --offset, --to or --until out"};
}

}  // namespace

Result<report::Question> ParseQuestion(const ReportFlags& flags, const TimeZone& zone,
                                       bool to_terminal) {
  if (auto checked = CheckFlags(flags); !checked) return std::move(checked).error();
  report::Question question;
  auto asked = ParseAsked(flags, zone);
  if (!asked) return std::move(asked).error();
  question.asked = std::move(*asked);
  const ReadMoment moments = kafka::MomentTexts(Clock::System().Now(), zone);
  const auto parse = [&](std::string_view text) { return event::Filter::Parse(text, moments); };
  if (auto read = Read("--where", flags.where, parse, question.where); !read)
    return std::move(read).error();
  if (auto read = ReadLists("--order-by", flags.order_by, report::ParseOrder, question.order_by);
      !read)
    return std::move(read).error();
  question.limit = flags.take ? flags.take : flags.limit;
  question.take = flags.take.has_value();
  question.rendering.truncate = flags.truncate.value_or(report::kTruncate);
  question.rendering.format = report::FormatNamed(flags.format).value_or(report::Format::kTable);
  question.rendering.to_terminal = to_terminal;
  // Spark's answers look as Spark prints them, and so does what is cut as it was asked for.
  if (question.rendering.to_terminal && !flags.truncate && flags.engine != kSparkEngine) {
    question.rendering.terminal_width = TerminalSize().columns;
  }
  if (flags.sql) question.rendering.see_all += ", SELECT those that it names";
  if (!flags.select.empty()) question.rendering.see_all += ", --select those that it names";
  question.rendering.csv_safe = flags.csv_safe;
  question.rendering.subject = SubjectOf(flags.view);
  if (auto read = WatchRows(flags, moments, question); !read) return std::move(read).error();
  const bool is_page = question.rendering.format == report::Format::kHtml;
  question.rendering.chart.kind =
      report::ChartNamed(flags.chart)
          .value_or(is_page ? report::ChartKind::kAuto : report::ChartKind::kNone);
  if (flags.follow) {
    if (auto checked = report::CheckFollow(question); !checked)
      return std::move(checked).error().In("--follow");
    return question;
  }
  if (auto checked = report::Check(question); !checked) return std::move(checked).error();
  return question;
}

Status CheckNamed(const ReportFlags& flags, const TimeZone& zone) {
  ReportFlags page = flags;
  page.format = "html";  // which has a place for everything
  if (KindOf(page) == kSession) {
    return Error{Fault::kBadInput,
                 "it asks nothing: give it sql, view, select, group_by, agg or bucket"};
  }
  if (const auto question = ParseQuestion(page, zone, false); !question)
    return Error(question.error());
  if (const auto range = ParseRange(page, zone); !range) return Error(range.error());
  return Done{};
}

Result<kafka::PositionRange> ParseRange(const ReportFlags& flags, const TimeZone& zone) {
  if (flags.since || flags.until) {
    auto moments = MomentsOf(flags.since, flags.until, zone);
    return moments ? CheckEnd(flags, *moments) : std::move(moments);
  }
  const bool parts = flags.from || flags.to;
  const std::string text =
      parts ? flags.from.value_or("") + ":" + flags.to.value_or("") : flags.range.value_or("");
  if (text.empty()) return kafka::PositionRange{};
  auto range = kafka::ParsePositionRange(text, Clock::System().Now(), zone);
  if (!range) return std::move(range).error().In(parts ? "--from, --to" : "--offset");
  return CheckEnd(flags, *range);
}

}  // namespace gamevents::cmd
