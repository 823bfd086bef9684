#include "cmd/state_options.h"

#include "cmd/cluster.h"

namespace gamevents::cmd {

Result<SnapshotPlace> FindSnapshot(const config::Settings& settings) {
  if (!settings.state.snapshot.empty()) {
    auto path = PathOf("state.snapshot", settings.state.snapshot);
    if (!path) return std::move(path).error();
    return SnapshotPlace{std::move(*path), ""};
  }
  const auto data = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (!data) return Error(data.error());
  // The log takes folders with such a name for none of its own.
  const std::string file = "/" + settings.kafka.topic + ".sqlite";
  return SnapshotPlace{*data + "/.state" + file, *data + "-state" + file};
}

Result<event::Catalogue> LoadCatalogue(const config::Settings& settings) {
  if (settings.catalogue.file.empty()) return event::Catalogue::BuiltIn();
  auto loaded = event::Catalogue::Load(settings.catalogue.file);
  // What is wrong within the file has its place in front.
  if (loaded || loaded.error().fault == Fault::kBadInput) return loaded;
  return std::move(loaded).error().In("catalogue.file");
}

}  // namespace gamevents::cmd
