#include "cmd/state_options.h"

#include "cmd/cluster.h"

namespace gamevents::cmd {

Result<std::string> SnapshotPath(const config::Settings& settings) {
  if (!settings.state.snapshot.empty()) return PathOf("state.snapshot", settings.state.snapshot);
  auto data = PathOf("embedded.data_dir", settings.embedded.data_dir);
  if (!data) return data;
  return *data + "-state/" + settings.kafka.topic + ".sqlite";
}

Result<event::Catalogue> LoadCatalogue(const config::Settings& settings) {
  if (settings.catalogue.file.empty()) return event::Catalogue::BuiltIn();
  return event::Catalogue::Load(settings.catalogue.file);
}

}  // namespace gamevents::cmd
