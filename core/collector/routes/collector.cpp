#include "core/collector/routes/collector.h"

#include "core/base/text.h"
#include "core/collector/routes/health_routes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace gamevents::collector {

Collector::Collector(const EventSender& store, const Readiness& readiness, std::vector<Route> more)
    : store_(store), readiness_(readiness), router_(MakeRoutes(std::move(more))) {}

std::vector<Route> Collector::MakeRoutes(std::vector<Route> more) {
  std::vector<Route> routes = {
      {{"GET", "POST"},
       "/",
       Access::kWrite,
       "stores a default event; answers with the caller's address",
       [this](Call&& call) { OnDefault(std::move(call)); }},
      {{"GET", "POST"},
       "/purchase_a_sword/<username>",
       Access::kWrite,
       "stores that the user bought a sword",
       [this](Call&& call) { OnPurchase(std::move(call)); }},
      {{"GET", "POST"},
       "/join_a_guild/<username>/<guildname>",
       Access::kWrite,
       "stores that the user joined the guild",
       [this](Call&& call) { OnJoin(std::move(call)); }},
  };
  routes[0].name = "sendDefaultEvent";
  routes[1].name = "purchaseASword";
  routes[2].name = "joinAGuild";
  routes[1].tag = "shop";
  routes[2].tag = "guilds";
  std::ranges::move(HealthRoutes(readiness_), std::back_inserter(routes));
  std::ranges::move(more, std::back_inserter(routes));
  return routes;
}

http::Handler Collector::handler(Router::Visit visit) const {
  return [this, visit = std::move(visit)](http::Request&& request, http::Reply&& reply) {
    router_.Answer(std::move(request), std::move(reply), visit);
  };
}

void Collector::OnDefault(Call&& call) const {
  const std::string& ip = call.request.remote_ip;
  const auto fields = std::to_array<Field>({{"event_type", "default"}, {"remote_ip", ip}});
  std::string answer = "This is the default response!\n" + ip;
  const Privacy& privacy = store_.events().privacy();
  if (privacy.Treats(call.request.headers) == DoNotTrack::kDrop) {
    privacy.Count(DoNotTrack::kDrop, 1);
    return call.reply(TextResponse(200, std::move(answer)));
  }
  store_.Store(call, fields, std::nullopt, std::move(answer));
}

void Collector::OnPurchase(Call&& call) const {
  const std::string& ip = call.request.remote_ip;
  const std::string& user = call.parts[0];
  const auto fields = std::to_array<Field>(
      {{"event_type", "purchase_sword"}, {"remote ip", ip}, {"purchase_user", user}});
  std::string answer;
  AppendAll(answer, {"Hello ", user, "!! You purchased a Sword successfully!\n"});
  store_.Store(call, fields, user, std::move(answer));
}

void Collector::OnJoin(Call&& call) const {
  const std::string& ip = call.request.remote_ip;
  const std::string& user = call.parts[0];
  const std::string& guild = call.parts[1];
  const auto fields = std::to_array<Field>({{"event_type", "join_a_guild"},
                                            {"remote ip", ip},
                                            {"user_name", user},
                                            {"joined_guild", guild}});
  store_.Store(call, fields, user,
               "Hey " + user + "!! You joined the guild " + guild + " successfully!\n");
}

}  // namespace gamevents::collector
