#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/consume/parquet_records.h"
#include "cmd/consume/record_format.h"
#include "cmd/consume/verify.h"
#include "cmd/flags.h"
#include "cmd/missing_names.h"
#include "cmd/moments.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/base/time_zone.h"
#include "core/event/document.h"
#include "core/event/filter.h"
#include "core/kafka/admin.h"
#include "core/kafka/reader.h"
#include "core/report/ask/question.h"
#include "core/report/scan/asked_fields.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

namespace gamevents::cmd {
namespace {

using std::chrono::steady_clock;

// Output is written in pieces of about this size, so that a write call costs nothing.
constexpr size_t kOutputBytes = size_t{256} << 10;
// How long to wait for records before looking whether the process was told to stop.
constexpr std::chrono::milliseconds kConsumeWait{100};
// How often a group's offsets are committed while reading goes on.
constexpr std::chrono::seconds kCommitEvery{5};
// Records asked for at a time when there is no -n; the reader's own bound is lower.
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// The forms of a verdict.
constexpr char kTextForm[] = "text";
constexpr char kJsonForm[] = "json";

struct ConsumeOptions {
  bool from_beginning = false;
  std::optional<std::string> range;
  std::optional<std::string> since;
  std::optional<std::string> until;
  bool follow = false;
  std::optional<int64_t> max_messages;
  std::vector<int32_t> partitions;
  std::optional<std::string> group;
  std::optional<std::string> output;
  std::optional<std::string> where;
  bool strict = false;
  std::optional<std::string> verify;  // a ledger
};

// Everything that a run needs, read from the flags.
struct Plan {
  kafka::ReaderOptions reader;
  RecordFormat format;
  bool parquet = false;  // in place of the format
  std::optional<event::Filter> where;
  int64_t messages_max = kNoLimit;
  bool counts = false;  // whether "Processed …" is printed at the end
};

class Consumer {
 public:
  Consumer(const Plan& plan, kafka::Reader& reader)
      : plan_(plan),
        reader_(reader),
        at_once_(plan.reader.follow || ::isatty(STDOUT_FILENO) == 1),
        asked_(NamesIn(plan.where)) {
    if (!plan.parquet) return;
    parquet_.emplace(plan.reader.topic, [this](std::string_view piece) {
      output_.append(piece);
      return Flush();
    });
  }

  /// Reads to the end, to the limit, or until told to stop. Errors: the reader's; kClosed when
  /// stdout's reader has gone.
  Status Run();

  int64_t messages() const { return messages_; }
  /// Says of each name in the condition that no event had so; whether there is any.
  bool NoteMissing() const;
  /// Whether the one who read stdout has gone.
  bool reader_gone() const { return reader_gone_; }

 private:
  static report::NamedFields NamesIn(const std::optional<event::Filter>& where);
  bool Matches(const kafka::RecordView& record);
  Status Step();
  Status Print(std::span<const kafka::RecordView> records);
  Status Flush();
  Status Finish();
  Status ReportFinished();
  Status CommitIfDue();
  bool Wanted() const { return messages_ < plan_.messages_max; }

  const Plan& plan_;
  kafka::Reader& reader_;
  const bool at_once_;  // somebody is looking: nothing waits in the buffer for more
  report::RecordEvent event_;
  report::AskedFields asked_;
  int64_t events_ = 0;  // that the condition was held against
  std::string output_;
  std::optional<ParquetRecords> parquet_;
  bool reader_gone_ = false;
  int64_t messages_ = 0;
  size_t reported_ = 0;  // partitions whose end was told
  steady_clock::time_point committed_ = steady_clock::now();
};

Status Consumer::Run() {
  // Partitions with nothing to read have ended before the first record.
  if (auto reported = ReportFinished(); !reported) return reported;
  while (!reader_.Finished() && Wanted() && !StopSignal::Requested()) {
    if (auto stepped = Step(); !stepped) {
      // What was read before the error is an answer still.
      auto finished = Finish();
      return finished ? stepped : finished;
    }
  }
  if (auto finished = Finish(); !finished) return finished;
  return reader_.Commit();
}

Status Consumer::Step() {
  const int64_t left = plan_.messages_max - messages_;
  reader_.LimitBatch(static_cast<size_t>(std::min<int64_t>(left, kOutputBytes)));
  auto records = reader_.Next(kConsumeWait);
  if (!records) return std::move(records).error();
  if (auto printed = Print(*records); !printed) return printed;
  if (output_.size() >= kOutputBytes || records->empty() || at_once_) {
    if (auto flushed = Flush(); !flushed) return flushed;
  }
  if (auto reported = ReportFinished(); !reported) return reported;
  return CommitIfDue();
}

Status Consumer::Print(std::span<const kafka::RecordView> records) {
  for (const kafka::RecordView& record : records) {
    if (plan_.where && !Matches(record)) continue;
    if (parquet_) {
      if (auto added = parquet_->Add(record); !added) return added;
    } else {
      plan_.format.Append(output_, record);
    }
    ++messages_;
  }
  return Done{};
}

// What is no event (not a JSON object) meets no condition.
bool Consumer::Matches(const kafka::RecordView& record) {
  if (!event_.Read(record)) return false;
  ++events_;
  const bool matches = plan_.where->Matches(event_);
  INVARIANT(asked_.Take({record, &event_, matches}));
  return matches;
}

report::NamedFields Consumer::NamesIn(const std::optional<event::Filter>& where) {
  report::Question question;
  question.where = where;
  return report::NamesOf(question);
}

bool Consumer::NoteMissing() const {
  const auto missing = asked_.Finish();
  for (const report::MissingName& name : missing) {
    Note(NoteLevel::kWarning, DescribeMissing(name, events_, "events"));
  }
  return !missing.empty();
}

Status Consumer::Flush() {
  if (output_.empty()) return Done{};
  auto written = WriteAll(STDOUT_FILENO, output_);
  output_.clear();
  reader_gone_ = !written && written.error().fault == Fault::kClosed;
  if (!written) return std::move(written).error().In("stdout");
  return Done{};
}

// The last piece of the output.
Status Consumer::Finish() { return parquet_ ? parquet_->Finish() : Flush(); }

// As kcat -e prints it: a line a partition, and ": exiting" on the last.
Status Consumer::ReportFinished() {
  for (const kafka::PartitionRange& range : reader_.TakeFinished()) {
    if (plan_.reader.follow) continue;
    ++reported_;
    if (auto flushed = Flush(); !flushed) return flushed;
    const bool last = reported_ == reader_.ranges().size();
    PrintNotice("% Reached end of topic " + plan_.reader.topic + " [" +
                std::to_string(range.partition) + "] at offset " + std::to_string(range.end) +
                (last ? ": exiting" : ""));
  }
  return Done{};
}

// Only what has been written out is committed, so a crash repeats records and loses none. A Parquet
// file is one when it is whole: its records are committed at the end.
Status Consumer::CommitIfDue() {
  if (!plan_.reader.group || parquet_ || steady_clock::now() - committed_ < kCommitEvery)
    return Done{};
  if (auto flushed = Flush(); !flushed) return flushed;
  committed_ = steady_clock::now();
  return reader_.Commit();
}

// The range that `-o`, or `--since` and `--until`, name. Errors: kBadInput, naming the flag.
Result<kafka::PositionRange> AskedRange(const ConsumeOptions& options, const TimeZone& zone) {
  auto range = options.range
                   ? kafka::ParsePositionRange(*options.range, Clock::System().Now(), zone)
                   : MomentsOf(options.since, options.until, zone);
  if (!range && options.range) return std::move(range).error().In("--offset");
  if (!range) return range;
  if (options.follow && range->to.kind != kafka::Position::Kind::kEnd) {
    return Error{Fault::kBadInput,
                 std::string("--follow has no end, so ") +
                     (options.range ? "--offset cannot have one" : "there can be no --until")};
  }
  return range;
}

// Where to read from and whether to go on: `-o`, `--since` and `--from-beginning` read what is
// there, none of them follows from the end.
Status ChooseRange(const ConsumeOptions& options, const TimeZone& zone,
                   kafka::ReaderOptions& reader) {
  using Kind = kafka::Position::Kind;
  reader.follow = options.follow;
  if (options.range || options.since || options.until) {
    auto range = AskedRange(options, zone);
    if (!range) return std::move(range).error();
    reader.range = *range;
  } else if (!options.from_beginning && !options.verify) {
    reader.range.from = {Kind::kEnd, 0};
    reader.follow = true;
  }
  return Done{};
}

// How records are written; with --verify none is, and --output is the verdict's form.
Result<RecordFormat> FormatOf(const ConsumeOptions& options) {
  if (!options.verify && options.output == kParquetForm) {
    if (::isatty(STDOUT_FILENO) == 0) return RecordFormat();
    return Error{Fault::kBadInput,
                 "--output: parquet is a file of bytes, which a terminal cannot show: write it to "
                 "one, as in > records.parquet"};
  }
  if (!options.verify) return RecordFormat::Parse(options.output.value_or("value"));
  const std::string form = options.output.value_or(kTextForm);
  if (form == kTextForm || form == kJsonForm) return RecordFormat();
  return Error{Fault::kBadInput,
               "--output: '" + form + "' is not a form of a verdict; there are text, json"};
}

Result<Plan> MakePlan(const ConsumeOptions& options, const config::Settings& settings) {
  auto format = FormatOf(options);
  if (!format) return std::move(format).error();
  Plan plan;
  plan.format = std::move(*format);
  plan.parquet = !options.verify && options.output == kParquetForm;
  plan.messages_max = options.max_messages.value_or(kNoLimit);
  plan.counts = options.max_messages.has_value();
  plan.reader.topic = settings.kafka.topic;
  plan.reader.partitions = options.partitions;
  plan.reader.group = options.group;
  const auto zone = TimeZone::Find(settings.report.time_zone);
  if (!zone) return Error(zone.error());
  if (options.where) {
    const auto moments = kafka::MomentTexts(Clock::System().Now(), *zone);
    auto where = event::Filter::Parse(*options.where, moments);
    if (!where) return std::move(where).error().In("--where");
    plan.where = std::move(*where);
  }
  if (auto chosen = ChooseRange(options, *zone, plan.reader); !chosen) {
    return std::move(chosen).error();
  }
  return plan;
}

Result<Exit> Consume(const ConsumeOptions& options, const Context& context) {
  auto plan = MakePlan(options, context.config.settings);
  if (!plan) return FailUsage(plan.error().context);
  const auto cluster = OpenCluster(context.config.settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  plan->reader.client = cluster->client();
  if (options.verify) {
    return Verify({*options.verify, options.output == kJsonForm, std::move(plan->reader)});
  }
  auto reader = kafka::Reader::Open(plan->reader);
  if (!reader) {
    return kafka::NameTopics(std::move(reader).error(), cluster->client(), plan->reader.topic);
  }

  Consumer consumer(*plan, **reader);
  auto ran = consumer.Run();
  // A reader that has seen enough (`| head`) is no failure.
  if (consumer.reader_gone()) return Exit::kOk;
  if (!ran) return std::move(ran).error();
  const bool missing = consumer.NoteMissing();
  if (plan->counts || StopSignal::Requested()) {
    PrintNotice("Processed a total of " + std::to_string(consumer.messages()) + " messages");
  }
  return options.strict && missing ? Exit::kFailed : Exit::kOk;
}

}  // namespace

Run DeclareConsume(Flags& flags) {
  auto options = std::make_shared<ConsumeOptions>();
  flags.Key("--topic", "kafka.topic", "The topic");
  const Flag beginning = flags.Switch("--from-beginning", "Everything that is there now, then exit",
                                      &options->from_beginning);
  const Flag range =
      flags
          .Text("-o,--offset", "RANGE",
                "beginning, end, N, -N (the last N), @TIME or FROM:TO of these, then exit",
                &options->range)
          .Excludes(beginning);
  const Flag since =
      flags.Text("--since", "TIME",
                 "From 2h (two hours ago), today, yesterday, 2026-11-23 or 2026-11-23T10:00 on, "
                 "then exit",
                 &options->since);
  const Flag until = flags.Text("--until", "TIME", "Up to, not including, here", &options->until);
  for (const Flag moment : {since, until}) moment.Excludes(beginning).Excludes(range);
  flags.Key("--tz", "report.time_zone", "The time zone of days, and of times that name none");
  const Flag follow =
      flags.Switch("-f,--follow", "Go on past the end as records arrive", &options->follow);
  const Flag max = flags.Integer("-n,--max-messages", "Stop after N messages",
                                 &options->max_messages, IntegerRange{1, kNoLimit});
  const Flag partition =
      flags.Integer("--partition", "Only this partition; may be repeated", &options->partitions,
                    IntegerRange{0, std::numeric_limits<int32_t>::max()});
  const Flag group =
      flags.Text("--group", "NAME", "Start where this group left off, and commit", &options->group);
  flags
      .Text("--output,--format", "FORM",
            std::string(RecordFormat::kHelp) + "; with --verify text or json", &options->output)
      .Suggests({"value", "json", "parquet"});
  const Flag where =
      flags.Text("--where", "FILTER", "Only events that meet this condition", &options->where);
  const Flag strict = flags.Switch(
      "--strict", "Exit with 1 where no event has a name that --where asks for", &options->strict);
  strict.Needs(where);
  const Flag verify = flags.Text("--verify", "FILE",
                                 "Say whether the topic holds each event of this ledger of "
                                 "generate once and in order",
                                 &options->verify);
  for (const Flag other : {since, until, follow, max, partition, group, where, strict})
    verify.Excludes(other);
  return [options](const Context& context) { return Consume(*options, context); };
}

}  // namespace gamevents::cmd
