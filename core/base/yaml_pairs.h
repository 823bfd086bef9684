#pragma once

#include <yaml-cpp/yaml.h>

#include <set>
#include <string>

namespace gamevents {

/// Calls `visit(name, key node, value node)` for each pair of the mapping `map`, in its order.
/// A key that is no plain text, or that stands there twice, is passed over and told to
/// `fail(mark, what)`; `prefix` goes before its name there. For rooms that link yaml-cpp.
template <class Fail, class Visit>
void EachYamlPair(const YAML::Node& map, const std::string& prefix, Fail fail, Visit visit) {
  std::set<std::string> seen;
  for (const auto& pair : map) {
    const YAML::Node& key = pair.first;
    if (!key.IsScalar()) {
      fail(key.Mark(), "a key must be a plain text");
    } else if (!seen.insert(key.Scalar()).second) {
      fail(key.Mark(), "duplicate " + prefix + key.Scalar() + "; remove one");
    } else {
      visit(key.Scalar(), key, pair.second);
    }
  }
}

}  // namespace gamevents
