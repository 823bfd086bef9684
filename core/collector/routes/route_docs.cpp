#include "core/collector/routes/route_docs.h"

#include <utility>

namespace gamevents::collector {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kObjectSchema = R"({"type":"object"})";
constexpr std::string_view kErrorSchema =
    R"({"type":"object","required":["error"],"properties":{"error":{"type":"string"}}})";
constexpr std::string_view kRefusedSchema =
    R"({"type":"object","required":["status","reason"],"properties":{"status":{"const":"refused"},)"
    R"("reason":{"type":"string"}}})";

// What is wrong in the request itself is told as JSON; what the server refuses before it looks at
// the route, as text.
void AddErrors(Route& route) {
  route.answers.push_back({400, "an argument is wrong; what is allowed", kJson, kErrorSchema});
  route.answers.push_back({400, "the request is malformed"});
  route.answers.push_back({404, "there is no such item; the nearest ones", kJson, kErrorSchema});
  route.answers.push_back({404, "no such route: a part of the path is empty, for example"});
}

}  // namespace

Route DescribedCommand(Route route) {
  route.answers = {{200, "stored, and done", kJson, kObjectSchema},
                   {409, "stored, and refused by the state; why", kJson, kRefusedSchema}};
  AddErrors(route);
  return route;
}

Route DescribedView(Route route) {
  route.answers = {{200, "as the state is now", kJson, kObjectSchema}};
  AddErrors(route);
  return route;
}

}  // namespace gamevents::collector
