#include "core/report/answer/follow.h"

#include "core/base/stop.h"
#include "core/report/answer/overview.h"
#include "core/report/steps/grouping.h"
#include "core/report/write/readable.h"
#include "core/report/write/spark_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

/// How long a quiet broker is waited for before the tick.
constexpr std::chrono::milliseconds kFollowWait{100};

/// Rows of each of the overview's tables; the last minutes are the newest.
constexpr size_t kOverviewRows = 10;

class FollowingSource final : public RecordSource {
 public:
  FollowingSource(std::unique_ptr<kafka::Reader> reader, std::function<Status()> tick)
      : reader_(std::move(reader)), tick_(std::move(tick)) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    while (!StopSignal::Requested()) {
      if (auto ticked = tick_(); !ticked) return std::move(ticked).error();
      auto records = reader_->Next(kFollowWait);
      if (!records || !records->empty()) return records;
    }
    return std::span<const kafka::RecordView>{};
  }

  std::vector<int32_t> Partitions() const override {
    std::vector<int32_t> partitions;
    for (const kafka::PartitionRange& range : reader_->ranges()) {
      partitions.push_back(range.partition);
    }
    std::ranges::sort(partitions);
    return partitions;
  }

 private:
  std::unique_ptr<kafka::Reader> reader_;
  std::function<Status()> tick_;
};

/// The first `lines` lines of `text`.
std::string_view Lines(std::string_view text, size_t lines) {
  size_t end = 0;
  for (; lines > 0 && end < text.size(); --lines) {
    end = std::min(text.find('\n', end), text.size() - 1) + 1;
  }
  return text.substr(0, end);
}

/// Writes frames, each in place of the one before on a terminal, else below it.
class Screen {
 public:
  Screen(const FollowOptions& options, const Write& write) : options_(options), write_(write) {}

  /// Whether a frame may be drawn that shows `records`.
  bool IsDue(int64_t records) const {
    const auto apart = options_.terminal_lines ? kRedrawEvery : kAppendEvery;
    return records != shown_ && options_.now() >= last_ + apart;
  }

  /// Whether what has been drawn shows `records`.
  bool Shows(int64_t records) const { return shown_ == records; }

  /// `last`: the frame stays, and is not cut to the terminal's height.
  Status Draw(std::string_view frame, int64_t records, bool last) {
    shown_ = records;
    last_ = options_.now();
    if (!options_.terminal_lines) return write_(frame);
    const size_t lines =
        last ? std::string_view::npos : std::max<size_t>(options_.terminal_lines(), 2) - 1;
    // Home; without wrapping, so that a line is a line; what was there is cleared behind each.
    std::string text = "\x1B[H\x1B[?7l";
    for (const char c : Lines(frame, lines)) c == '\n' ? text += "\x1B[K\n" : text += c;
    return write_(text + "\x1B[J\x1B[?7h");
  }

 private:
  const FollowOptions& options_;
  const Write& write_;
  int64_t shown_ = -1;
  std::chrono::steady_clock::time_point last_{};
};

std::string Part(std::string_view title, const Overview::Part& part, bool newest,
                 const ShowOptions& show) {
  if (!part.table) return fmt::format("{}\nnote: {}\n", title, part.table.error().context);
  Table table = *part.table;
  table.more = table.rows.size() > kOverviewRows;
  if (table.more && newest) {
    table.more = false;
    table.rows.erase(table.rows.begin(), table.rows.end() - kOverviewRows);
  } else if (table.more) {
    table.rows.resize(kOverviewRows);
  }
  return fmt::format("{}\n{}", title, Show(table, show));
}

std::string OverviewFrame(const Overview& overview, const ScanTotals& totals,
                          const ShowOptions& show) {
  const Overview::Parts parts = overview.Finish();
  return fmt::format("{} messages, {} events, {} selected\n", totals.records, totals.events,
                     totals.selected) +
         Part("events by type", parts.by_type, false, show) +
         Part("events per minute, the newest", parts.by_minute, true, show) +
         Part("events by item", parts.by_item, false, show) +
         Part("events by user", parts.by_user, false, show);
}

/// Draws what `frame` gives as the scan goes on, and at its end.
Result<ScanSummary> Draw(const Question& question, const OpenFollowing& open,
                         const FollowOptions& options, const Write& write,
                         const std::function<std::vector<Step*>(RecordSource&)>& start,
                         const std::function<Result<std::string>(const ScanTotals&)>& frame) {
  Screen screen(options, write);
  ScanTotals totals;
  const auto draw = [&](bool last) -> Status {
    auto text = frame(totals);
    return text ? screen.Draw(*text, totals.records, last) : Status(std::move(text).error());
  };
  auto source = open([&] { return screen.IsDue(totals.records) ? draw(false) : Status(Done{}); });
  if (!source) return std::move(source).error();
  ScanSummary summary;
  std::vector<Step*> steps = start(**source);
  steps.push_back(&summary.not_objects);
  auto scanned = Scan(**source, steps,
                      {question.where ? &*question.where : nullptr, true,
                       [&](const ScanTotals& now) { totals = now; }});
  if (!scanned) return std::move(scanned).error();
  summary.totals = *scanned;
  if (!options.terminal_lines && screen.Shows(totals.records)) return summary;
  if (auto drawn = draw(true); !drawn) return std::move(drawn).error();
  return summary;
}

Result<ScanSummary> FollowGroups(const GroupsQuestion& asked, const Question& question,
                                 const OpenFollowing& open, const FollowOptions& options,
                                 const Write& write) {
  Groups groups = MakeGroups(asked, question.memory);
  const auto frame = [&](const ScanTotals&) -> Result<std::string> {
    auto table = FinishGroups(groups, asked, question.order_by);
    if (!table) return std::move(table).error();
    const size_t limit = question.limit.value_or(kShowRows);
    table->more = table->rows.size() > limit;
    if (table->more) table->rows.resize(limit);
    return Show(WithPlainDays(question, Rounded(question, std::move(*table))),
                {question.rendering.truncate, question.rendering.to_terminal});
  };
  auto summary = Draw(
      question, open, options, write, [&](RecordSource&) { return std::vector<Step*>{&groups}; },
      frame);
  if (summary) summary->notes = groups.Notes();
  return summary;
}

Result<ScanSummary> FollowOverview(const Question& question, const OpenFollowing& open,
                                   const FollowOptions& options, const Write& write) {
  std::unique_ptr<Overview> overview;
  return Draw(
      question, open, options, write,
      [&](RecordSource& source) {
        overview = std::make_unique<Overview>(source.Partitions(),
                                              OverviewOptions{.bytes_max = question.memory});
        return overview->Steps();
      },
      [&](const ScanTotals& totals) -> Result<std::string> {
        if (!overview) return std::string();
        return OverviewFrame(*overview, totals,
                             {question.rendering.truncate, question.rendering.to_terminal});
      });
}

Result<ScanSummary> FollowRows(const RowsQuestion& asked, const Question& question,
                               const OpenFollowing& open, const Write& write) {
  Columns columns;
  for (const event::FieldPath& path : asked.fields) columns.push_back(FieldColumn(path));
  const auto renderer = MakeRenderer(RenderingOf(question), Headings(columns), write, nullptr);
  auto source = open([&] { return renderer->Flush(); });
  if (!source) return std::move(source).error();
  EachRow rows(std::move(columns), question.limit.value_or(kAllRows),
               [&](const Row& row) { return renderer->Add(row); });
  ScanSummary summary;
  Step* const steps[] = {&rows, &summary.not_objects};
  auto totals =
      Scan(**source, steps, {question.where ? &*question.where : nullptr, false, nullptr});
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  if (auto finished = renderer->Finish(false); !finished) return std::move(finished).error();
  return summary;
}

}  // namespace

OpenFollowing FollowReaders(OpenReader open) {
  return [open = std::move(open)](
             std::function<Status()> tick) -> Result<std::unique_ptr<RecordSource>> {
    auto reader = open();
    if (!reader) return std::move(reader).error();
    return std::unique_ptr<RecordSource>(
        std::make_unique<FollowingSource>(std::move(*reader), std::move(tick)));
  };
}

Status CheckFollow(const Question& question) {
  if (auto checked = Check(question); !checked) return checked;
  const FormatTraits& format = TraitsOf(question.rendering.format);
  const auto* rows = std::get_if<RowsQuestion>(&question.asked);
  std::string flaw;
  if (rows == nullptr && !std::holds_alternative<GroupsQuestion>(question.asked) &&
      !std::holds_alternative<SessionQuestion>(question.asked)) {
    flaw = "only rows, groups and the session can be followed: the rest is worked out at the end";
  } else if (question.take) {
    flaw = "pyspark's take() ends with its rows";
  } else if (rows != nullptr && rows->all) {
    flaw = "'*' reads the topic twice: name the fields that you want";
  } else if (rows != nullptr && !question.order_by.empty()) {
    flaw = "rows cannot be sorted before the last is there: leave the order out";
  } else if (rows != nullptr && (format.holds_rows || format.typed)) {
    const auto streams = [](const FormatTraits& traits) {
      return !traits.holds_rows && !traits.typed;
    };
    flaw = fmt::format("rows of a {} are held to the end: take the format {}", format.name,
                       NamesOfFormats(streams));
  } else if (rows == nullptr && question.rendering.format != Format::kTable) {
    flaw = fmt::format("counts are drawn as a table, not as {}: leave the format out", format.name);
  }
  if (flaw.empty()) return Done{};
  return Error{Fault::kBadInput, std::move(flaw)};
}

Result<ScanSummary> Follow(const Question& question, const OpenFollowing& open,
                           const FollowOptions& options, const Write& write) {
  if (auto checked = CheckFollow(question); !checked) return std::move(checked).error();
  if (const auto* rows = std::get_if<RowsQuestion>(&question.asked)) {
    return FollowRows(*rows, question, open, write);
  }
  if (const auto* groups = std::get_if<GroupsQuestion>(&question.asked)) {
    return FollowGroups(*groups, question, open, options, write);
  }
  return FollowOverview(question, open, options, write);
}

}  // namespace gamevents::report
