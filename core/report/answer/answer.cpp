#include "core/report/answer/answer.h"

#include "core/base/terminal.h"
#include "core/report/answer/overview.h"
#include "core/report/answer/overview_page.h"
#include "core/report/answer/pyspark_session.h"
#include "core/report/chart/pictures.h"
#include "core/report/scan/deadline_source.h"
#include "core/report/scan/field_names.h"
#include "core/report/scan/merged_scan.h"
#include "core/report/sql/answer.h"
#include "core/report/steps/column_kinds.h"
#include "core/report/steps/event_view.h"
#include "core/report/steps/grouping.h"
#include "core/report/steps/row_steps.h"
#include "core/report/steps/schema.h"
#include "core/report/steps/sorted_rows.h"
#include "core/report/write/page.h"
#include "core/report/write/python_repr.h"
#include "core/report/write/renderer.h"
#include "core/report/write/spark_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace gamevents::report {
namespace {

using Progress = std::function<void(const ScanTotals&)>;

/// One question being answered: what every kind of answer needs.
struct Job {
  const Question& question;
  const OpenSource& open;
  const Progress& progress;
  const Write& write;
  const sql::TableSources& tables;

  ScanOptions Scanning() const {
    return {question.where ? &*question.where : nullptr, false, progress, NamesOf(question)};
  }
  ShowOptions Showing() const {
    return {question.rendering.truncate, question.rendering.to_terminal};
  }
  size_t Limit() const { return RowLimit(question); }
};

/// Scans all of the topic for the session, or what is shown in its place, and writes its text.
Result<ScanSummary> AnswerWhole(const Job& job, RecordSource& source, std::vector<Step*> steps,
                                const std::function<std::string(const ScanSummary&)>& text) {
  ScanOptions options = job.Scanning();
  options.to_the_end = true;
  auto summary = ScanOnce(source, options, std::move(steps));
  if (!summary) return summary;
  if (auto written = job.write(text(*summary)); !written) return std::move(written).error();
  return summary;
}

Result<ScanSummary> AnswerSession(const Job& job, const SessionQuestion& asked) {
  auto source = job.open();
  if (!source) return std::move(source).error();
  const Format format = job.question.rendering.format;
  if (format == Format::kHtml || format == Format::kMarkdown) {
    Overview overview((*source)->Partitions(),
                      {.bytes_max = job.question.memory, .time = asked.time});
    return AnswerWhole(job, **source, overview.Steps(), [&](const ScanSummary& summary) {
      const PageInfo& page = job.question.rendering.page;
      return format == Format::kHtml ? OverviewPage(overview.Finish(), summary, page)
                                     : OverviewMarkdown(overview.Finish(), summary, page.topic);
    });
  }
  PysparkSession session((*source)->Partitions(), job.question.memory);
  return AnswerWhole(job, **source, session.Steps(), [&](const ScanSummary& summary) {
    return format == Format::kJson ? session.Json(summary) : session.Text(summary, job.Showing());
  });
}

/// Scans for one query; `finish` writes what is left to write.
Result<ScanSummary> AnswerWith(const Job& job, RecordSource& source, Step& step,
                               const std::function<Status()>& finish) {
  auto summary = ScanOnce(source, job.Scanning(), {&step});
  if (!summary) return summary;
  if (auto finished = finish(); !finished) return std::move(finished).error();
  return summary;
}

/// Of a table for people: names the step of time that is not over yet, whose values will grow.
void NoteUnfinished(const Question& question, const Table& table, ScanSummary& summary) {
  const Format format = question.rendering.format;
  if (format != Format::kTable && format != Format::kMarkdown) return;
  const std::string step =
      UnfinishedStep(table, RenderingOf(question).chart, question.rendering.page.made);
  if (step.empty()) return;
  summary.notes.push_back(fmt::format("the last step of time, {}, is not over yet", step));
}

Result<ScanSummary> AnswerGroups(const Job& job, const GroupsQuestion& asked) {
  Groups groups = MakeGroups(asked, job.question.memory);
  auto summary = ScanMerged(job.open, job.Scanning(), groups);
  if (!summary) return summary;
  auto table = FinishGroups(groups, asked, job.question.order_by);
  if (!table) return std::move(table).error();
  summary->notes = groups.Notes();
  NoteUnfinished(job.question, *table, *summary);
  if (auto wrote = WriteTable(job.question, std::move(*table), job.write); !wrote)
    return std::move(wrote).error();
  return summary;
}

Result<ScanSummary> AnswerProfile(const Job& job) {
  Schema schema(std::make_shared<MemoryBudget>(job.question.memory));
  auto summary = ScanMerged(job.open, job.Scanning(), schema);
  if (!summary) return summary;
  auto table = schema.Profile();
  if (!table) return std::move(table).error();
  if (auto wrote = WriteTable(job.question, std::move(*table), job.write); !wrote)
    return std::move(wrote).error();
  return summary;
}

Result<ScanSummary> AnswerSchema(const Job& job, const SchemaQuestion& asked) {
  if (asked.profile) return AnswerProfile(job);
  Schema schema;
  auto summary = ScanMerged(job.open, job.Scanning(), schema);
  if (!summary) return summary;
  auto table = schema.Finish();
  if (!table) return std::move(table).error();
  if (job.question.rendering.format == Format::kTable) {
    auto tree = schema.Tree();
    if (job.question.rendering.to_terminal) tree = EscapeControls(tree, "\n");
    if (auto wrote = job.write(tree); !wrote) return std::move(wrote).error();
  }
  if (auto wrote = WriteTable(job.question, std::move(*table), job.write); !wrote)
    return std::move(wrote).error();
  return summary;
}

Result<ScanSummary> AnswerView(const Job& job, const ViewQuestion& asked) {
  const auto view = MakeView(asked, job.question.memory);
  auto summary = ScanMerged(job.open, job.Scanning(), *view);
  if (!summary) return summary;
  auto table = view->Finish();
  if (!table) return std::move(table).error();
  if (auto sorted = Sort(*table, job.question.order_by); !sorted) return std::move(sorted).error();
  summary->notes = view->Notes();
  NoteUnfinished(job.question, *table, *summary);
  if (summary->totals.selected > 0) {
    std::ranges::move(view->Missing(), std::back_inserter(summary->missing));
  }
  auto wrote = WriteTable(job.question, std::move(*table), job.write);
  if (!wrote) return std::move(wrote).error();
  return summary;
}

/// The columns asked for; for "all" a pass of its own finds the fields.
Result<Columns> SelectedColumns(const Job& job, const RowsQuestion& asked) {
  Columns columns;
  for (const event::FieldPath& path : asked.fields) columns.push_back(FieldColumn(path));
  if (!asked.all) return columns;
  FieldNames fields;
  const auto summary = ScanMerged(job.open, job.Scanning(), fields);
  if (!summary) return Error(summary.error());
  const auto names = fields.Finish();
  if (!names) {
    return Error{Fault::kFull, names.error().context + ": select those that you want by name"};
  }
  for (const std::string& name : *names) {
    if (std::ranges::find(asked.excluded, event::FieldPath{name}) == asked.excluded.end()) {
      columns.push_back(EventFieldColumn(name));
    }
  }
  return columns;
}

/// Finds the kinds of values in the columns, by a pass of its own over the same records.
FindKinds KindsBy(const Job& job, const Columns& columns) {
  return [&job, columns]() -> Result<std::vector<CellKinds>> {
    ColumnKinds kinds(columns);
    const auto summary = ScanMerged(job.open, job.Scanning(), kinds);
    if (!summary) return Error(summary.error());
    if (summary->totals.partial) {
      return Error{Fault::kClosed, "interrupted before the types of the columns were known"};
    }
    return kinds.kinds();
  };
}

Result<ScanSummary> AnswerSorted(const Job& job, RecordSource& source, Columns columns) {
  SortedRows rows(
      std::move(columns),
      {.order = job.question.order_by, .limit = job.Limit(), .bytes_max = job.question.memory});
  return AnswerWith(job, source, rows,
                    [&] { return WriteTable(job.question, rows.Finish(), job.write); });
}

Result<ScanSummary> AnswerRows(const Job& job, const RowsQuestion& asked) {
  auto columns = SelectedColumns(job, asked);
  if (!columns) return std::move(columns).error();
  auto source = job.open();
  if (!source) return std::move(source).error();
  if (!job.question.order_by.empty()) return AnswerSorted(job, **source, std::move(*columns));
  if (TraitsOf(job.question.rendering.format).holds_rows) {
    FirstRows rows(Of::kSelectedEvents, std::move(*columns), job.Limit(), (*source)->Partitions(),
                   job.question.memory);
    return AnswerWith(job, **source, rows,
                      [&] { return WriteTable(job.question, rows.Finish(), job.write); });
  }
  const auto renderer = MakeRenderer(RenderingOf(job.question), Headings(*columns), job.write,
                                     KindsBy(job, *columns));
  EachRow rows(std::move(*columns), job.Limit(),
               [&](const Row& row) { return renderer->Add(row); });
  return AnswerWith(job, **source, rows, [&] { return renderer->Finish(false); });
}

/// Answers each kind of question.
struct Answerer {
  const Job& job;

  Result<ScanSummary> operator()(const SessionQuestion& asked) const {
    return AnswerSession(job, asked);
  }
  Result<ScanSummary> operator()(const RowsQuestion& asked) const { return AnswerRows(job, asked); }
  Result<ScanSummary> operator()(const GroupsQuestion& asked) const {
    return AnswerGroups(job, asked);
  }
  Result<ScanSummary> operator()(const SchemaQuestion& asked) const {
    return AnswerSchema(job, asked);
  }
  Result<ScanSummary> operator()(const ViewQuestion& asked) const { return AnswerView(job, asked); }
  Result<ScanSummary> operator()(const SqlQuestion& asked) const {
    return sql::Answer(asked, job.question, {job.open, job.tables}, job.progress, job.write);
  }
};

/// What each kind needs of the question's parts. Errors: kBadInput.
struct Checker {
  const Question& question;

  Status operator()(const SessionQuestion& asked) const {
    const FormatTraits& format = TraitsOf(question.rendering.format);
    const bool is_overview = format.format == Format::kHtml || format.format == Format::kMarkdown;
    if (asked.time && !is_overview) {
      return Error{Fault::kBadInput,
                   "the session counts by the record's time: an overview, which is html or "
                   "markdown, or a bucket of 1h counts by a field's"};
    }
    if (format.has_session) return Done{};
    const auto has_session = [](const FormatTraits& traits) { return traits.has_session; };
    return Error{
        Fault::kBadInput,
        fmt::format("{} is one table, and the session has several: ask for rows, groups or "
                    "the schema, or take the format {}",
                    format.name, NamesOfFormats(has_session))};
  }
  Status operator()(const RowsQuestion&) const {
    for (const OrderBy& by : question.order_by) {
      if (by.field.empty()) {
        return Error{Fault::kBadInput,
                     fmt::format("order by {}: rows are sorted by fields", by.name)};
      }
    }
    return Done{};
  }
  Status operator()(const GroupsQuestion& asked) const {
    if (asked.bucket_by && !asked.bucket) {
      return Error{
          Fault::kBadInput,
          "a field says by which time to group: say in which steps, too, as a bucket of 1h"};
    }
    // An empty answer has the columns of every other.
    auto table = MakeGroups(asked, question.memory).Finish(GroupOrder::kKey).value();
    if (auto sorted = Sort(table, question.order_by); !sorted) return sorted;
    return CheckChart(table);
  }
  Status operator()(const SchemaQuestion&) const { return Done{}; }
  Status operator()(const ViewQuestion& asked) const {
    if (asked.kind == ViewKind::kFunnel && asked.steps.empty()) {
      return Error{Fault::kBadInput,
                   "a funnel needs its steps: add_to_cart,checkout (event types, or conditions as "
                   "in docs/filter.md)"};
    }
    if (asked.kind == ViewKind::kExperiment && asked.steps.size() < 2) {
      return Error{Fault::kBadInput,
                   "an experiment needs two steps, the exposure and the goal: "
                   "experiment_exposure,checkout (event types, or conditions as in "
                   "docs/filter.md)"};
    }
    Table headings = MakeView(asked, question.memory)->Finish().value();
    if (auto sorted = Sort(headings, question.order_by); !sorted) return sorted;
    return CheckChart(headings);
  }
  Status operator()(const SqlQuestion& asked) const { return sql::Check(asked); }

  /// Whether what is known of the answer can be drawn as asked, `empty` being one without rows.
  Status CheckChart(Table empty) const {
    empty.rows.clear();
    const auto pictures = PicturesOf(empty, RenderingOf(question).chart, "", TimestampMs(-1));
    return pictures ? Status(Done{}) : Error(pictures.error());
  }
};

/// Which parts of a question each kind takes, by its place in Asked.
struct TakenParts {
  bool limit;
  bool order;
  bool take;
};
constexpr std::array<TakenParts, std::variant_size_v<Asked>> kTakenParts{{
    {false, false, false},  // the session
    {true, true, true},     // rows
    {true, true, true},     // groups
    {true, false, false},   // the schema
    {true, true, false},    // a view
    {true, false, true},    // a statement
}};

/// Errors: kBadInput.
Status CheckParts(const Question& question) {
  const TakenParts& takes = kTakenParts.at(question.asked.index());
  std::string_view part;
  if (question.limit && !takes.limit) part = "limit";
  if (!question.order_by.empty() && !takes.order) part = "order";
  if (question.take && !takes.take) part = "take";
  if (part.empty()) return Done{};
  return Error{Fault::kBadInput, fmt::format("this question takes no {}", part)};
}

}  // namespace

Status Check(const Question& question) {
  if (auto checked = CheckParts(question); !checked) return checked;
  if (auto checked = std::visit(Checker{question}, question.asked); !checked) return checked;
  const FormatTraits& format = TraitsOf(question.rendering.format);
  if (question.take && question.rendering.format != Format::kTable) {
    return Error{Fault::kBadInput,
                 fmt::format("rows as pyspark's take() gives them are no {}: leave the format out, "
                             "or ask with a limit",
                             format.name)};
  }
  if (format.typed && question.rendering.to_terminal) {
    return Error{Fault::kBadInput,
                 fmt::format("{0} is a file of bytes, which a terminal cannot show: write it to "
                             "one, as in > answer.{0}",
                             format.name)};
  }
  if (question.limit.value_or(0) <= format.rows_max) return Done{};
  const auto streams = [](const FormatTraits& traits) { return !traits.holds_rows; };
  return Error{Fault::kBadInput,
               fmt::format("the limit of a {} is at most {} rows: for more take the format {}",
                           format.name, format.rows_max, NamesOfFormats(streams))};
}

Result<ScanSummary> Answer(const Question& question, const OpenSource& open,
                           const Progress& progress, const Write& write,
                           const sql::TableSources& tables) {
  if (auto checked = Check(question); !checked) return std::move(checked).error();
  const OpenSource timed = question.deadline ? UntilDeadline(open, *question.deadline) : open;
  const Job job{question, timed, progress, write, tables};
  return std::visit(Answerer{job}, question.asked);
}

}  // namespace gamevents::report
