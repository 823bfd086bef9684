#include "core/collector/routes/route_docs.h"

#include "core/problem/problem.h"

#include <utility>

namespace gamevents::collector {
namespace {

constexpr std::string_view kJson = "application/json";

Route Described(Route route, const RouteDoc& doc, std::string_view help) {
  route.name = doc.name;
  route.tag = doc.tag;
  route.answers = {{200, help, kJson, doc.answer}};
  return route;
}

}  // namespace

Route DescribedCommand(Route route, const RouteDoc& doc) {
  route = Described(std::move(route), doc, "stored, and done");
  // Clients are generated from the first, and ask for it.
  route.answers.push_back(
      {409, "stored, and refused by the state; why", problem::kMediaType, "Problem"});
  route.answers.push_back({409, "stored, and refused by the state; why", kJson, "Refusal"});
  return route;
}

Route DescribedView(Route route, const RouteDoc& doc) {
  return Described(std::move(route), doc, "as the state is now");
}

}  // namespace gamevents::collector
