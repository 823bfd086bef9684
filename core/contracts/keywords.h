#pragma once

#include "core/base/result.h"
#include "core/contracts/schema.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace gamevents::contracts {

/// Objects keep the order of their members: a contract is read by people, too.
using Json = nlohmann::ordered_json;

/// Where a schema that is being read gets the schemas within it from. Pointers are JSON pointers
/// (RFC 6901) into its file.
class SchemaSource {
 public:
  virtual ~SchemaSource() = default;
  /// The schema that `value`, at `pointer`, is. Errors: kBadInput, with the place.
  virtual Result<const Schema*> Subschema(const Json& value, const std::string& pointer) = 0;
  /// `from` refers to the schema that `reference` names, which is looked for later.
  virtual void Refer(Schema& from, std::string reference, std::string pointer) = 0;
  /// `schema` can be referred to by `name` within its file. Errors: kBadInput for the second one.
  virtual Status Name(const Schema& schema, const std::string& name,
                      const std::string& pointer) = 0;
};

/// Reads the keywords of the schema object `json`, which stands at `pointer`, into `schema`.
/// Which there are, and what is not taken: docs/contracts.md. Errors: kBadInput, with the place: an
/// unknown keyword, a value that the keyword cannot have, a regular expression that is not RE2's.
Status ReadKeywords(const Json& json, const std::string& pointer, SchemaSource& source,
                    Schema& schema);

/// `pointer` led on to a member or element (RFC 6901, section 3).
std::string PointerTo(std::string pointer, std::string_view name);

}  // namespace gamevents::contracts
