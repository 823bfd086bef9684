#pragma once

#include "core/event/value.h"

#include <string>
#include <vector>

namespace gamevents::report {

/// A value that a question asks for in a field whose values are few and have names, as an event's
/// type or an item.
struct NamedValue {
  event::FieldPath field;
  std::string text;

  bool operator==(const NamedValue&) const = default;
};

/// What a question names of events, each once.
struct NamedFields {
  std::vector<event::FieldPath> fields{};
  std::vector<NamedValue> values{};
};

}  // namespace gamevents::report
