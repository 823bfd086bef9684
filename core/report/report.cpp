#include "core/report/report.h"

#include "core/report/overview.h"
#include "core/report/overview_page.h"
#include "core/report/query.h"
#include "core/report/renderer.h"

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
  RenderOptions Rendering() const {
    return {question.format, question.truncate, question.to_terminal, !question.group_by.empty(),
            question.page};
  }
  size_t Limit() const { return question.limit.value_or(TraitsOf(question.format).rows); }
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
    Overview overview((*source)->Partitions());
    return AnswerWhole(job, **source, overview.Steps(), [&](const Summary& summary) {
      const PageInfo& page = job.question.page;
      return format == Format::kHtml ? OverviewPage(overview.Finish(), summary, page)
                                     : OverviewMarkdown(overview.Finish(), summary, page.topic);
    });
  }
  Session session((*source)->Partitions());
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
  auto source = job.open();
  if (!source) return std::move(source).error();
  Columns columns;
  for (const event::FieldPath& path : job.question.group_by) columns.push_back(FieldColumn(path));
  CountGroups groups(std::move(columns));
  return AnswerWith(job, **source, groups, [&]() -> Status {
    auto table = groups.Finish(GroupOrder::kCount);
    if (!table) return std::move(table).error();
    const size_t limit = job.Limit();
    table->more = table->rows.size() > limit;
    if (table->more) table->rows.resize(limit);
    return Render(std::move(*table), job.Rendering(), job.write);
  });
}

/// The columns asked for; for "all" a pass of its own finds the fields.
Result<Columns> SelectedColumns(const Job& job) {
  Columns columns;
  for (const event::FieldPath& path : job.question.select) columns.push_back(FieldColumn(path));
  if (!job.question.select_all) return columns;
  auto source = job.open();
  if (!source) return std::move(source).error();
  FieldNames fields;
  Step* const steps[] = {&fields};
  auto totals = Scan(**source, steps, job.Scanning());
  if (!totals) return std::move(totals).error();
  for (const std::string& name : fields.names()) columns.push_back(FieldColumn({name}));
  return columns;
}

Result<Summary> AnswerRows(const Job& job) {
  auto columns = SelectedColumns(job);
  if (!columns) return std::move(columns).error();
  auto source = job.open();
  if (!source) return std::move(source).error();
  if (TraitsOf(job.question.format).holds_rows) {
    FirstRows rows(Of::kSelectedEvents, std::move(*columns), job.Limit(), (*source)->Partitions());
    return AnswerWith(job, **source, rows,
                      [&] { return Render(rows.Finish(), job.Rendering(), job.write); });
  }
  const auto renderer = MakeRenderer(job.Rendering(), Headings(*columns), job.write);
  EachRow rows(std::move(*columns), job.Limit(),
               [&](const Row& row) { return renderer->Add(row); });
  return AnswerWith(job, **source, rows, [&] { return renderer->Finish(false); });
}

bool IsRows(const Question& question) { return question.select_all || !question.select.empty(); }

}  // namespace

Status Check(const Question& question) {
  const bool rows = IsRows(question);
  const bool groups = !question.group_by.empty();
  if (rows && groups) {
    return Error{Fault::kBadInput, "--select and --group-by are two questions: ask one"};
  }
  if (!rows && !groups && question.limit) {
    return Error{Fault::kBadInput, "--limit needs --select or --group-by"};
  }
  const FormatTraits& format = TraitsOf(question.format);
  if (!rows && !groups && !format.has_session) {
    const auto has_session = [](const FormatTraits& traits) { return traits.has_session; };
    return Error{Fault::kBadInput,
                 fmt::format("{} is one table: say which with --select or --group-by; the session "
                             "has --format {}",
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
  if (!question.group_by.empty()) return AnswerGroups(job);
  if (IsRows(question)) return AnswerRows(job);
  return AnswerSession(job);
}

}  // namespace gamevents::report
