#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/missing_names.h"
#include "cmd/progress_line.h"
#include "cmd/report/flags.h"
#include "cmd/report/named.h"
#include "cmd/report/question.h"
#include "cmd/report/source.h"
#include "cmd/report/spark.h"
#include "cmd/report/tables.h"
#include "cmd/terminal_size.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/kafka/admin.h"
#include "core/report/answer/answer.h"
#include "core/report/answer/follow.h"
#include "core/report/ask/row_watch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace gamevents::cmd {
namespace {

/// What one of the things is called that the question is about.
std::string_view NounOf(const ReportFlags& flags) {
  const auto view = report::EventViewNamed(flags.view);
  if (view == report::ViewKind::kEconomy) return "changes";
  if (flags.view.empty() || view) return "events";
  return flags.view == kSalesView ? "sales" : "rows";
}

/// A name that nothing has is mostly a slip of the fingers, which the answer does not show.
void PrintMissing(const ReportFlags& flags, const report::ScanSummary& summary) {
  for (const report::MissingName& missing : summary.missing) {
    Note(NoteLevel::kWarning, DescribeMissing(missing, summary.totals.events, NounOf(flags)));
  }
}

/// Whether the flags say which records are asked.
bool HasRange(const ReportFlags& flags) {
  return flags.since || flags.until || flags.range || flags.from || flags.to;
}

/// What a query's answer does not say itself, as the session does: values that were left out; and
/// why an answer of nothing is one.
void PrintNotes(const ReportFlags& flags, const report::Question& question,
                const report::ScanSummary& summary) {
  if (summary.totals.records == 0 && HasRange(flags) && !flags.follow) {
    Note(NoteLevel::kInfo,
         "the topic has no record in that range; gamevents topics says from "
         "when to when it has some");
  }
  for (const std::string& note : summary.notes) Note(NoteLevel::kInfo, note);
  if (std::holds_alternative<report::SessionQuestion>(question.asked) ||
      summary.not_objects.count() == 0)
    return;
  std::string note = report::Describe(summary.not_objects);
  note.pop_back();  // the logger ends the line
  Note(NoteLevel::kInfo, note);
}

/// The width of the terminal that stdout is; 0: it is none.
size_t TerminalColumns() { return ::isatty(STDOUT_FILENO) == 1 ? TerminalSize().columns : 0; }

/// Whether the environment says that texts are UTF-8, by the rules of setlocale(3).
bool IsUtf8Locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string locale(value);
    std::ranges::transform(locale, locale.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

/// Answers once, or for as long as events arrive. Errors: as report::Answer and report::Follow.
Result<report::ScanSummary> AnswerOrFollow(const ReportFlags& flags,
                                           const report::Question& question, const Origin& origin,
                                           ProgressLine& line, const report::Write& write) {
  if (flags.engine == kSparkEngine) {
    return AnswerBySpark(flags, question, origin.Reader(), origin.settings, write);
  }
  if (!flags.follow) {
    auto source = OpenAsked(flags, origin);
    if (!source) return std::move(source).error();
    const auto open_topic = [&](const std::string& topic) {
      return OpenTopicRecords(flags.source, origin.Of(topic));
    };
    return report::Answer(
        question, *source, [&](const report::ScanTotals& totals) { line.Say(totals); }, write,
        TablesOf(flags.with, origin.settings, origin.client, open_topic));
  }
  kafka::ReaderOptions reader = origin.Reader();
  reader.follow = true;
  report::FollowOptions options;
  if (question.rendering.to_terminal) options.terminal_lines = [] { return TerminalSize().lines; };
  const auto open = [reader = std::move(reader)] { return kafka::Reader::Open(reader); };
  return report::Follow(question, report::FollowReaders(open), options, write);
}

/// Says on stderr what --fail-if has found; whether that is a failure.
bool Fails(const report::RowWatch& watch, const std::string& condition) {
  if (const std::string never = watch.NeverAlike(); !never.empty()) {
    Note(NoteLevel::kWarning, fmt::format("--fail-if '{}': {}", condition, never));
  }
  if (watch.met() == 0) return false;
  const std::string rows = watch.met() == 1
                               ? "a row of the answer meets it"
                               : fmt::format("{} rows of the answer meet it, first", watch.met());
  Note(NoteLevel::kWarning, fmt::format("--fail-if '{}': {}: {}", condition, rows, watch.first()));
  return true;
}

Result<Exit> RunReport(const ReportFlags& typed, const Context& context) {
  auto used = WithNamed(context.config.settings.reports, typed);
  if (!used) return FailUsage(used.error().context);
  const ReportFlags& flags = *used;
  const auto zone = TimeZone::Find(context.config.settings.report.time_zone);
  if (!zone) return Error(zone.error());
  auto question = ParseQuestion(flags, *zone, ::isatty(STDOUT_FILENO) == 1);
  if (!question) return FailUsage(question.error().context);
  question->memory = static_cast<size_t>(context.config.settings.report.memory);
  auto range = ParseRange(flags, *zone);
  if (!range) return FailUsage(range.error().context);

  const config::Settings& settings = context.config.settings;
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  question->rendering.page = {settings.kafka.topic, ShownFlags(flags), Clock::System().Now()};
  question->rendering.page.title = flags.title.value_or("");
  question->rendering.terminal = {.columns = TerminalColumns(),
                                  .is_ascii = !IsUtf8Locale(),
                                  .is_colored = UseColor(context.color, STDOUT_FILENO)};
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
  if (!summary) {
    return kafka::NameTopics(std::move(summary).error(), origin.client, settings.kafka.topic)
        .In("report");
  }
  PrintMissing(flags, *summary);
  PrintNotes(flags, *question, *summary);
  const std::shared_ptr<report::RowWatch>& watch = question->rendering.watch;
  const bool fails = watch != nullptr && Fails(*watch, *flags.fail_if);
  if (!summary->totals.partial) {
    return fails || (flags.strict && !summary->missing.empty()) ? Exit::kFailed : Exit::kOk;
  }
  const std::string left =
      summary->cut_off.empty()
          ? fmt::format("the answer is of the first {} records only", summary->totals.records)
          : summary->cut_off;
  Note(NoteLevel::kWarning, "interrupted: " + left);
  return Exit::kInterrupted;
}

}  // namespace

Run DeclareReport(Flags& flags) {
  auto typed = std::make_shared<ReportFlags>();
  DeclareReportFlags(flags, *typed);
  return [typed](const Context& context) { return RunReport(*typed, context); };
}

}  // namespace gamevents::cmd
