#include "core/report/report.h"

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/state_view.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/units.h"
#include "core/config/keys.h"
#include "core/event/filter.h"
#include "core/report/aggregate.h"
#include "core/report/field_list.h"
#include "core/report/follow.h"
#include "core/report/segment_source.h"
#include "core/report/topic_source.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::cmd {
namespace {

using Steady = std::chrono::steady_clock;

/// A scan shorter than this needs no progress.
constexpr std::chrono::seconds kProgressAfter{1};
constexpr std::chrono::milliseconds kProgressEvery{500};

/// The flags as they were typed.
struct Flags {
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
  std::string source = "auto";
  size_t truncate = report::kTruncate;
  std::string format = "table";
  std::string range;
  std::string from;
  std::string to;
  bool follow = false;
  std::string view;
};

/// What a long scan says on a terminal: one line that is written over and taken away at the end.
class ProgressLine {
 public:
  ProgressLine()
      : shown_(::isatty(STDERR_FILENO) == 1 && spdlog::should_log(spdlog::level::info)),
        start_(Steady::now()),
        next_(start_ + kProgressAfter) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine() { Clear(); }

  void Say(const report::ScanTotals& totals) {
    const auto now = Steady::now();
    if (!shown_ || now < next_) return;
    next_ = now + kProgressEvery;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double rate = static_cast<double>(totals.records) / seconds;
    fmt::print(stderr, "\r% read {} records, {} of them events, {:.0f} a second", totals.records,
               totals.events, rate);
    if (totals.expected > 0) {
      const double share =
          static_cast<double>(totals.records) / static_cast<double>(totals.expected);
      fmt::print(stderr, ", {:.0f} %", std::min(100.0, 100 * share));
    }
    fmt::print(stderr, "\x1B[K");
    std::fflush(stderr);
  }

  void Clear() {
    if (drawn_) fmt::print(stderr, "\r\x1B[K");
    drawn_ = false;
  }

 private:
  bool shown_;
  bool drawn_ = false;
  Steady::time_point start_;
  Steady::time_point next_;
};

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const report::FormatTraits& format : report::Formats()) names.emplace_back(format.name);
  return names;
}

void DeclareFlags(CLI::App& app, Flags& flags) {
  app.add_option("--where", flags.where, "Only events that meet the condition (docs/filter.md)")
      ->type_name("FILTER");
  // One value a flag: what follows the next space is not taken for another field.
  app.add_option("--group-by", flags.group_by, "Count events by these fields; no session")
      ->type_name("FIELD,...")
      ->allow_extra_args(false);
  app.add_option("--select", flags.select, "These fields of each event, or '*'; no session")
      ->type_name("FIELD,...")
      ->allow_extra_args(false);
  app.add_option("--agg", flags.aggregates,
                 "Of each group, or of all: count, sum(F), avg(F), min, max, distinct, p1 to p99")
      ->type_name("AGGREGATE,...")
      ->allow_extra_args(false);
  auto* bucket =
      app.add_option("--bucket", flags.bucket, "Group by time, too, in steps of this: 1m, 1h, 1d")
          ->type_name("DURATION");
  app.add_option("--bucket-by", flags.bucket_by,
                 "The field that holds the time; the record's timestamp unless told")
      ->type_name("FIELD")
      ->needs(bucket);
  app.add_option("--order-by", flags.order_by, "Sort by these columns")
      ->type_name("COLUMN[:asc|desc],...")
      ->allow_extra_args(false);
  auto* limit = app.add_option("--limit", flags.limit,
                               "At most so many rows (a table has 20 unless told, the others all)")
                    ->type_name("N");
  app.add_option("--take", flags.take, "The first N rows as pyspark's take(N) prints them")
      ->type_name("N")
      ->excludes(limit);
  app.add_flag("--schema", flags.schema, "The events' fields with their types; no session");
  app.add_option(
         "--source", flags.source,
         "Read through Kafka, or the embedded log's files; auto: the files if they are here")
      ->check(CLI::IsMember({"auto", "kafka", "segments"}))
      ->option_text("auto|kafka|segments");
  app.add_option("--truncate", flags.truncate,
                 "Cut a table's cells to N characters, 20 unless told; 0: show all")
      ->type_name("N");
  app.add_option("--format", flags.format, "How the answer is written; a table unless told")
      ->check(CLI::IsMember(FormatNames()))
      ->option_text(fmt::format("{}", fmt::join(FormatNames(), "|")));
  auto* view =
      app.add_option("--view", flags.view, "Ask not of the events but of what users have by them")
          ->check(CLI::IsMember(std::vector<std::string>(kStateViews.begin(), kStateViews.end())))
          ->option_text("inventory|carts|guilds");
  app.add_flag("-f,--follow", flags.follow,
               "Go on as events arrive: draw counts anew, or write rows as they come")
      ->excludes(view);
  auto* range =
      app.add_option("-o,--offset", flags.range, "Which records: N, -N, @TIME, or FROM:TO of these")
          ->type_name("RANGE")
          ->excludes(view);
  app.add_option("--from", flags.from, "From here on: N, -N or @TIME")
      ->type_name("POSITION")
      ->excludes(range)
      ->excludes(view);
  app.add_option("--to", flags.to, "Up to, not including, here")
      ->type_name("POSITION")
      ->excludes(range)
      ->excludes(view);
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
Status ParseGroups(const Flags& flags, report::Question& question) {
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
    auto width = ParseDuration(*flags.bucket);
    if (!width) return std::move(width).error().In("--bucket");
    if (width->count() == 0) return Error{Fault::kBadInput, "--bucket: 0 is no step: try 1m"};
    question.bucket = *width;
  }
  if (flags.bucket_by) {
    auto field = event::ParseFieldPath(*flags.bucket_by);
    if (!field) return std::move(field).error().In("--bucket-by");
    question.bucket_by = std::move(*field);
  }
  return Done{};
}

/// Errors: kBadInput, naming the flag.
Result<report::Question> ParseQuestion(const Flags& flags) {
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
  // A view's rows are no session's messages: they are shown as they are.
  if (!flags.view.empty() && report::IsSession(question)) question.select_all = true;
  question.truncate = flags.truncate;
  question.format = report::FormatNamed(flags.format).value_or(report::Format::kTable);
  question.to_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (auto checked = report::Check(question); !checked) return std::move(checked).error();
  return question;
}

/// Errors: kBadInput, naming the flag.
Result<kafka::PositionRange> ParseRange(const Flags& flags) {
  const bool parts = !flags.from.empty() || !flags.to.empty();
  const std::string text = parts ? flags.from + ":" + flags.to : flags.range;
  if (text.empty()) return kafka::PositionRange{};
  auto range = kafka::ParsePositionRange(text, Clock::System().Now());
  if (!range) return std::move(range).error().In(parts ? "--from, --to" : "--offset");
  return range;
}

/// The flags that shape the answer, as they were typed: what a page says that it shows.
std::string Asked(const Flags& flags) {
  std::string asked = "gamevents report";
  const auto add = [&](std::string_view flag, std::string_view value) {
    const bool quote = value.find_first_of(" \"*") != std::string_view::npos;
    const std::string_view quoted = quote ? "'" : "";
    if (value.empty()) return;
    asked.append(" ").append(flag).append(" ").append(quoted).append(value).append(quoted);
  };
  add("--where", flags.where.value_or(""));
  for (const std::string& fields : flags.select) add("--select", fields);
  for (const std::string& fields : flags.group_by) add("--group-by", fields);
  for (const std::string& aggregates : flags.aggregates) add("--agg", aggregates);
  add("--bucket", flags.bucket.value_or(""));
  add("--bucket-by", flags.bucket_by.value_or(""));
  for (const std::string& columns : flags.order_by) add("--order-by", columns);
  if (flags.schema) asked.append(" --schema");
  add("--view", flags.view);
  add("--limit", flags.limit ? std::to_string(*flags.limit) : "");
  add("--offset", flags.range);
  add("--from", flags.from);
  add("--to", flags.to);
  return asked;
}

/// What a query's answer does not say itself, as the session does: values that were left out.
void PrintNotes(const report::Question& question, const report::Summary& summary) {
  for (const std::string& note : summary.notes) spdlog::info("{}", note);
  if (report::IsSession(question) || summary.not_objects.count() == 0) return;
  std::string note = report::Describe(summary.not_objects);
  note.pop_back();  // the logger ends the line
  spdlog::info("{}", note);
}

/// The height of the terminal that stdout is.
size_t TerminalLines() {
  constexpr size_t kUnknown = 24;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return kUnknown;
  return size.ws_row;
}

/// Where events are read from.
struct Origin {
  const config::Settings& settings;
  kafka::ClientOptions client;
  kafka::PositionRange range;

  kafka::ReaderOptions Reader() const {
    kafka::ReaderOptions reader;
    reader.client = client;
    reader.topic = settings.kafka.topic;
    reader.range = range;
    return reader;
  }
};

/// Where the records come from. A broker is asked for the range in any case: of the embedded log
/// it alone knows what has been acknowledged. Errors: kBadInput for a source that is not here.
Result<report::OpenSource> OpenRecords(const Flags& flags, const Origin& origin) {
  const bool here = origin.settings.kafka.brokers == config::kEmbedded;
  if (flags.source == "segments" && !here) {
    return Error{Fault::kBadInput,
                 "--source segments: kafka.brokers names a cluster, whose files are elsewhere"};
  }
  if (flags.source == "kafka" || !here) return report::FromTopic(origin.Reader());
  const auto embedded = EmbeddedOptionsOf(origin.settings, ListenMode::kEphemeral);
  if (!embedded) return Error(embedded.error());
  const auto reader = kafka::Reader::Open(origin.Reader());
  if (!reader) return Error(reader.error());
  const auto ranges = (*reader)->ranges();
  return report::FromSegments({.data_dir = embedded->log.directory,
                               .topic = origin.settings.kafka.topic,
                               .ranges = {ranges.begin(), ranges.end()}});
}

/// What the question is asked of: the topic's events, or a view of the state. Errors: of either.
Result<report::OpenSource> OpenAsked(const Flags& flags, const Origin& origin) {
  if (flags.view.empty()) return OpenRecords(flags, origin);
  const auto replica = CurrentState(origin.settings, origin.client);
  if (!replica) return Error(replica.error());
  return RowsOf(flags.view, (*replica)->state);
}

/// Answers once, or for as long as events arrive. Errors: as report::Answer and report::Follow.
Result<report::Summary> AnswerOrFollow(const Flags& flags, const report::Question& question,
                                       const Origin& origin, ProgressLine& line,
                                       const report::Write& write) {
  if (!flags.follow) {
    auto source = OpenAsked(flags, origin);
    if (!source) return std::move(source).error();
    return report::Answer(
        question, *source, [&](const report::ScanTotals& totals) { line.Say(totals); }, write);
  }
  kafka::ReaderOptions reader = origin.Reader();
  reader.follow = true;
  report::FollowOptions options;
  if (question.to_terminal) options.terminal_lines = TerminalLines;
  const auto open = [reader = std::move(reader)] { return kafka::Reader::Open(reader); };
  return report::Follow(question, report::FollowReaders(open), options, write);
}

/// Errors: kBadInput, naming the flag.
Status CheckRange(const Flags& flags, const report::Question& question,
                  const kafka::PositionRange& range) {
  if (!flags.follow) return Done{};
  if (range.to.kind != kafka::Position::Kind::kEnd) {
    return Error{Fault::kBadInput, "--follow has no end: leave the one of --offset or --to out"};
  }
  if (flags.source == "segments") {
    return Error{Fault::kBadInput, "--follow hears of new events by Kafka: leave --source out"};
  }
  return report::CheckFollow(question);
}

Result<Exit> RunReport(const Flags& flags, const Context& context) {
  auto question = ParseQuestion(flags);
  if (!question) return FailUsage(question.error().context);
  question->memory = static_cast<size_t>(context.config.settings.report.memory);
  auto range = ParseRange(flags);
  if (!range) return FailUsage(range.error().context);
  if (auto checked = CheckRange(flags, *question, *range); !checked) {
    return FailUsage(checked.error().context);
  }

  const config::Settings& settings = context.config.settings;
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  question->page = {settings.kafka.topic, Asked(flags), Clock::System().Now()};
  const Origin origin{settings, cluster->client(), *range};
  ProgressLine line;
  bool reader_gone = false;
  auto summary =
      AnswerOrFollow(flags, *question, origin, line, [&](std::string_view text) -> Status {
        line.Clear();
        auto written = WriteAll(STDOUT_FILENO, text);
        if (written) return written;
        reader_gone = written.error().fault == Fault::kClosed;
        return std::move(written).error().In("stdout");
      });
  line.Clear();
  // A reader that goes away (`| head`) has had all that it wanted.
  if (reader_gone) return Exit::kOk;
  if (!summary) return std::move(summary).error().In("report");
  PrintNotes(*question, *summary);
  if (!summary->totals.partial) return Exit::kOk;
  spdlog::warn("interrupted: the answer is of the first {} records only", summary->totals.records);
  return Exit::kInterrupted;
}

}  // namespace

Run DeclareReport(CLI::App& app, std::vector<config::Override>& overrides) {
  auto flags = std::make_shared<Flags>();
  BindKey(app, "--topic", "kafka.topic", "The topic to read", overrides);
  DeclareFlags(app, *flags);
  return [flags](const Context& context) { return RunReport(*flags, context); };
}

}  // namespace gamevents::cmd
