// state: carts, inventories and guilds, as the log has them; and whether the snapshot agrees.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/missing_names.h"
#include "cmd/state_options.h"
#include "cmd/state_view.h"
#include "cmd/terminal_size.h"
#include "core/base/check.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/event/filter.h"
#include "core/kafka/admin.h"
#include "core/report/answer/answer.h"
#include "core/report/ask/field_list.h"
#include "core/report/ask/format.h"
#include "core/state/snapshot.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

/// Differences that are printed; one is enough to be wrong.
constexpr size_t kDifferencesShown = 20;

struct ShowOptions {
  std::string view;
  std::optional<std::string> where;
  std::optional<size_t> limit;
  std::string format = "table";
  bool csv_safe = false;
};

Status Print(std::string_view text) {
  auto written = WriteAll(STDOUT_FILENO, text);
  if (written || written.error().fault == Fault::kClosed) return Done{};
  return std::move(written).error().In("stdout");
}

/// What there is, in numbers.
std::string Summary(const state::State& state, const state::Positions& positions) {
  size_t carts = 0;
  size_t inventories = 0;
  size_t guilds = 0;
  for (const state::User& user : state.users()) {
    carts += user.cart ? size_t{1} : size_t{0};
    inventories += user.stacks.empty() ? size_t{0} : size_t{1};
  }
  for ([[maybe_unused]] const state::Guild& guild : state.guilds()) ++guilds;
  const state::Counts& counts = state.counts;
  std::string text = fmt::format(
      "users        {}\ninventories  {}\ncarts        {}\nguilds       {}\n"
      "done         {}\nrefused      {}\nduplicates   {}\nother        {}\nmalformed    {}\n"
      "misplaced    {}\nmemory       {} bytes\n",
      state.user_count(), inventories, carts, guilds, counts.done, counts.refused,
      counts.duplicates, counts.other, counts.malformed, counts.misplaced, state.MemoryBytes());
  for (const auto& [partition, position] : positions) {
    text += fmt::format("partition {}  up to offset {}, {} of {} bytes\n", partition, position.next,
                        state.PartitionBytes(partition), state.limits().partition_bytes_max);
  }
  return text;
}

/// Errors: kBadInput for more rows than the format has, naming those that have as many as asked.
Status CheckLimit(const report::Question& question) {
  const report::FormatTraits& format = report::TraitsOf(question.rendering.format);
  if (question.limit.value_or(0) <= format.rows_max) return Done{};
  return Error{Fault::kBadInput,
               fmt::format("--limit of a {} is at most {} rows: for more take --format json or csv",
                           format.name, format.rows_max)};
}

/// Whether the question's filter names it, and not only the view's columns.
bool IsAsked(const report::Question& question, const report::MissingName& missing) {
  if (!question.where) return false;
  if (missing.kind == report::MissingName::Kind::kValue) return true;
  return std::ranges::any_of(question.where->fields(), [&](const event::FieldPath& path) {
    return report::FieldName(path) == missing.name;
  });
}

/// Prints the rows that `question` asks for. Errors: report::Answer's.
Result<Exit> ShowRows(const report::Question& question, const report::OpenSource& rows) {
  const auto answered = report::Answer(question, rows, [](const report::ScanTotals&) {}, Print);
  if (!answered) return Error(answered.error()).In("state show");
  for (const report::MissingName& missing : answered->missing) {
    if (!IsAsked(question, missing)) continue;
    Note(NoteLevel::kWarning, DescribeMissing(missing, answered->totals.events, "rows"));
  }
  return Exit::kOk;
}

// A page says more of itself than there is to know here: report --view has it.
std::vector<std::string> ShowFormats() {
  std::vector<std::string> names;
  for (const report::FormatTraits& format : report::Formats()) {
    if (format.format != report::Format::kHtml) names.emplace_back(format.name);
  }
  return names;
}

/// What `state show` asks of a view's rows. Errors: kBadInput.
Result<report::Question> QuestionOf(const ShowOptions& options) {
  report::Question question;
  question.asked = report::RowsQuestion{.fields = FieldsOf(options.view)};
  question.limit = options.limit;
  question.rendering.format = report::FormatNamed(options.format).value_or(report::Format::kTable);
  question.rendering.to_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (question.rendering.to_terminal) question.rendering.terminal_width = TerminalSize().columns;
  question.rendering.csv_safe = options.csv_safe;
  if (options.csv_safe && question.rendering.format != report::Format::kCsv) {
    return Error{Fault::kBadInput, "--csv-safe is about spreadsheets: add --format csv"};
  }
  if (options.where) {
    auto where = event::Filter::Parse(*options.where);
    if (!where) return std::move(where).error().In("--where");
    question.where = std::move(*where);
  }
  if (auto checked = CheckLimit(question); !checked) return std::move(checked).error();
  if (auto checked = report::Check(question); !checked) return std::move(checked).error();
  return question;
}

Result<Exit> Show(const ShowOptions& options, const Context& context) {
  auto question = QuestionOf(options);
  if (!question) return FailUsage(question.error().context);
  const auto cluster = OpenCluster(context.config.settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  auto replica = CurrentState(context.config.settings, cluster->client());
  if (!replica) return std::move(replica).error();
  state::State& state = (*replica)->state;
  if (options.view.empty()) {
    if (Status printed = Print(Summary(state, (*replica)->positions)); !printed) {
      return std::move(printed).error();
    }
    return Exit::kOk;
  }
  return ShowRows(*question, RowsOf(options.view, state));
}

Result<Exit> Rebuild(const Context& context) {
  const config::Settings& settings = context.config.settings;
  const auto place = FindSnapshot(settings);
  if (!place) return Error(place.error());
  auto file = state::SnapshotFile::Open(place->path, settings.kafka.topic);
  if (!file) {
    Error error = std::move(file).error();
    if (error.fault == Fault::kExists) error.context += "; stop serve first";
    return error;
  }
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  state::Replica replica;
  const auto folded = state::FoldToEnd(cluster->client(), settings.kafka.topic, replica);
  if (!folded) {
    return kafka::NameTopics(folded.error(), cluster->client(), settings.kafka.topic);
  }
  for (const std::string& gap : folded->gaps) Note(NoteLevel::kWarning, gap);
  if (!place->was.empty()) {
    const Status adopted = (*file)->Adopt(place->was);
    if (!adopted) {
      Note(NoteLevel::kWarning, "an earlier snapshot is left out: " + adopted.error().context);
    }
  }
  if (Status aside = (*file)->SetAside(); !aside) return std::move(aside).error();
  if (Status saved = (*file)->Save((*file)->TakeChanges(replica)); !saved) {
    return std::move(saved).error();
  }
  const Status printed =
      Print(fmt::format("Folded {} records into the state of {} users: {}\n", folded->records,
                        replica.state.user_count(), place->path));
  if (!printed) return Error(printed.error());
  return Exit::kOk;
}

bool SameCounts(const state::Counts& a, const state::Counts& b) {
  return a.done == b.done && a.refused == b.refused && a.duplicates == b.duplicates &&
         a.other == b.other && a.malformed == b.malformed && a.misplaced == b.misplaced;
}

/// The snapshot and the rest of the log, beside the whole log.
Result<Exit> Verify(const Context& context) {
  const config::Settings& settings = context.config.settings;
  const auto place = FindSnapshot(settings);
  if (!place) return Error(place.error());
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  auto loaded = LoadFrom(*place, settings.kafka.topic);
  if (!loaded && loaded.error().fault != Fault::kNotFound) return std::move(loaded).error();
  if (!loaded) Note(NoteLevel::kInfo, "there is no snapshot yet; the log is folded twice");
  state::Replica fresh;
  state::Replica& kept = loaded ? **loaded : fresh;
  const auto rest = state::FoldToEnd(cluster->client(), settings.kafka.topic, kept);
  if (!rest) return kafka::NameTopics(rest.error(), cluster->client(), settings.kafka.topic);
  state::Replica replayed;
  const auto all =
      state::FoldToEnd(cluster->client(), settings.kafka.topic, replayed, &kept.positions);
  if (!all) return Error(all.error());
  if (!all->gaps.empty()) {
    return Error{Fault::kNotFound, "this needs the whole log, but of " + all->gaps.front() +
                                       "; keep it with embedded.retention_age: 0"};
  }
  const auto differences = state::Differences(kept.state, replayed.state, kDifferencesShown);
  for (const std::string& each : differences) PrintError(each);
  if (!differences.empty() || !SameCounts(kept.state.counts, replayed.state.counts)) {
    return Error{Fault::kCorrupt, place->path +
                                      ": the snapshot is not what the log says; mend it with: "
                                      "gamevents state rebuild"};
  }
  const Status printed = Print(fmt::format("OK: {} users, as {} records of the log say\n",
                                           kept.state.user_count(), all->records));
  if (!printed) return Error(printed.error());
  return Exit::kOk;
}

}  // namespace

Run DeclareState(Flags& flags) {
  auto options = std::make_shared<ShowOptions>();
  flags.Key("--topic", "kafka.topic", "The topic to fold");
  Flags show = flags.Subcommand("show", "print what users have: as rows, or in numbers");
  const Flags rebuild = flags.Subcommand("rebuild", "rebuild the snapshot from the whole log");
  const Flags verify = flags.Subcommand("verify", "compare the snapshot with the whole log");
  show.Text("VIEW", "", "inventory, carts or guilds; none: numbers", &options->view,
            [](const std::string& view) {
              const bool known = IsStateView(view);
              return known ? std::string()
                           : "'" + view + "' is not one of inventory, carts, guilds";
            })
      .Suggests({kStateViews.begin(), kStateViews.end()});
  show.Text("--where", "FILTER", "Only rows that meet the condition (docs/filter.md)",
            &options->where);
  show.Integer("--limit", "At most N rows (default: 20 for a table)", &options->limit);
  show.Choice("--format,--output", "", "How they are written (default: table)", ShowFormats(),
              &options->format)
      .ShownAs(fmt::format("{}", fmt::join(ShowFormats(), "|")));
  show.Switch("--csv-safe",
              "csv for spreadsheets: a byte order mark, and an apostrophe before what looks like a "
              "formula",
              &options->csv_safe);
  return [=](const Context& context) -> Result<Exit> {
    if (show.Given()) return Show(*options, context);
    if (rebuild.Given()) return Rebuild(context);
    INVARIANT(verify.Given());
    return Verify(context);
  };
}

}  // namespace gamevents::cmd
