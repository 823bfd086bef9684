#include "core/collector/routes/cart_routes.h"

#include "core/collector/routes/route_docs.h"
#include "core/state/views.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr auto kItemArguments = std::to_array<std::string_view>({"type", "quantity"});

/// What the answers of a user's commands have in common: a view of the state after them.
using Show = std::string (*)(const state::State&, std::string_view user);

struct Shown {
  std::string_view name;
  Show show;
};

constexpr Shown kCart{"cart", state::CartJson};
constexpr Shown kInventory{"inventory", state::InventoryJson};

/// Sends an event of `event_type` by `user`, about `choice` if there is one.
void SendAs(const Commands& commands, Call call, std::string_view event_type,
            const std::string& user, const std::vector<Field>& goods, Commands::Answer answer) {
  if (auto flaw = CheckName("user", user, state::kNameBytesMax)) {
    return call.reply(JsonRefusal(std::move(*flaw)));
  }
  const std::string ip = call.request.remote_ip;
  std::vector<Field> fields = {{"event_type", event_type}, {"remote ip", ip}, {"user", user}};
  fields.insert(fields.end(), goods.begin(), goods.end());
  commands.Send(std::move(call), fields, user, std::move(answer));
}

Commands::Answer ShowAfter(const Shown& shown, std::string user) {
  return [shown, user = std::move(user)](const state::Folded& folded, event::EventWriter& answer) {
    answer.AddJson(shown.name, shown.show(folded.state, user));
  };
}

void OnPut(const Commands& commands, const CatalogueInUse& catalogue, Call call) {
  const auto arguments = Arguments::Read(call.request, kItemArguments);
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const std::string user = call.parts[0];
  auto choice = ChooseFromCatalogue(*catalogue.Get(), call.parts[1], *arguments);
  if (!choice) return call.reply(JsonRefusal(choice.problem()));
  if (!choice->quantity) choice->quantity = 1;
  SendAs(commands, std::move(call), "add_to_cart", user, ItemFields(*choice, true),
         ShowAfter(kCart, user));
}

/// An event about an item that the user is to have already.
void OnGiveUp(const Commands& commands, const CatalogueInUse& catalogue, Call call,
              std::string_view event_type, const Shown& shown) {
  const auto arguments = Arguments::Read(call.request, kItemArguments);
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const std::string user = call.parts[0];
  const auto choice = ChooseAny(*catalogue.Get(), call.parts[1], *arguments);
  if (!choice) return call.reply(JsonRefusal(choice.problem()));
  SendAs(commands, std::move(call), event_type, user, ItemFields(*choice, false),
         ShowAfter(shown, user));
}

/// An event about the whole cart.
void OnWhole(const Commands& commands, Call call, std::string_view event_type,
             Commands::Answer answer) {
  const auto arguments = Arguments::Read(call.request, {});
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const std::string user = call.parts[0];
  SendAs(commands, std::move(call), event_type, user, {}, std::move(answer));
}

void OnCheckout(const Commands& commands, Call call) {
  const std::string user = call.parts[0];
  OnWhole(commands, std::move(call), "checkout",
          [user](const state::Folded& folded, event::EventWriter& answer) {
            answer.Add("user", user);
            answer.AddJson("bought", state::LinesJson(folded.state, folded.outcome.bought));
            answer.Add("total", state::TotalOf(folded.outcome.bought));
            answer.AddJson("inventory", state::InventoryJson(folded.state, user));
          });
}

void OnLeave(const Commands& commands, Call call, const std::optional<std::string>& guild) {
  const auto arguments = Arguments::Read(call.request, {});
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const std::string user = call.parts[0];
  for (const auto& [what, name] : {std::pair("user", user), {"guild", guild.value_or("-")}}) {
    if (auto flaw = CheckName(what, name, state::kNameBytesMax)) {
      return call.reply(JsonRefusal(std::move(*flaw)));
    }
  }
  const std::string ip = call.request.remote_ip;
  std::vector<Field> fields = {
      {"event_type", "leave_a_guild"}, {"remote ip", ip}, {"user_name", user}, {"user", user}};
  if (guild) fields.push_back({"left_guild", *guild});
  commands.Send(std::move(call), fields, user,
                [user](const state::Folded& folded, event::EventWriter& answer) {
                  answer.Add("user", user);
                  answer.Add("left_guild", folded.outcome.left_guild);
                });
}

/// Shows one user's part of the state.
void OnShow(const Commands& commands, const Call& call, Show show) {
  const auto arguments = Arguments::Read(call.request, {});
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  collector::Show(commands, call,
                  [&](const state::State& state) { return show(state, call.parts[0]); });
}

void OnGuild(const Commands& commands, const Call& call) {
  static constexpr auto kKnown = std::to_array<std::string_view>({"after", "limit"});
  const auto arguments = Arguments::Read(call.request, kKnown);
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const auto limit = arguments->Number("limit", {1, int64_t{state::kPageMax}});
  if (!limit) return call.reply(JsonRefusal(limit.problem()));
  const auto shown = static_cast<size_t>(limit->value_or(int64_t{state::kPageDefault}));
  collector::Show(commands, call, [&](const state::State& state) {
    return state::GuildJson(state, call.parts[0], arguments->Text("after"), shown);
  });
}

}  // namespace

void Show(const Commands& commands, const Call& call,
          const std::function<std::string(const state::State&)>& read) {
  if (const Status ready = commands.projection().Ready(); !ready) {
    return call.reply(
        EventSender::Unavailable(problem::Code::kNotReady, "not ready: " + ready.error().context));
  }
  std::string shown;
  commands.projection().Read([&](state::State& state) { shown = read(state); });
  call.reply(JsonResponse(200, std::move(shown)));
}

std::vector<Route> CartRoutes(const Commands& commands, const CatalogueInUse& catalogue) {
  Route show = DescribedView({{"GET"},
                              "/cart/<username>",
                              Access::kRead,
                              "what is in the user's cart, and what it costs",
                              [&](const Call& call) { OnShow(commands, call, kCart.show); }},
                             {"getCart", "carts", "Cart"});
  Route clear =
      DescribedCommand({{"DELETE"},
                        "/cart/<username>",
                        Access::kWrite,
                        "empties the cart",
                        [&](Call call) {
                          const std::string user = call.parts[0];
                          OnWhole(commands, std::move(call), "clear_cart", ShowAfter(kCart, user));
                        }},
                       {"clearCart", "carts", "CartChanged"});
  Route put = DescribedCommand({{"PUT"},
                                "/cart/<username>/items/<item>",
                                Access::kWrite,
                                "has the cart hold so many of the item, at today's price",
                                [&](Call call) { OnPut(commands, catalogue, std::move(call)); }},
                               {"putInCart", "carts", "CartChanged"});
  Route remove =
      DescribedCommand({{"DELETE"},
                        "/cart/<username>/items/<item>",
                        Access::kWrite,
                        "takes the item, or quantity= of it, out of the cart",
                        [&](Call call) {
                          OnGiveUp(commands, catalogue, std::move(call), "remove_from_cart", kCart);
                        }},
                       {"takeFromCart", "carts", "CartChanged"});
  put.query = remove.query = {kTypeParameter, kQuantityParameter};
  put.bodies = remove.bodies = {kItemBody};
  Route checkout = DescribedCommand({{"POST"},
                                     "/cart/<username>/checkout",
                                     Access::kWrite,
                                     "buys what is in the cart",
                                     [&](Call call) { OnCheckout(commands, std::move(call)); }},
                                    {"checkout", "carts", "Checkout"});
  return {std::move(show), std::move(clear), std::move(put), std::move(remove),
          std::move(checkout)};
}

std::vector<Route> InventoryRoutes(const Commands& commands, const CatalogueInUse& catalogue) {
  Route show = DescribedView({{"GET"},
                              "/inventory/<username>",
                              Access::kRead,
                              "what the user owns",
                              [&](const Call& call) { OnShow(commands, call, kInventory.show); }},
                             {"getInventory", "shop", "Inventory"});
  Route use = DescribedCommand(
      {{"POST"},
       "/inventory/<username>/use/<item>",
       Access::kWrite,
       "uses one of an item, or quantity= of it, up",
       [&](Call call) { OnGiveUp(commands, catalogue, std::move(call), "use_item", kInventory); }},
      {"useItem", "shop", "InventoryChanged"});
  use.query = {kTypeParameter, kQuantityParameter};
  use.bodies = {kItemBody};
  return {std::move(show), std::move(use)};
}

std::vector<Route> GuildRoutes(const Commands& commands) {
  Route leave =
      DescribedCommand({{"GET", "POST"},
                        "/leave_a_guild/<username>",
                        Access::kWrite,
                        "stores that the user left the guild that they are in",
                        [&](Call call) { OnLeave(commands, std::move(call), std::nullopt); }},
                       {"leaveGuild", "guilds", "GuildLeft"});
  Route leave_named = DescribedCommand({{"GET", "POST"},
                                        "/leave_a_guild/<username>/<guildname>",
                                        Access::kWrite,
                                        "stores that the user left that guild",
                                        [&](Call call) {
                                          const std::string guild = call.parts[1];
                                          OnLeave(commands, std::move(call), guild);
                                        }},
                                       {"leaveNamedGuild", "guilds", "GuildLeft"});
  Route members = DescribedView({{"GET"},
                                 "/guilds/<guildname>",
                                 Access::kRead,
                                 "the guild's members",
                                 [&](const Call& call) { OnGuild(commands, call); }},
                                {"getGuild", "guilds", "Guild"});
  members.query = {kAfterParameter, kLimitParameter};
  return {std::move(leave), std::move(leave_named), std::move(members)};
}

}  // namespace gamevents::collector
