#include "cmd/state_view.h"

#include "cmd/state_options.h"
#include "core/base/check.h"
#include "core/base/notes.h"
#include "core/kafka/admin.h"
#include "core/report/scan/row_source.h"
#include "core/state/snapshot.h"
#include "core/state/views.h"

#include <utility>

namespace gamevents::cmd {
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
  if (!folded) {
    return kafka::NameTopics(std::move(folded).error(), client, settings.kafka.topic);
  }
  for (const std::string& gap : folded->gaps) Note(NoteLevel::kWarning, gap);
  return replica;
}

std::vector<event::FieldPath> FieldsOf(std::string_view view) {
  if (view == "guilds") return {{"guild"}, {"user"}};
  std::vector<event::FieldPath> fields{{"user"}, {"item"}, {"kind"}, {"type"}, {"quantity"}};
  if (view == "carts") fields.insert(fields.end(), {{"price"}, {"total"}, {"changed_at"}});
  return fields;
}

report::OpenSource RowsOf(std::string_view view, state::State& state) {
  if (view == "carts") return report::FromRows(state::CartRows(state));
  if (view == "guilds") return report::FromRows(state::GuildRows(state));
  INVARIANT(view == "inventory");
  return report::FromRows(state::InventoryRows(state));
}

}  // namespace gamevents::cmd
