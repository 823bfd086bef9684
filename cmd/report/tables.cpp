#include "cmd/report/tables.h"

#include "cmd/key_value.h"
#include "cmd/state_options.h"
#include "cmd/state_view.h"
#include "core/base/check.h"
#include "core/event/catalogue.h"
#include "core/report/ask/field_list.h"
#include "core/report/scan/file_source.h"
#include "core/report/scan/row_source.h"
#include "core/report/sql/tables.h"
#include "core/state/replica.h"

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

constexpr std::string_view kCatalogue = "catalogue";

using Names = std::set<std::string, std::less<>>;

/// The two sides of NAME=FILE; nullopt: it has no two.
std::optional<std::pair<std::string, std::string>> CutFile(const std::string& text) {
  auto sides = CutKeyValue(text);
  if (sides && sides->second.empty()) return std::nullopt;
  return sides;
}

Names ColumnsOf(std::string_view view) {
  Names names;
  for (const event::FieldPath& field : FieldsOf(view)) names.insert(report::FieldName(field));
  return names;
}

/// The items of the catalogue, a row each.
Result<report::OpenSource> OpenCatalogue(const config::Settings& settings) {
  const auto catalogue = LoadCatalogue(settings);
  if (!catalogue) return Error(catalogue.error());
  std::vector<std::string> rows;
  for (const event::Item& item : catalogue->items()) rows.push_back(event::ToJson(item));
  return report::FromRows(std::move(rows));
}

}  // namespace

Status CheckFiles(const std::vector<std::string>& with) {
  std::set<std::string_view> taken(kStateViews.begin(), kStateViews.end());
  taken.insert(report::sql::kMadeTables.begin(), report::sql::kMadeTables.end());
  taken.insert(kCatalogue);
  for (const std::string& text : with) {
    const auto cut = CutFile(text);
    if (!cut) {
      return Error{Fault::kBadInput,
                   fmt::format("--with {}: write NAME=FILE, as players=players.csv", text)};
    }
    if (taken.insert(std::string_view(text).substr(0, cut->first.size())).second) continue;
    return Error{
        Fault::kBadInput,
        fmt::format("--with {}: there is a table {} already: take another name", text, cut->first)};
  }
  return Done{};
}

report::sql::TableSources TablesOf(const std::vector<std::string>& with,
                                   const config::Settings& settings,
                                   const kafka::ClientOptions& client, OpenTopic topic) {
  report::sql::TableSources tables{{}, std::move(topic)};
  const auto memory = static_cast<size_t>(settings.report.memory);
  for (const std::string& text : with) {
    const auto cut = CutFile(text);
    INVARIANT(cut.has_value());
    tables.named.push_back(
        {cut->first, {}, [path = cut->second, memory] { return report::FromFile(path, memory); }});
  }
  // All of them show one state, which is folded once.
  auto state = std::make_shared<std::unique_ptr<state::Replica>>();
  for (const std::string_view view : kStateViews) {
    const auto open = [view, state, &settings, client]() -> Result<report::OpenSource> {
      if (!*state) {
        auto current = CurrentState(settings, client);
        if (!current) return std::move(current).error();
        *state = std::move(*current);
      }
      return RowsOf(view, (*state)->state);
    };
    tables.named.push_back({std::string(view), ColumnsOf(view), open});
  }
  tables.named.push_back(
      {std::string(kCatalogue), {}, [&settings] { return OpenCatalogue(settings); }});
  return tables;
}

}  // namespace gamevents::cmd
