#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/missing_names.h"
#include "cmd/report/flags.h"
#include "cmd/report/question.h"
#include "cmd/report/spark.h"
#include "cmd/report/tables.h"
#include "cmd/state_view.h"
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/config/keys.h"
#include "core/kafka/admin.h"
#include "core/report/answer/answer.h"
#include "core/report/answer/follow.h"
#include "core/report/scan/sales_source.h"
#include "core/report/scan/segment_source.h"
#include "core/report/scan/topic_source.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace gamevents::cmd {
namespace {

using Steady = std::chrono::steady_clock;

/// A scan shorter than this needs no progress.
constexpr std::chrono::seconds kProgressAfter{1};
constexpr std::chrono::milliseconds kProgressEvery{500};

/// What a long scan says on a terminal: one line that is written over and taken away at the end.
class ProgressLine {
 public:
  ProgressLine()
      : shown_(::isatty(STDERR_FILENO) == 1 && IsNoted(NoteLevel::kInfo)),
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
    const std::string pass = totals.pass > 0 ? fmt::format("pass {}: ", totals.pass) : "";
    fmt::print(stderr, "\r% {}read {} records, {} of them events", pass, totals.records,
               totals.events);
    if (totals.pass <= 1) {  // A later pass began at some time that nobody has noted.
      const double seconds = std::chrono::duration<double>(now - start_).count();
      fmt::print(stderr, ", {:.0f} a second", static_cast<double>(totals.records) / seconds);
    }
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

/// What one of the things is called that the question is about.
std::string_view NounOf(const ReportFlags& flags) {
  if (flags.view.empty() || report::EventViewNamed(flags.view)) return "events";
  return flags.view == kSalesView ? "sales" : "rows";
}

/// A name that nothing has is mostly a slip of the fingers, which the answer does not show.
void PrintMissing(const ReportFlags& flags, const report::ScanSummary& summary) {
  for (const report::MissingName& missing : summary.missing) {
    Note(NoteLevel::kWarning, DescribeMissing(missing, summary.totals.events, NounOf(flags)));
  }
}

/// What a query's answer does not say itself, as the session does: values that were left out.
void PrintNotes(const report::Question& question, const report::ScanSummary& summary) {
  for (const std::string& note : summary.notes) Note(NoteLevel::kInfo, note);
  if (std::holds_alternative<report::SessionQuestion>(question.asked) ||
      summary.not_objects.count() == 0)
    return;
  std::string note = report::Describe(summary.not_objects);
  note.pop_back();  // the logger ends the line
  Note(NoteLevel::kInfo, note);
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
  std::string topic;

  /// The same of another topic, all of it.
  Origin Of(const std::string& other) const { return {settings, client, {}, other}; }

  kafka::ReaderOptions Reader() const {
    kafka::ReaderOptions reader;
    reader.client = client;
    reader.topic = topic;
    reader.range = range;
    reader.headers = false;  // no question is about them
    return reader;
  }
};

/// Where the records come from. A broker is asked for the range in any case: of the embedded log
/// it alone knows what has been acknowledged. Errors: kBadInput for a source that is not here.
Result<report::OpenSource> OpenRecords(const ReportFlags& flags, const Origin& origin) {
  const bool here = origin.settings.kafka.brokers == config::kEmbedded;
  if (flags.source == kSegmentSource && !here) {
    return Error{Fault::kBadInput,
                 "--source segments: kafka.brokers names a cluster, whose files are elsewhere"};
  }
  if (flags.source == "kafka" || !here) return report::FromTopic(origin.Reader());
  auto data_dir = PathOf("embedded.data_dir", origin.settings.embedded.data_dir);
  if (!data_dir) return std::move(data_dir).error();
  auto ranges = kafka::Reader::Find(origin.Reader());
  if (!ranges) return std::move(ranges).error();
  return report::FromSegments(
      {.data_dir = std::move(*data_dir), .topic = origin.topic, .ranges = std::move(*ranges)});
}

/// What the question is asked of: the topic's events, or a view of the state. Errors: of either.
Result<report::OpenSource> OpenAsked(const ReportFlags& flags, const Origin& origin) {
  if (flags.view == kSalesView) {
    auto events = OpenRecords(flags, origin);
    if (!events) return events;
    return report::SalesOf(std::move(*events), static_cast<size_t>(origin.settings.report.memory));
  }
  if (flags.view.empty() || report::EventViewNamed(flags.view)) return OpenRecords(flags, origin);
  const auto replica = CurrentState(origin.settings, origin.client);
  if (!replica) return Error(replica.error());
  return RowsOf(flags.view, (*replica)->state);
}

/// Opens another topic's records, all of them. Errors: kNotFound with those that there are.
Result<report::OpenSource> OpenTopicRecords(const ReportFlags& flags, const Origin& origin) {
  const auto found = kafka::Reader::Find(origin.Reader());
  if (!found) return kafka::NameTopics(found.error(), origin.client, origin.topic);
  return OpenRecords(flags, origin);
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
      return OpenTopicRecords(flags, origin.Of(topic));
    };
    return report::Answer(
        question, *source, [&](const report::ScanTotals& totals) { line.Say(totals); }, write,
        TablesOf(flags.with, origin.settings, origin.client, open_topic));
  }
  kafka::ReaderOptions reader = origin.Reader();
  reader.follow = true;
  report::FollowOptions options;
  if (question.rendering.to_terminal) options.terminal_lines = TerminalLines;
  const auto open = [reader = std::move(reader)] { return kafka::Reader::Open(reader); };
  return report::Follow(question, report::FollowReaders(open), options, write);
}

Result<Exit> RunReport(const ReportFlags& flags, const Context& context) {
  const auto zone = TimeZone::Find(context.config.settings.report.time_zone);
  if (!zone) return Error(zone.error());
  auto question = ParseQuestion(flags, *zone);
  if (!question) return FailUsage(question.error().context);
  question->memory = static_cast<size_t>(context.config.settings.report.memory);
  auto range = ParseRange(flags, *zone);
  if (!range) return FailUsage(range.error().context);

  const config::Settings& settings = context.config.settings;
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  question->rendering.page = {settings.kafka.topic, ShownFlags(flags), Clock::System().Now()};
  question->rendering.page.title = flags.title.value_or("");
  const Origin origin{settings, cluster->client(), *range, settings.kafka.topic};
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
  PrintNotes(*question, *summary);
  if (!summary->totals.partial) {
    return flags.strict && !summary->missing.empty() ? Exit::kFailed : Exit::kOk;
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
