#pragma once

#include "core/collector/request/router.h"

#include <string_view>

// What /openapi.json says of the routes on carts, inventories and guilds.

namespace gamevents::collector {

inline constexpr RouteParameter kTypeParameter{"type", "a type that the item comes in"};
inline constexpr RouteParameter kQuantityParameter{
    "quantity", "how many: at most the item's stack limit",
    R"({"type":"integer","minimum":1,"maximum":1000000})"};
inline constexpr RouteParameter kItemParameter{"item", "who has this item"};
inline constexpr RouteParameter kKindParameter{"kind", "who has something of this kind"};
inline constexpr RouteParameter kMinParameter{
    "min", "how many of it at least", R"({"type":"integer","minimum":1,"maximum":1000000000})"};
inline constexpr RouteParameter kWhereParameter{"where", "a filter: docs/filter.md"};
inline constexpr RouteParameter kMinAgeParameter{"min_age", "carts left alone so long: 30m, 2h"};
inline constexpr RouteParameter kAfterParameter{"after", "names after this one: a page's `next`"};
inline constexpr RouteParameter kLimitParameter{"limit", "how many on a page",
                                                R"({"type":"integer","minimum":1,"maximum":1000})"};

/// A body that says the same as the query; a route that has it may be asked without.
inline constexpr RouteBody kItemBody{"application/json", "ItemChoice"};

/// How a route is called, where it is listed, and the named schema of its 200 (schemas.h).
struct RouteDoc {
  std::string_view name;
  std::string_view tag;
  std::string_view answer;
};

/// The route with the answers of a command: folded, or refused by the state.
Route DescribedCommand(Route route, const RouteDoc& doc);

/// The route with the answer of a view of the state.
Route DescribedView(Route route, const RouteDoc& doc);

}  // namespace gamevents::collector
