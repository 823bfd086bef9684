#include "cmd/state_view.h"

#include "cmd/state_options.h"
#include "core/base/check.h"
#include "core/base/notes.h"
#include "core/base/text.h"
#include "core/event/document.h"
#include "core/report/scan/row_source.h"
#include "core/state/snapshot.h"
#include "core/state/views.h"

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <variant>

namespace gamevents::cmd {
namespace {

/// Which fields no row has so far, and which there are.
struct FieldsSeen {
  std::vector<event::FieldPath> missing;
  std::set<std::string, std::less<>> names;
  int64_t rows = 0;

  void Look(const event::Document& row) {
    rows += 1;
    std::erase_if(missing, [&](const event::FieldPath& path) {
      return !std::holds_alternative<event::Missing>(row.Field(path));
    });
    row.ForEachField([&](std::string_view name, const event::Value&) {
      if (!names.contains(name)) names.emplace(name);
    });
  }
};

}  // namespace

Result<std::unique_ptr<state::Replica>> LoadFrom(const SnapshotPlace& place,
                                                 const std::string& topic) {
  auto loaded = state::LoadSnapshot(place.path, topic);
  if (loaded || loaded.error().fault != Fault::kNotFound || place.was.empty()) return loaded;
  return state::LoadSnapshot(place.was, topic);
}

Result<std::unique_ptr<state::Replica>> CurrentState(const config::Settings& settings,
                                                     const kafka::ClientOptions& client) {
  auto replica = std::make_unique<state::Replica>();
  const auto place = FindSnapshot(settings);
  if (!place) return Error(place.error());
  auto loaded = LoadFrom(*place, settings.kafka.topic);
  if (loaded) {
    replica = std::move(loaded).value();
  } else if (loaded.error().fault != Fault::kNotFound) {
    Note(NoteLevel::kWarning, "the snapshot is left out: " + loaded.error().context);
  }
  auto folded = state::FoldToEnd(client, settings.kafka.topic, *replica);
  if (!folded && folded.error().fault == Fault::kCorrupt) {
    Note(NoteLevel::kWarning, "the snapshot is left out: " + folded.error().context);
    replica = std::make_unique<state::Replica>();
    folded = state::FoldToEnd(client, settings.kafka.topic, *replica);
  }
  if (!folded) return std::move(folded).error();
  for (const std::string& gap : folded->gaps) Note(NoteLevel::kWarning, gap);
  return replica;
}

report::OpenSource RowsOf(std::string_view view, state::State& state) {
  if (view == "carts") return report::FromRows(state::CartRows(state));
  if (view == "guilds") return report::FromRows(state::GuildRows(state));
  INVARIANT(view == "inventory");
  return report::FromRows(state::InventoryRows(state));
}

Result<std::vector<std::string>> NameMissingFields(const event::Filter& where,
                                                   const report::OpenSource& rows) {
  const auto source = rows();
  if (!source) return Error(source.error());
  FieldsSeen seen{.missing = where.fields(), .names = {}};
  event::Document row;
  while (!seen.missing.empty()) {
    const auto records = (*source)->Next();
    if (!records) return Error(records.error());
    if (records->empty()) break;
    for (const kafka::RecordView& record : *records) {
      if (row.Parse(*record.value)) seen.Look(row);
    }
  }
  std::vector<std::string> sentences;
  if (seen.rows == 0) return sentences;
  const std::vector<std::string_view> names(seen.names.begin(), seen.names.end());
  for (const event::FieldPath& path : seen.missing) {
    // Where the name is known, what is missing is within that field.
    const bool is_known = seen.names.contains(path.front());
    const auto nearest = is_known ? std::nullopt : NearestWord(path.front(), names);
    sentences.push_back(fmt::format("none of the {} rows has the field {}{}", seen.rows,
                                    event::FormatFieldPath(path),
                                    nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
  }
  return sentences;
}

}  // namespace gamevents::cmd
