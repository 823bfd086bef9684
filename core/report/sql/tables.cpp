#include "core/report/sql/tables.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/report/scan/field_names.h"
#include "core/report/scan/flow_source.h"
#include "core/report/scan/merged_scan.h"
#include "core/report/scan/sales_source.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/event_groups.h"
#include "core/report/sql/kept_groups.h"
#include "core/report/steps/session_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace gamevents::report::sql {
namespace {

using Names = std::set<std::string, std::less<>>;

/// What the first pass looks for: the fields, and the groups, if there is a statement about some.
class FirstPass final : public Step {
 public:
  explicit FirstPass(std::unique_ptr<EventGroups> groups) : groups_(std::move(groups)) {}

  std::unique_ptr<FirstPass> Sibling() const {
    return std::make_unique<FirstPass>(groups_ ? groups_->Sibling() : nullptr);
  }

  Status Take(const Scanned& scanned) override {
    if (auto taken = fields_.Take(scanned); !taken) return taken;
    return groups_ ? groups_->Take(scanned) : Status(Done{});
  }
  bool Satisfied() const override { return fields_.Satisfied(); }

  void Merge(FirstPass&& sibling) {
    fields_.Merge(std::move(sibling.fields_));
    if (groups_) groups_->Merge(std::move(*sibling.groups_));
  }

  const FieldNames& fields() const { return fields_; }
  std::optional<report::Table> Groups() const { return groups_ ? groups_->Finish() : std::nullopt; }

 private:
  FieldNames fields_;
  std::unique_ptr<EventGroups> groups_;
};

/// Calls `progress` with totals that say which pass they are of.
Progress InFirstPass(const Progress& progress) {
  if (!progress) return nullptr;
  return [&progress](ScanTotals totals) {
    totals.pass = 1;
    progress(totals);
  };
}

/// The columns that the table has in any case.
Names ColumnsInAnyCase(const TableSources& sources, std::string_view name) {
  if (name == kSalesTable) {
    return {"user", "item", "kind", "type", "quantity", "price", "revenue", "through"};
  }
  if (name == kFlowsTable) {
    return {"user", "what", "item", "kind", "type", "gained", "lost", "through"};
  }
  if (name == kSessionsTable) return {"user", "begin", "end", "seconds", "events"};
  const auto named = std::ranges::find(sources.named, name, &TableSource::name);
  return named == sources.named.end() ? Names() : named->columns;
}

}  // namespace

Result<std::optional<OpenSource>> Tables::Open(const std::string& name) {
  if (name == kEventsTable) return std::optional(given_.events);
  if (name == kSalesTable) return std::optional(SalesOf(given_.events, given_.question.memory));
  if (name == kFlowsTable) return std::optional(FlowsOf(given_.events, given_.question.memory));
  if (name == kSessionsTable) return OpenSessions();
  return OpenOther(name);
}

Result<std::optional<OpenSource>> Tables::OpenOther(const std::string& name) {
  const auto& named = given_.sources.named;
  const auto source = std::ranges::find(named, name, &TableSource::name);
  if (source != named.end()) {
    auto open = source->open();
    if (!open) return std::move(open).error();
    return std::optional(std::move(*open));
  }
  unknown_ = OthersThan(name);
  if (!given_.sources.topic) return std::optional<OpenSource>();
  auto topic = given_.sources.topic(name);
  if (topic) return std::optional(std::move(*topic));
  if (topic.error().fault != Fault::kNotFound) return std::move(topic).error();
  unknown_ += "\n" + topic.error().context;
  return std::optional<OpenSource>();
}

Result<std::optional<OpenSource>> Tables::OpenSessions() {
  const Question& question = given_.question;
  auto open = SessionRows(
      given_.events,
      {question.where ? &*question.where : nullptr, false, InFirstPass(given_.progress)},
      question.memory);
  if (!open) return std::move(open).error();
  return std::optional(std::move(*open));
}

std::string Tables::OthersThan(const std::string& name) const {
  std::vector<std::string_view> names(kMadeTables.begin(), kMadeTables.end());
  for (const TableSource& source : given_.sources.named) names.push_back(source.name);
  const auto nearest = NearestWord(name, names);
  const std::string view =
      EventViewNamed(name)
          ? fmt::format("{0} is a view, not a table: report --view {0} asks it; ", name)
          : "";
  return fmt::format(
      "{}{}the tables are {}, other topics by their names, and files that --with names", view,
      nearest ? fmt::format("did you mean {}? ", *nearest) : "", fmt::join(names, ", "));
}

std::string Tables::AsDeclared(const std::string& name) const {
  for (const std::string_view made : kMadeTables) {
    if (EqualsIgnoringCase(made, name)) return std::string(made);
  }
  for (const TableSource& source : given_.sources.named) {
    if (EqualsIgnoringCase(source.name, name)) return source.name;
  }
  return name;
}

Result<bool> Tables::Load(const std::string& asked, Connection& connection) {
  const std::string name = AsDeclared(asked);
  if (name == kEventsTable && given_.store != nullptr) return LoadKept(connection);
  auto open = Open(name);
  if (!open) return std::move(open).error();
  if (!*open) return false;
  const Question& question = given_.question;
  const bool is_events = name == kEventsTable;
  const event::Filter* where = is_events && question.where ? &*question.where : nullptr;
  ScanOptions scanning{where, false, InFirstPass(given_.progress)};
  if (is_events) scanning.asked = NamesOf(question);
  const bool gathers = is_events && given_.grouped != nullptr;
  FirstPass first(gathers ? std::make_unique<EventGroups>(*given_.grouped, question.memory)
                          : nullptr);
  auto summary = ScanMerged(**open, scanning, first);
  if (!summary) return std::move(summary).error();
  auto names = first.fields().Finish();
  if (!names) {
    return Error{Fault::kFull, "SQL: " + names.error().context +
                                   ", each of which would be a column: leave events out with a "
                                   "filter"};
  }
  for (const std::string& each : ColumnsInAnyCase(given_.sources, name)) {
    if (std::ranges::find(*names, each) == names->end()) names->push_back(each);
  }
  Columns columns = ColumnsOf(*names);
  std::vector<std::string> notes = std::move(summary_.notes);
  notes.insert(notes.end(), columns.notes.begin(), columns.notes.end());
  const int64_t rows = summary->totals.selected;
  const bool partial = summary_.totals.partial || summary->totals.partial;
  if (is_events || loaded_.empty()) summary_ = std::move(*summary);
  summary_.notes = std::move(notes);
  summary_.totals.partial = partial;
  if (gathers) groups_ = first.Groups();
  auto added = Add(name,
                   Events{.columns = std::move(columns.columns),
                          .open = std::move(**open),
                          .where = where,
                          .progress = given_.progress,
                          .expected = rows,
                          .kept_max = static_cast<int64_t>(question.memory)},
                   connection);
  if (!added) return std::move(added).error();
  return true;
}

Status Tables::Add(const std::string& name, Events events, Connection& connection) {
  loaded_.push_back(std::unique_ptr<Loaded>(new Loaded{name, std::move(events)}));
  return connection.Add(name, loaded_.back()->events);
}

Result<bool> Tables::AddNull(const std::string& name, Connection& connection) {
  for (const auto& each : loaded_) {
    if (each->name != kEventsTable) continue;
    Events& events = each->events;
    if (events.expected != 0 || FindColumn(events.columns, name) != nullptr) return false;
    events.columns.push_back({.name = name, .field = {name}, .hidden = true});
    if (auto added = connection.Add(each->name, events); !added) return std::move(added).error();
    return true;
  }
  return false;
}

// The events from what the store knows of them. Errors: of ColumnStore::Keep.
Result<bool> Tables::LoadKept(Connection& connection) {
  ColumnStore& store = *given_.store;
  Columns columns = ColumnsOf(store.fields());
  summary_.totals = store.totals();
  summary_.notes.insert(summary_.notes.end(), columns.notes.begin(), columns.notes.end());
  if (given_.grouped != nullptr && Fits(*given_.grouped, columns.columns)) {
    std::vector<Column> fields;
    for (const GroupedField& field : given_.grouped->fields) fields.push_back(KeptFieldOf(field));
    const auto kept = store.Keep(fields, given_.progress);
    if (!kept) return Error(kept.error());
    if (*kept) groups_ = GroupKept(*given_.grouped, store);
  }
  auto added = Add(std::string(kEventsTable),
                   Events{.columns = std::move(columns.columns),
                          .open = store.Open(),
                          .progress = given_.progress,
                          .expected = store.rows(),
                          .store = &store,
                          .kept_max = static_cast<int64_t>(given_.question.memory)},
                   connection);
  if (!added) return std::move(added).error();
  return true;
}

bool Tables::HasColumn(std::string_view name) const {
  return std::ranges::any_of(loaded_, [name](const auto& each) {
    return FindColumn(each->events.columns, name) != nullptr;
  });
}

const Tables::Loaded* Tables::Find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      loaded_, [name](const auto& each) { return EqualsIgnoringCase(each->name, name); });
  return found == loaded_.end() ? nullptr : found->get();
}

const std::vector<Column>& Tables::columns() const { return Find(kEventsTable)->events.columns; }

void Tables::TakeGroups() {
  for (const auto& each : loaded_) {
    if (each->name == kEventsTable) each->events.totals = summary_.totals;
  }
}

ScanTotals Tables::Totals() const {
  ScanTotals most;
  bool partial = false;
  for (const auto& each : loaded_) {
    const ScanTotals& totals = each->events.totals;
    partial = partial || totals.partial;
    if (totals.records > most.records) most = totals;
  }
  most.partial = partial;
  return most;
}

bool Tables::IsMixed() const {
  int64_t scans = 0;
  bool partial = false;
  for (const auto& each : loaded_) {
    scans += each->events.counts.scans;
    partial = partial || each->events.totals.partial;
  }
  return partial && scans > 1;
}

std::vector<std::string> Tables::Rounded() const {
  std::vector<std::string> names;
  for (const auto& each : loaded_) {
    names.insert(names.end(), each->events.rounded.begin(), each->events.rounded.end());
  }
  return names;
}

}  // namespace gamevents::report::sql
