#include "core/report/report.h"

#include "core/base/terminal.h"
#include "core/report/merged_scan.h"
#include "core/report/overview.h"
#include "core/report/overview_page.h"
#include "core/report/python_repr.h"
#include "core/report/query.h"
#include "core/report/renderer.h"
#include "core/report/schema.h"
#include "core/report/sorted_rows.h"
#include "core/report/sql/answer.h"

#include <fmt/format.h>

namespace gamevents::report {
namespace {

using Progress = std::function<void(const ScanTotals&)>;

/// One question being answered: what every kind of answer needs.
struct Job {
  const Question& question;
  const OpenSource& open;
  const Progress& progress;
  const Write& write;

  ScanOptions Scanning() const {
    return {question.where ? &*question.where : nullptr, false, progress};
  }
  ShowOptions Showing() const { return {question.truncate, question.to_terminal}; }
  size_t Limit() const { return RowLimit(question); }
};

/// Scans all of the topic for the session, or what is shown in its place, and writes its text.
Result<Summary> AnswerWhole(const Job& job, RecordSource& source, std::vector<Step*> steps,
                            const std::function<std::string(const Summary&)>& text) {
  Summary summary;
  steps.push_back(&summary.not_objects);
  ScanOptions options = job.Scanning();
  options.to_the_end = true;
  auto totals = Scan(source, steps, options);
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  if (auto written = job.write(text(summary)); !written) return std::move(written).error();
  return summary;
}

Result<Summary> AnswerSession(const Job& job) {
  auto source = job.open();
  if (!source) return std::move(source).error();
  const Format format = job.question.format;
  if (format == Format::kHtml || format == Format::kMarkdown) {
    Overview overview((*source)->Partitions(), {.bytes_max = job.question.memory});
    return AnswerWhole(job, **source, overview.Steps(), [&](const Summary& summary) {
      const PageInfo& page = job.question.page;
      return format == Format::kHtml ? OverviewPage(overview.Finish(), summary, page)
                                     : OverviewMarkdown(overview.Finish(), summary, page.topic);
    });
  }
  Session session((*source)->Partitions(), job.question.memory);
  return AnswerWhole(job, **source, session.Steps(), [&](const Summary& summary) {
    return format == Format::kJson ? session.Json(summary) : session.Text(summary, job.Showing());
  });
}

/// Scans for one query; `finish` writes what is left to write.
Result<Summary> AnswerWith(const Job& job, RecordSource& source, Step& step,
                           const std::function<Status()>& finish) {
  Summary summary;
  Step* const steps[] = {&step, &summary.not_objects};
  auto totals = Scan(source, steps, job.Scanning());
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  if (auto finished = finish(); !finished) return std::move(finished).error();
  return summary;
}

Result<Summary> AnswerGroups(const Job& job) {
  Groups groups = MakeGroups(job.question);
  auto summary = ScanMerged(job.open, job.Scanning(), groups);
  if (!summary) return summary;
  auto table = FinishGroups(job.question, groups);
  if (!table) return std::move(table).error();
  summary->notes = groups.Notes();
  if (auto wrote = WriteTable(job.question, std::move(*table), job.write); !wrote)
    return std::move(wrote).error();
  return summary;
}

Result<Summary> AnswerSchema(const Job& job) {
  Schema schema;
  auto summary = ScanMerged(job.open, job.Scanning(), schema);
  if (!summary) return summary;
  auto table = schema.Finish();
  if (!table) return std::move(table).error();
  if (job.question.format == Format::kTable) {
    auto tree = schema.Tree();
    if (job.question.to_terminal) tree = EscapeControls(tree, "\n");
    if (auto wrote = job.write(tree); !wrote) return std::move(wrote).error();
  }
  if (auto wrote = WriteTable(job.question, std::move(*table), job.write); !wrote)
    return std::move(wrote).error();
  return summary;
}

Result<Summary> AnswerView(const Job& job) {
  const auto view = MakeView(*job.question.view, job.question.memory);
  auto summary = ScanMerged(job.open, job.Scanning(), *view);
  if (!summary) return summary;
  auto table = view->Finish();
  if (!table) return std::move(table).error();
  if (auto sorted = Sort(*table, job.question.order_by); !sorted) return std::move(sorted).error();
  summary->notes = view->Notes();
  auto wrote = WriteTable(job.question, std::move(*table), job.write);
  if (!wrote) return std::move(wrote).error();
  return summary;
}

/// The columns asked for; for "all" a pass of its own finds the fields.
Result<Columns> SelectedColumns(const Job& job) {
  Columns columns;
  for (const event::FieldPath& path : job.question.select) columns.push_back(FieldColumn(path));
  if (!job.question.select_all) return columns;
  FieldNames fields;
  const auto summary = ScanMerged(job.open, job.Scanning(), fields);
  if (!summary) return Error(summary.error());
  const auto names = fields.Finish();
  if (!names) {
    return Error{Fault::kFull,
                 "--select '*': " + names.error().context + ": name those that you want"};
  }
  for (const std::string& name : *names) columns.push_back(FieldColumn({name}));
  return columns;
}

Result<Summary> AnswerSorted(const Job& job, RecordSource& source, Columns columns) {
  SortedRows rows(
      std::move(columns),
      {.order = job.question.order_by, .limit = job.Limit(), .bytes_max = job.question.memory});
  return AnswerWith(job, source, rows,
                    [&] { return WriteTable(job.question, rows.Finish(), job.write); });
}

Result<Summary> AnswerRows(const Job& job) {
  auto columns = SelectedColumns(job);
  if (!columns) return std::move(columns).error();
  auto source = job.open();
  if (!source) return std::move(source).error();
  if (!job.question.order_by.empty()) return AnswerSorted(job, **source, std::move(*columns));
  if (TraitsOf(job.question.format).holds_rows) {
    FirstRows rows(Of::kSelectedEvents, std::move(*columns), job.Limit(), (*source)->Partitions(),
                   job.question.memory);
    return AnswerWith(job, **source, rows,
                      [&] { return WriteTable(job.question, rows.Finish(), job.write); });
  }
  const auto renderer = MakeRenderer(RenderingOf(job.question), Headings(*columns), job.write);
  EachRow rows(std::move(*columns), job.Limit(),
               [&](const Row& row) { return renderer->Add(row); });
  return AnswerWith(job, **source, rows, [&] { return renderer->Finish(false); });
}

constexpr std::string_view kTakeIsATable =
    "--take prints rows as pyspark does: leave --format out, or ask with --limit";

/// What a question by name leaves no room for. Errors: kBadInput.
Status CheckView(const Question& question) {
  if (IsRows(question) || IsGroups(question) || question.schema || question.take) {
    return Error{Fault::kBadInput,
                 "this --view is a question of its own: leave --select, --group-by, --agg, "
                 "--schema and --take out"};
  }
  if (question.view->kind == ViewKind::kFunnel && question.view->steps.empty()) {
    return Error{Fault::kBadInput,
                 "a funnel needs its steps: --steps add_to_cart,checkout (event types, or "
                 "conditions as in docs/filter.md)"};
  }
  Table headings = MakeView(*question.view, question.memory)->Finish().value();
  return Sort(headings, question.order_by);
}

/// What a statement leaves to ask. Errors: kBadInput.
Status CheckSql(const Question& question) {
  if (question.view || IsRows(question) || IsGroups(question) || question.schema ||
      question.bucket_by || !question.order_by.empty()) {
    return Error{Fault::kBadInput,
                 "--sql asks all by itself: leave --select, --group-by, --agg, --bucket, "
                 "--order-by, --schema and --view out"};
  }
  if (question.take && question.format != Format::kTable) {
    return Error{Fault::kBadInput, std::string(kTakeIsATable)};
  }
  return sql::Check(*question.sql);
}

/// What the flags of rows and groups need. Errors: kBadInput.
Status CheckParts(const Question& question) {
  if (question.sql) return CheckSql(question);
  if (question.view) return CheckView(question);
  const bool rows = IsRows(question);
  const bool groups = IsGroups(question);
  std::string_view flaw;
  if (question.schema && (rows || groups)) {
    flaw = "--schema is a question of its own: leave --select, --group-by, --agg, --bucket out";
  } else if (question.schema && (question.take || !question.order_by.empty())) {
    flaw = "--schema comes in the order of the names: leave --take and --order-by out";
  } else if (rows && groups) {
    flaw = "--select and --group-by, --agg, --bucket are two questions: ask one";
  } else if (question.bucket_by && !question.bucket) {
    flaw = "--bucket-by says by which time: say in which steps with --bucket";
  } else if (!rows && !groups && question.take) {
    flaw = "--take needs --select, --group-by or --agg";
  } else if (IsSession(question) && question.limit) {
    flaw = "--limit needs --select, --group-by or --agg";
  } else if (!rows && !groups && !question.order_by.empty()) {
    flaw = "--order-by needs --select, --group-by or --agg";
  } else if (question.take && question.format != Format::kTable) {
    flaw = kTakeIsATable;
  }
  if (flaw.empty()) return Done{};
  return Error{Fault::kBadInput, std::string(flaw)};
}

}  // namespace

Groups MakeGroups(const Question& question) {
  Columns columns;
  if (question.bucket) {
    columns.push_back(question.bucket_by
                          ? BucketColumn("bucket", *question.bucket, *question.bucket_by)
                          : BucketColumn("bucket", *question.bucket));
  }
  for (const event::FieldPath& path : question.group_by) columns.push_back(FieldColumn(path));
  auto aggregates = question.aggregates;
  if (aggregates.empty()) aggregates.push_back(CountOfEvents());
  return {std::move(columns), std::move(aggregates), question.memory};
}

Result<Table> FinishGroups(const Question& question, const Groups& groups) {
  auto table = groups.Finish(question.bucket ? GroupOrder::kKey : GroupOrder::kCount);
  if (!table) return table;
  if (auto sorted = Sort(*table, question.order_by); !sorted) return std::move(sorted).error();
  return table;
}

bool IsRows(const Question& question) { return question.select_all || !question.select.empty(); }

bool IsGroups(const Question& question) {
  return !question.group_by.empty() || !question.aggregates.empty() || question.bucket;
}

size_t RowLimit(const Question& question) {
  // Of a list of the first ones, the limit is that of each.
  if (question.view && question.view->kind == ViewKind::kTop) return kAllRows;
  return question.limit.value_or(TraitsOf(question.format).rows);
}

RenderOptions RenderingOf(const Question& question) {
  const bool grouped = question.view || !question.group_by.empty() || question.bucket;
  return {question.format, question.truncate, question.to_terminal, grouped, question.page};
}

Status WriteTable(const Question& question, Table table, const Write& write) {
  const size_t limit = RowLimit(question);
  table.more = table.more || table.rows.size() > limit;
  if (table.rows.size() > limit) table.rows.resize(limit);
  if (question.take) return write(RowsRepr(table.headings, table.rows) + "\n");
  return Render(std::move(table), RenderingOf(question), write);
}

bool IsSession(const Question& question) {
  return !question.view && !question.sql && !IsRows(question) && !IsGroups(question) &&
         !question.schema;
}

Status Check(const Question& question) {
  if (auto parts = CheckParts(question); !parts) return parts;
  if (IsGroups(question)) {
    // An empty answer has the columns of every other.
    auto table = MakeGroups(question).Finish(GroupOrder::kKey);
    if (auto sorted = Sort(*table, question.order_by); !sorted) return sorted;
  }
  for (const OrderBy& by : question.order_by) {
    if (IsRows(question) && by.field.empty()) {
      return Error{Fault::kBadInput,
                   fmt::format("--order-by {}: rows are sorted by fields", by.name)};
    }
  }
  const FormatTraits& format = TraitsOf(question.format);
  if (IsSession(question) && !format.has_session) {
    const auto has_session = [](const FormatTraits& traits) { return traits.has_session; };
    return Error{Fault::kBadInput,
                 fmt::format("{} is one table: say which with --select, --group-by, --agg, "
                             "--sql or --schema; the session has --format {}",
                             format.name, NamesOfFormats(has_session))};
  }
  if (question.limit.value_or(0) > format.rows_max) {
    const auto streams = [](const FormatTraits& traits) { return !traits.holds_rows; };
    return Error{Fault::kBadInput,
                 fmt::format("--limit of {} is at most {}: for more take --format {}", format.name,
                             format.rows_max, NamesOfFormats(streams))};
  }
  return Done{};
}

Result<Summary> Answer(const Question& question, const OpenSource& open, const Progress& progress,
                       const Write& write) {
  if (auto checked = Check(question); !checked) return std::move(checked).error();
  const Job job{question, open, progress, write};
  if (question.sql) return sql::Answer(question, open, progress, write);
  if (question.view) return AnswerView(job);
  if (question.schema) return AnswerSchema(job);
  if (IsGroups(question)) return AnswerGroups(job);
  if (IsRows(question)) return AnswerRows(job);
  return AnswerSession(job);
}

}  // namespace gamevents::report
