#include "core/report/report.h"

#include "core/report/csv.h"
#include "core/report/grouping.h"
#include "core/report/json.h"
#include "core/report/python_repr.h"
#include "core/report/query.h"
#include "core/report/schema.h"
#include "core/report/sorted_rows.h"
#include "core/report/spark_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace gamevents::report {
namespace {

constexpr size_t kWriteBytes = size_t{64} << 10;  // a pipe's worth at a time
constexpr size_t kAllRows = std::numeric_limits<size_t>::max();

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
};

/// Writes rows as they come, in one of the formats that need no alignment.
class RowStream {
 public:
  RowStream(Format format, bool to_terminal, std::vector<Heading> headings, const Write& write)
      : format_(format), to_terminal_(to_terminal), headings_(std::move(headings)), write_(write) {
    if (format_ == Format::kCsv) AppendCsvHeader(text_, headings_);
    if (format_ == Format::kJson) text_ = "[";
  }

  Status Add(const Row& row) {
    if (format_ == Format::kCsv) {
      AppendCsvRow(text_, row);
    } else {
      text_ += first_ ? "\n" : ",\n";
      AppendJsonRow(text_, headings_, row);
    }
    first_ = false;
    return text_.size() < kWriteBytes ? Status(Done{}) : Flush();
  }

  Status Finish() {
    if (format_ == Format::kJson) text_ += first_ ? "]\n" : "\n]\n";
    return Flush();
  }

 private:
  Status Flush() {
    // A text in CSV may hold what a terminal obeys; in JSON it is escaped already.
    const bool escape = to_terminal_ && format_ == Format::kCsv;
    auto written = write_(escape ? EscapeControls(text_, "\r\n\t") : text_);
    text_.clear();
    return written;
  }

  Format format_;
  bool to_terminal_;
  std::vector<Heading> headings_;
  const Write& write_;
  std::string text_;
  bool first_ = true;
};

Result<Summary> AnswerSession(const Job& job) {
  auto source = job.open();
  if (!source) return std::move(source).error();
  Session session((*source)->Partitions());
  Summary summary;
  std::vector<Step*> steps = session.Steps();
  steps.push_back(&summary.not_objects);
  ScanOptions options = job.Scanning();
  options.to_the_end = true;
  auto totals = Scan(**source, steps, options);
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  const bool json = job.question.format == Format::kJson;
  auto written = job.write(json ? session.Json(summary) : session.Text(summary, job.Showing()));
  if (!written) return std::move(written).error();
  return summary;
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

/// Writes a table that is there as a whole, as far as the question's limit.
Status WriteTable(const Job& job, Table table) {
  const Question& question = job.question;
  const bool as_table = question.format == Format::kTable;
  const size_t limit = question.limit.value_or(as_table ? kShowRows : kAllRows);
  table.more = table.more || table.rows.size() > limit;
  if (table.rows.size() > limit) table.rows.resize(limit);
  if (question.take) return job.write(RowsRepr(table.headings, table.rows) + "\n");
  if (as_table) return job.write(Show(table, job.Showing()));
  RowStream stream(question.format, question.to_terminal, table.headings, job.write);
  for (const Row& row : table.rows) {
    if (auto added = stream.Add(row); !added) return added;
  }
  return stream.Finish();
}

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

/// Scans with `step` and siblings of it, one a part of the source, and merges them into it. Step:
/// a Step with Sibling and Merge.
template <class Mergeable>
Result<Summary> ScanMerged(const Job& job, Mergeable& step) {
  auto source = job.open();
  if (!source) return std::move(source).error();
  const auto parts = (*source)->Split(ScanThreads());
  Summary summary;
  if (parts.size() < 2) return AnswerWith(job, **source, step, [] { return Status(Done{}); });
  std::vector<std::unique_ptr<Mergeable>> siblings;
  std::vector<NotObjects> not_objects(parts.size());
  std::vector<std::vector<Step*>> steps;
  for (NotObjects& tally : not_objects) {
    siblings.push_back(step.Sibling());
    steps.push_back({siblings.back().get(), &tally});
  }
  auto totals = ScanParts(parts, steps, job.Scanning());
  if (!totals) return std::move(totals).error();
  summary.totals = *totals;
  for (size_t i = 0; i < parts.size(); ++i) {
    step.Merge(std::move(*siblings[i]));
    summary.not_objects.Merge(not_objects[i]);
  }
  return summary;
}

Result<Summary> AnswerGroups(const Job& job) {
  Groups groups = MakeGroups(job.question);
  auto summary = ScanMerged(job, groups);
  if (!summary) return summary;
  auto table = groups.Finish(job.question.bucket ? GroupOrder::kKey : GroupOrder::kCount);
  if (!table) return std::move(table).error();
  if (auto sorted = Sort(*table, job.question.order_by); !sorted) return std::move(sorted).error();
  summary->notes = groups.Notes();
  if (auto wrote = WriteTable(job, std::move(*table)); !wrote) return std::move(wrote).error();
  return summary;
}

Result<Summary> AnswerSchema(const Job& job) {
  Schema schema;
  auto summary = ScanMerged(job, schema);
  if (!summary) return summary;
  auto table = schema.Finish();
  if (!table) return std::move(table).error();
  if (job.question.format == Format::kTable) {
    auto tree = schema.Tree();
    if (job.question.to_terminal) tree = EscapeControls(tree, "\n");
    if (auto wrote = job.write(tree); !wrote) return std::move(wrote).error();
  }
  if (auto wrote = WriteTable(job, std::move(*table)); !wrote) return std::move(wrote).error();
  return summary;
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

Result<Summary> AnswerSorted(const Job& job, RecordSource& source, Columns columns) {
  const bool as_table = job.question.format == Format::kTable;
  SortedRows rows(std::move(columns),
                  {.order = job.question.order_by,
                   .limit = job.question.limit.value_or(as_table ? kShowRows : kAllRows),
                   .bytes_max = job.question.memory});
  return AnswerWith(job, source, rows, [&] { return WriteTable(job, rows.Finish()); });
}

Result<Summary> AnswerRows(const Job& job) {
  auto columns = SelectedColumns(job);
  if (!columns) return std::move(columns).error();
  auto source = job.open();
  if (!source) return std::move(source).error();
  if (!job.question.order_by.empty()) return AnswerSorted(job, **source, std::move(*columns));
  if (job.question.format == Format::kTable) {
    FirstRows rows(Of::kSelectedEvents, std::move(*columns), job.question.limit.value_or(kShowRows),
                   (*source)->Partitions(), job.question.memory);
    return AnswerWith(job, **source, rows, [&] { return WriteTable(job, rows.Finish()); });
  }
  RowStream stream(job.question.format, job.question.to_terminal, Headings(*columns), job.write);
  EachRow rows(std::move(*columns), job.question.limit.value_or(kAllRows),
               [&](const Row& row) { return stream.Add(row); });
  return AnswerWith(job, **source, rows, [&] { return stream.Finish(); });
}

bool IsRows(const Question& question) { return question.select_all || !question.select.empty(); }

bool IsGroups(const Question& question) {
  return !question.group_by.empty() || !question.aggregates.empty() || question.bucket;
}

/// What the flags of rows and groups need. Errors: kBadInput.
Status CheckParts(const Question& question) {
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
    flaw = "--take prints rows as pyspark does: leave --format out, or ask with --limit";
  } else if (IsSession(question) && question.format == Format::kCsv) {
    flaw = "csv is one table: say which with --select or --group-by, or take --format json";
  }
  if (flaw.empty()) return Done{};
  return Error{Fault::kBadInput, std::string(flaw)};
}

}  // namespace

bool IsSession(const Question& question) {
  return !IsRows(question) && !IsGroups(question) && !question.schema;
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
  if (question.format == Format::kTable && question.limit.value_or(0) > kTableRowsMax) {
    return Error{Fault::kBadInput,
                 fmt::format("--limit of a table is at most {}: take --format csv or json for more",
                             kTableRowsMax)};
  }
  return Done{};
}

Result<Summary> Answer(const Question& question, const OpenSource& open, const Progress& progress,
                       const Write& write) {
  if (auto checked = Check(question); !checked) return std::move(checked).error();
  const Job job{question, open, progress, write};
  if (question.schema) return AnswerSchema(job);
  if (IsGroups(question)) return AnswerGroups(job);
  if (IsRows(question)) return AnswerRows(job);
  return AnswerSession(job);
}

}  // namespace gamevents::report
