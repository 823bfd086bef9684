#pragma once

#include "core/event/filter_tree.h"
#include "core/event/value.h"

namespace gamevents::event {

/// Whether `source` meets `node`. Thread-safe.
bool Meets(const Node& node, const FieldSource& source);

}  // namespace gamevents::event
