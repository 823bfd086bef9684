#include "core/config/changes.h"

#include "core/config/keys.h"

#include <map>
#include <type_traits>
#include <variant>

namespace gamevents::config {
namespace {

using Entries = std::map<std::string, std::string>;

// The names that one of the two has alone, or that mean something else in the other.
std::vector<std::string> ChangedEntries(const Entries& before, const Entries& after) {
  Entries both = before;
  both.insert(after.begin(), after.end());
  std::vector<std::string> names;
  for (const auto& [name, value] : both) {
    const auto old = before.find(name);
    const auto now = after.find(name);
    const bool same = old != before.end() && now != after.end() && old->second == now->second;
    if (!same) names.push_back(name);
  }
  return names;
}

}  // namespace

std::vector<std::string> ChangedKeys(const Settings& before, const Settings& after) {
  // The table gives places to write to.
  Settings old = before;
  Settings now = after;
  std::vector<std::string> changed;
  for (const Key& key : Keys()) {
    std::visit(
        [&](auto* field) {
          using Value = std::remove_pointer_t<decltype(field)>;
          const Value& other = *std::get<Value*>(key.field(now));
          if constexpr (std::is_same_v<Value, Entries>) {
            for (const std::string& name : ChangedEntries(*field, other)) {
              changed.push_back(std::string(key.name) + "." + name);
            }
          } else if (*field != other) {
            changed.emplace_back(key.name);
          }
        },
        key.field(old));
  }
  return changed;
}

}  // namespace gamevents::config
