#include "cmd/shell/shell.h"

#include "cmd/columns.h"
#include "cmd/progress_line.h"
#include "cmd/report/source.h"
#include "cmd/report/tables.h"
#include "cmd/terminal_size.h"
#include "core/base/ascii.h"
#include "core/base/notes.h"
#include "core/base/text.h"
#include "core/kafka/admin.h"
#include "core/report/answer/answer.h"
#include "core/report/scan/merged_scan.h"
#include "core/report/sql/answer.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/hints.h"
#include "core/report/sql/tables.h"
#include "core/report/steps/schema.h"
#include "core/report/write/renderer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gamevents::cmd {
namespace {

using Steady = std::chrono::steady_clock;

/// The table of the topic that the shell is over.
constexpr std::string_view kTableName = "events";

/// The format that a file's name asks for by its end; none for another.
std::optional<report::Format> FormatOf(std::string_view path) {
  const size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view end = path.substr(dot + 1);
  return report::FormatNamed(end == "md" ? "markdown" : end == "tsv" ? "plain" : end);
}

/// What those may have meant who know another program's words for \\d.
std::string HintAt(std::string_view statement) {
  return report::sql::MetaCommandHint(statement)
             ? "\n\\d shows the tables and their columns, \\? what else there is"
             : "";
}

Status NoArgument(std::string_view command, std::string_view argument) {
  if (argument.empty()) return Done{};
  return Error{Fault::kBadInput,
               fmt::format("{} takes nothing behind it, not '{}'", command, argument)};
}

}  // namespace

std::span<const Shell::Command> Shell::Commands() {
  static constexpr auto kCommands = std::to_array<Command>({
      {"\\d", "[TABLE]",
       "the tables; or the columns of events with their types, the first rows of others",
       &Shell::Describe},
      {"\\x", "", "one line for each cell, or a table again", &Shell::Expand},
      {"\\timing", "", "say how long each answer took, or no more", &Shell::Time},
      {"\\o", "[FILE]",
       "answers go to this file, by its name in csv, json, ndjson, md, tsv, "
       "html or parquet; or to the screen again",
       &Shell::SendTo},
      {"\\format", "[FORMAT]", "how answers are written; or which formats there are",
       &Shell::SetFormat},
      {"\\limit", "[N]", "at most N rows of a table (default: 20)", &Shell::SetLimit},
      {"\\?", "", "this help", &Shell::Help},
      {"\\q", "", "end, as Ctrl-D does", &Shell::Quit},
  });
  return kCommands;
}

Result<Shell> Shell::Open(const config::Settings& settings) {
  auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return std::move(cluster).error();
  auto opener = RangeOpener({settings, cluster->client()});
  if (!opener) return std::move(opener).error();
  report::sql::ColumnStore store(std::move(*opener), settings.report.memory);
  const auto zone = TimeZone::Find(settings.report.time_zone);
  if (!zone) return Error(zone.error());
  return Shell(settings, *zone, std::move(*cluster), std::move(store));
}

Shell::Shell(const config::Settings& settings, TimeZone zone, Cluster cluster,
             report::sql::ColumnStore store)
    : settings_(settings),
      zone_(std::move(zone)),
      cluster_(std::move(cluster)),
      store_(std::move(store)) {}

Result<report::OpenSource> Shell::OpenTopic() const {
  return OpenRecords("auto", {settings_, cluster_.client()});
}

Error Shell::AboutTopic(Error error) const {
  return kafka::NameTopics(std::move(error), cluster_.client(), settings_.kafka.topic);
}

report::RenderOptions Shell::Rendering() const {
  report::RenderOptions rendering;
  rendering.format =
      expanded_ && format_ == report::Format::kTable ? report::Format::kVertical : format_;
  rendering.to_terminal = !file_ && ::isatty(STDOUT_FILENO) == 1;
  if (rendering.to_terminal) rendering.terminal_width = TerminalSize().columns;
  rendering.see_all = "\\x shows all, SELECT those that it names";
  rendering.page.topic = settings_.kafka.topic;
  return rendering;
}

Status Shell::Write(std::string_view text) const {
  auto written = WriteAll(file_ ? file_.get() : STDOUT_FILENO, text);
  if (!written) return std::move(written).error().In(file_ ? "the file of \\o" : "stdout");
  return Done{};
}

void Shell::SayTime(Steady::time_point start) const {
  if (!timed_) return;
  const double seconds = std::chrono::duration<double>(Steady::now() - start).count();
  PrintStatus(fmt::format("Time: {:.3f} s", seconds));
}

report::sql::TableSources Shell::Tables() const {
  return TablesOf({}, settings_, cluster_.client(), [this](const std::string& topic) {
    return OpenTopicRecords("auto", Origin{settings_, cluster_.client()}.Of(topic));
  });
}

std::vector<std::string> Shell::TableNames() const {
  std::vector<std::string> names(report::sql::kMadeTables.begin(), report::sql::kMadeTables.end());
  for (const report::sql::TableSource& table : Tables().named) names.push_back(table.name);
  return names;
}

std::vector<std::vector<std::string>> Shell::TableRows() const {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : TableNames()) {
    rows.push_back({name, "\\d " + name + " shows its first rows"});
  }
  rows.front().back() = "a row for each event of the topic " + settings_.kafka.topic +
                        "; \\d events names the columns";
  rows.push_back({"others", "another topic by its name, in double quotes"});
  return rows;
}

Status Shell::Ask(const std::string& statement) {
  const auto start = Steady::now();
  interrupted_ = false;
  report::Question question;
  question.asked =
      report::SqlQuestion{statement, zone_, kafka::MomentTexts(Clock::System().Now(), zone_)};
  question.memory = static_cast<size_t>(settings_.report.memory);
  question.limit = limit_;
  question.rendering = Rendering();
  if (auto checked = report::Check(question); !checked) {
    Error error = std::move(checked).error();
    error.context += HintAt(statement);
    return error;
  }
  const auto ranges = kafka::Reader::Find(Origin{settings_, cluster_.client()}.Reader());
  if (!ranges) return AboutTopic(Error(ranges.error()));
  ProgressLine line;
  auto summary = report::sql::AnswerKept(
      std::get<report::SqlQuestion>(question.asked), question, store_, *ranges, Tables(),
      [&](const report::ScanTotals& totals) { line.Say(totals); },
      [&](std::string_view text) {
        line.Clear();
        return Write(text);
      });
  line.Clear();
  if (!summary) return AboutTopic(std::move(summary).error());
  for (const std::string& note : summary->notes) Note(NoteLevel::kInfo, note);
  interrupted_ = summary->totals.partial;
  if (interrupted_) {
    Note(NoteLevel::kWarning,
         "interrupted: " + (summary->cut_off.empty() ? fmt::format("the answer is of the first {} "
                                                                   "records only",
                                                                   summary->totals.records)
                                                     : summary->cut_off));
  }
  SayTime(start);
  return Done{};
}

Status Shell::RunCommand(std::string_view line) {
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view name = line.substr(0, end);
  std::string_view argument = line.substr(end);
  argument.remove_prefix(std::min(argument.find_first_not_of(" \t"), argument.size()));
  while (argument.ends_with(' ') || argument.ends_with(';')) argument.remove_suffix(1);
  const auto found = std::ranges::find(Commands(), name, &Command::name);
  if (found != Commands().end()) {
    if (found->argument.empty()) {
      if (auto none = NoArgument(name, argument); !none) return none;
    }
    return (this->*found->run)(argument);
  }
  std::vector<std::string_view> names;
  for (const Command& each : Commands()) names.push_back(each.name);
  const auto nearest = NearestWord(name, names);
  return Error{Fault::kBadInput, fmt::format("there is no command {}; {}", name,
                                             nearest ? fmt::format("did you mean {}?", *nearest)
                                                     : "\\? names those that there are")};
}

Status Shell::Describe(std::string_view argument) {
  const auto start = Steady::now();
  if (argument.empty()) return Write(InColumns(TableRows()));
  if (!EqualsIgnoringCase(argument, kTableName)) {
    const std::string name(argument);
    return Ask("SELECT * FROM " + report::sql::QuotedName(name) + " LIMIT 5");
  }
  auto source = OpenTopic();
  if (!source) return AboutTopic(std::move(source).error());
  ProgressLine line;
  report::Schema schema;
  const auto summary = report::ScanMerged(
      *source, {.progress = [&](const report::ScanTotals& totals) { line.Say(totals); }}, schema);
  line.Clear();
  if (!summary) return AboutTopic(Error(summary.error()));
  interrupted_ = summary->totals.partial;
  auto table = schema.Finish();
  if (!table) return std::move(table).error();
  report::Question question;
  question.asked = report::SchemaQuestion{};
  question.limit = report::kTableRowsMax;
  question.rendering = Rendering();
  if (auto written = report::WriteTable(question, std::move(*table),
                                        [this](std::string_view text) { return Write(text); });
      !written) {
    return written;
  }
  SayTime(start);
  return Write("each record has its own, too: " +
               report::sql::NamesOf(report::sql::ColumnsOf({}).columns) + "\n");
}

Status Shell::Expand(std::string_view) {
  expanded_ = !expanded_;
  PrintNotice(expanded_ ? "one line for each cell" : "one line for each row");
  return Done{};
}

Status Shell::Time(std::string_view) {
  timed_ = !timed_;
  PrintNotice(timed_ ? "the time of each answer is said" : "the time of answers is not said");
  return Done{};
}

Status Shell::SendTo(std::string_view argument) {
  if (argument.empty()) {
    file_.Close();
    format_ = std::exchange(format_before_, std::nullopt).value_or(format_);
    return Done{};
  }
  const std::string path(argument);
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return SystemError(path, errno);
  file_ = std::move(file);
  if (const auto format = FormatOf(path)) {
    if (!format_before_) format_before_ = format_;
    format_ = *format;
  }
  return Done{};
}

Status Shell::SetFormat(std::string_view argument) {
  if (argument.empty()) {
    PrintStatus(fmt::format("the format is {}; there are {}", report::TraitsOf(format_).name,
                            report::NamesOfFormats(nullptr)));
    return Done{};
  }
  const auto format = report::FormatNamed(argument);
  if (!format) {
    return Error{Fault::kBadInput, fmt::format("there is no format {}: there are {}", argument,
                                               report::NamesOfFormats(nullptr))};
  }
  format_ = *format;
  return Done{};
}

Status Shell::SetLimit(std::string_view argument) {
  if (argument.empty()) {
    limit_.reset();
    return Done{};
  }
  size_t rows = 0;
  const char* const end = argument.data() + argument.size();
  const auto [rest, failed] = std::from_chars(argument.data(), end, rows);
  if (failed != std::errc() || rest != end || rows == 0 || rows > report::kTableRowsMax) {
    return Error{Fault::kBadInput, fmt::format("\\limit takes a number from 1 to {}, not '{}'",
                                               report::kTableRowsMax, argument)};
  }
  limit_ = rows;
  return Done{};
}

Status Shell::Help(std::string_view) {
  std::vector<std::vector<std::string>> rows;
  for (const Command& command : Commands()) {
    rows.push_back(
        {fmt::format("{} {}", command.name, command.argument), std::string(command.help)});
  }
  rows.push_back(
      {"SELECT \u2026;", "a statement of SQL, on one line or several, up to its semicolon"});
  return Write(InColumns(rows));
}

Status Shell::Quit(std::string_view) {
  ended_ = true;
  return Done{};
}

report::shell::Completion Shell::Complete(std::string_view before) {
  if (!vocabulary_) {
    vocabulary_.emplace();
    const auto open = OpenTopic();
    auto source = open ? (*open)() : Result<std::unique_ptr<report::RecordSource>>(open.error());
    report::Step* const steps[] = {&*vocabulary_};
    // Without it there is less to offer.
    if (source) static_cast<void>(report::Scan(**source, steps, {}));
  }
  report::shell::Words words;
  const auto own = report::sql::ColumnsOf(vocabulary_->Fields());
  for (const auto& column : own.columns)
    words.fields.push_back(report::sql::QuotedName(column.name));
  words.tables = TableNames();
  for (const Command& command : Commands()) words.commands.emplace_back(command.name);
  words.values = [this](std::string_view field) { return vocabulary_->ValuesOf(field); };
  return report::shell::Complete(before, words);
}

}  // namespace gamevents::cmd
