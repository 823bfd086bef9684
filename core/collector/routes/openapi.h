#pragma once

#include "core/base/result.h"
#include "core/collector/request/router.h"
#include "core/collector/routes/schemas.h"

#include <span>
#include <string>
#include <vector>

namespace gamevents::collector {

/// What the document says beside the routes.
struct OpenApiOptions {
  std::string version;         ///< of the API: the program's own
  bool needs_api_key = false;  ///< whether routes ask for one
  /// Patterns that need none, even so.
  std::vector<std::string> open_routes = {};
  /// Schemas beside those of schemas.h, or in the place of one that has the same name.
  std::vector<NamedSchema> schemas = {};
};

/// The table of routes as an OpenAPI 3.1 document, in JSON: every route and method with its
/// parameters, bodies and answers, and the errors that the server gives to any. HEAD and OPTIONS
/// are served by every route that has GET, or at all, and not written out.
/// Errors: kBadInput when a route's schema is neither JSON nor the name of one, with its pattern;
/// when a named schema is no JSON, or `schemas` has two of one name.
Result<std::string> OpenApi(std::span<const Route> routes, const OpenApiOptions& options);

}  // namespace gamevents::collector
