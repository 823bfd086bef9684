#pragma once

#include "core/collector/request/router.h"

// What /openapi.json says of the routes on carts, inventories and guilds.

namespace gamevents::collector {

inline constexpr RouteParameter kTypeParameter{"type", "a type that the item comes in"};
inline constexpr RouteParameter kQuantityParameter{
    "quantity", "how many: at most the item's stack limit",
    R"({"type":"integer","minimum":1,"maximum":1000000000})"};
inline constexpr RouteParameter kItemParameter{"item", "who has this item"};
inline constexpr RouteParameter kKindParameter{"kind", "who has something of this kind"};
inline constexpr RouteParameter kMinParameter{
    "min", "how many of it at least", R"({"type":"integer","minimum":1,"maximum":1000000000})"};
inline constexpr RouteParameter kWhereParameter{"where", "a filter: docs/filter.md"};
inline constexpr RouteParameter kMinAgeParameter{"min_age", "carts left alone so long: 30m, 2h"};
inline constexpr RouteParameter kAfterParameter{"after", "names after this one: a page's `next`"};
inline constexpr RouteParameter kLimitParameter{"limit", "how many on a page",
                                                R"({"type":"integer","minimum":1,"maximum":1000})"};

/// The route with the answers of a command: folded, refused by the state, or wrong in itself.
Route DescribedCommand(Route route);

/// The route with the answers of a view of the state.
Route DescribedView(Route route);

}  // namespace gamevents::collector
