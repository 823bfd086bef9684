#pragma once

#include <span>
#include <string>
#include <string_view>

// What the bodies of requests and answers are made of, by name, for /openapi.json.

namespace gamevents::collector {

/// A row of components.schemas. A route's body, answer or parameter says its schema by this name,
/// or as JSON.
struct NamedSchema {
  std::string name;  ///< "Cart"
  std::string json;  ///< JSON Schema; it may refer to others as "#/components/schemas/CartLine"
};

/// The table, with the codes of core/problem as ProblemCode.
std::span<const NamedSchema> Schemas();

}  // namespace gamevents::collector
