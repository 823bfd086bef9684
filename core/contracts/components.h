#pragma once

#include "core/contracts/contracts.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::contracts {

/// A schema as one of many in a document of another kind, such as OpenAPI's. It is whole by itself
/// but for the other components that it refers to.
struct Component {
  std::string name;        ///< "EventPurchaseSword"
  std::string event_type;  ///< empty: what contracts refer to
  std::string json;
};

/// The contracts as components: one of each, and one of each schema that a `$ref` leads to, which
/// is then "$ref":"<prefix><name>". What has a meaning only within a file is gone: `$id`,
/// `$schema`, anchors, definitions. A contract says of its event_type what its file's name says,
/// and that it is an object; its title is a part of its description. No name is one of `taken`.
std::vector<Component> Components(const Contracts& contracts, std::string_view prefix,
                                  std::set<std::string> taken);

}  // namespace gamevents::contracts
