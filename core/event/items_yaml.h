#pragma once

#include <string_view>

namespace gamevents::event {

/// The text of configs/items.yaml; defined by a source that the build makes of that file.
extern const std::string_view kItemsYaml;

}  // namespace gamevents::event
