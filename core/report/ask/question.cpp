#include "core/report/ask/question.h"

#include "core/report/ask/titles.h"

#include <algorithm>
#include <utility>

namespace gamevents::report {
namespace {

/// Gathers fields, each once.
class Fields {
 public:
  void Add(const event::FieldPath& field) {
    if (field.empty() || std::ranges::find(fields_, field) != fields_.end()) return;
    fields_.push_back(field);
  }
  void Add(const std::optional<event::FieldPath>& field) {
    if (field) Add(*field);
  }
  void Add(const event::Filter& filter) {
    for (const event::FieldPath& field : filter.fields()) Add(field);
  }

  void operator()(const SessionQuestion& session) { Add(session.time); }
  void operator()(const SchemaQuestion&) {}
  void operator()(const SqlQuestion&) {}  // SQLite names the columns that are not there
  void operator()(const RowsQuestion& rows) {
    for (const event::FieldPath& field : rows.fields) Add(field);
    for (const event::FieldPath& field : rows.excluded) Add(field);
  }
  void operator()(const GroupsQuestion& groups) {
    for (const event::FieldPath& field : groups.by) Add(field);
    for (const Aggregate& aggregate : groups.aggregates) Add(aggregate.field);
    Add(groups.bucket_by);
  }
  void operator()(const ViewQuestion& view) {
    for (const event::FieldPath& field : view.by) Add(field);
    if (view.kind == ViewKind::kEconomy) return;  // its time is a field of the events behind them
    Add(view.fields.user);
    Add(view.fields.time);
    if (view.kind == ViewKind::kExperiment) Add(view.experiment.variant);
    for (const FunnelStep& step : view.steps) Add(step.is);
  }

  std::vector<event::FieldPath> Take() && { return std::move(fields_); }

 private:
  std::vector<event::FieldPath> fields_;
};

/// What the condition asks for in the fields whose values have names.
std::vector<NamedValue> ValuesOf(const event::Filter& where) {
  std::vector<NamedValue> values;
  for (const char* name : {"event_type", "item", "kind", "guild", "joined_guild"}) {
    for (const std::string& text : where.TextsOf({name})) values.push_back({{name}, text});
  }
  return values;
}

/// What is known of each kind of answer before it is drawn.
struct Charter {
  ChartKind kind;

  ChartOptions operator()(const GroupsQuestion& groups) const {
    using Function = Aggregate::Function;
    ChartOptions options{.kind = kind};
    const auto aggregates = AggregatesOf(groups);
    options.keys = groups.by.size() + (groups.bucket ? 1 : 0);
    if (options.keys == 0) {  // one row, which is no picture
      options.keys = aggregates.size();
      if (kind == ChartKind::kAuto) options.kind = ChartKind::kNone;
      return options;
    }
    const Function function = aggregates.at(groups.drawn).function;
    options.value = options.keys + groups.drawn;
    options.adds_up = function == Function::kCount || function == Function::kSum;
    options.by_parts = groups.by_parts;
    options.step = groups.bucket;
    return options;
  }
  ChartOptions operator()(const ViewQuestion& view) const {
    ChartOptions options{.kind = kind, .keys = 1, .adds_up = true, .view = view.kind};
    const bool is_by_day = view.kind == ViewKind::kSessions || view.kind == ViewKind::kRetention ||
                           view.kind == ViewKind::kEconomy;
    if (is_by_day) options.step = view.day;
    return options;
  }
  ChartOptions operator()(const SqlQuestion&) const { return {.kind = kind}; }
  template <class Other>
  ChartOptions operator()(const Other&) const {
    return {};
  }
};

/// Whether a picture stands below a table: it shows more than the table's first rows.
bool IsDrawnBelow(const Question& question) {
  return question.rendering.format == Format::kTable &&
         question.rendering.chart.kind != ChartKind::kNone;
}

}  // namespace

NamedFields NamesOf(const Question& question) {
  Fields fields;
  NamedFields names;
  if (question.where) {
    fields.Add(*question.where);
    names.values = ValuesOf(*question.where);
  }
  std::visit([&fields](const auto& asked) { fields(asked); }, question.asked);
  // The names in an order of groups or of a view are headings, which are checked before.
  if (std::holds_alternative<RowsQuestion>(question.asked)) {
    for (const OrderBy& by : question.order_by) fields.Add(by.field);
  }
  names.fields = std::move(fields).Take();
  return names;
}

std::vector<Aggregate> AggregatesOf(const GroupsQuestion& question) {
  if (!question.aggregates.empty()) return question.aggregates;
  return {CountOfEvents()};
}

size_t RowLimit(const Question& question) {
  // Of a list of the first ones, the limit is that of each.
  const auto* view = std::get_if<ViewQuestion>(&question.asked);
  if (view != nullptr && view->kind == ViewKind::kTop) return kAllRows;
  return question.limit.value_or(IsDrawnBelow(question) ? kPageRows
                                                        : TraitsOf(question.rendering.format).rows);
}

RenderOptions RenderingOf(const Question& question) {
  RenderOptions rendering = question.rendering;
  rendering.chart = std::visit(Charter{question.rendering.chart.kind}, question.asked);
  rendering.titles = TitlesOf(question);
  rendering.memory = question.memory;
  if (IsDrawnBelow(question) && !question.limit) rendering.shown_rows = kShowRows;
  return rendering;
}

}  // namespace gamevents::report
