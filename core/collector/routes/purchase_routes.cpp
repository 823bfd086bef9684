#include "core/collector/routes/purchase_routes.h"

#include "core/base/text.h"
#include "core/collector/routes/route_docs.h"
#include "core/state/views.h"

#include <algorithm>
#include <array>

namespace gamevents::collector {
namespace {

using problem::Code;

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

std::optional<problem::Problem> CheckType(const event::Item& item, const std::string& type) {
  if (std::ranges::find(item.types, type) != item.types.end()) return std::nullopt;
  const std::string allowed = item.types.empty()
                                  ? item.name + " comes in no types: leave it out"
                                  : item.name + " comes in the types " + Listed(item.types);
  const std::vector<std::string_view> types(item.types.begin(), item.types.end());
  return problem::Problem{.code = Code::kUnknownType,
                          .detail = "type: '" + type + "' is not known; " + allowed,
                          .field = "type",
                          .allowed = item.types,
                          .nearest = std::string(NearestWord(type, types).value_or(""))};
}

problem::Problem NoSuchItem(const event::Catalogue& catalogue, const std::string& name) {
  std::vector<std::string_view> names;
  for (const event::Item& item : catalogue.items()) names.emplace_back(item.name);
  return {.code = Code::kUnknownItem,
          .detail = "there is no item '" + name + "'" + catalogue.Alternatives(name),
          .field = "item",
          .allowed = {names.begin(), names.end()},
          .nearest = std::string(NearestWord(name, names).value_or(""))};
}

/// How many of `item` with that type the user owns now.
int64_t OwnedOf(const state::State& state, const std::string& user, const Choice& choice) {
  const state::User* found = state.Find(user);
  int64_t count = 0;
  if (found == nullptr) return count;
  for (const state::Stack& stack : found->stacks) {
    const state::Goods& goods = state.goods(stack.goods);
    if (goods.item == choice.item.name && goods.type == choice.type) count += stack.quantity;
  }
  return count;
}

void Purchase(const Commands& commands, const CatalogueInUse& catalogue, Call call,
              const Arguments& arguments, const std::string& user) {
  const std::string item = call.parts[0];
  auto choice = ChooseFromCatalogue(*catalogue.Get(), item, arguments);
  if (!choice) return call.reply(JsonRefusal(choice.problem()));
  if (auto flaw = CheckName("user", user, state::kNameBytesMax)) {
    return call.reply(JsonRefusal(std::move(*flaw)));
  }
  if (!choice->quantity) choice->quantity = 1;
  const std::string event_type = "purchase_" + item;
  const std::string ip = call.request.remote_ip;
  std::vector<Field> fields = {
      {"event_type", event_type}, {"remote ip", ip}, {"purchase_user", user}, {"user", user}};
  const std::vector<Field> goods = ItemFields(*choice, true);
  fields.insert(fields.end(), goods.begin(), goods.end());
  commands.Send(std::move(call), fields, user,
                [user, choice = *choice](const state::Folded& folded, event::EventWriter& answer) {
                  answer.Add("user", user);
                  answer.Add("item", choice.item.name);
                  answer.Add("kind", choice.item.kind);
                  if (!choice.type.empty()) answer.Add("type", choice.type);
                  answer.Add("quantity", *choice.quantity);
                  answer.Add("price", choice.item.price);
                  answer.Add("total", choice.item.price * *choice.quantity);
                  answer.Add("owned", OwnedOf(folded.state, user, choice));
                });
}

void OnList(const CatalogueInUse& catalogue, const Call& call) {
  const auto arguments = Arguments::Read(call.request, {});
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  call.reply(JsonResponse(200, catalogue.Get()->ToJson()));
}

void OnPurchase(const Commands& commands, const CatalogueInUse& catalogue, Call call) {
  static constexpr auto kKnown = std::to_array<std::string_view>({"type", "quantity"});
  const auto arguments = Arguments::Read(call.request, kKnown);
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const std::string user = call.parts[1];
  Purchase(commands, catalogue, std::move(call), *arguments, user);
}

void OnPurchaseByJson(const Commands& commands, const CatalogueInUse& catalogue, Call call) {
  static constexpr auto kKnown = std::to_array<std::string_view>({"user", "type", "quantity"});
  const auto arguments = Arguments::Read(call.request, kKnown);
  if (!arguments) return call.reply(JsonRefusal(arguments.problem()));
  const std::string user = arguments->Text("user");
  Purchase(commands, catalogue, std::move(call), *arguments, user);
}

}  // namespace

problem::OrProblem<Choice> ChooseFromCatalogue(const event::Catalogue& catalogue,
                                               const std::string& name,
                                               const Arguments& arguments) {
  const event::Item* item = catalogue.Find(name);
  if (item == nullptr) return NoSuchItem(catalogue, name);
  Choice choice{*item, arguments.Text("type"), {}};
  if (!choice.type.empty()) {
    if (auto unknown = CheckType(*item, choice.type)) return std::move(*unknown);
  }
  const int64_t most = item->unique ? 1 : item->stack_limit;
  auto quantity = arguments.Number("quantity", {1, most});
  if (!quantity) return std::move(quantity).problem();
  choice.quantity = *quantity;
  return choice;
}

problem::OrProblem<Choice> ChooseAny(const event::Catalogue& catalogue, const std::string& name,
                                     const Arguments& arguments) {
  const event::Item* item = catalogue.Find(name);
  Choice choice;
  choice.type = arguments.Text("type");
  choice.item.name = choice.item.kind = name;
  if (item != nullptr) choice.item = *item;
  if (auto flaw = CheckName("item", name, event::kItemNameMax)) return std::move(*flaw);
  if (choice.type.size() > event::kItemNameMax) {
    return *CheckName("type", choice.type, event::kItemNameMax);
  }
  auto quantity = arguments.Number("quantity", {1, event::kQuantityMax});
  if (!quantity) return std::move(quantity).problem();
  choice.quantity = *quantity;
  return choice;
}

std::vector<Field> ItemFields(const Choice& choice, bool facts) {
  std::vector<Field> fields = {{"item", choice.item.name}, {"kind", choice.item.kind}};
  if (!choice.type.empty()) fields.push_back({"type", choice.type});
  if (choice.quantity) fields.push_back({"quantity", *choice.quantity});
  if (!facts) return fields;
  fields.push_back({"price", choice.item.price});
  fields.push_back({"stack_limit", choice.item.stack_limit});
  fields.push_back({"unique", choice.item.unique});
  return fields;
}

std::vector<Route> PurchaseRoutes(const Commands& commands, const CatalogueInUse& catalogue) {
  Route list = DescribedView({{"GET"},
                              "/catalogue",
                              Access::kAny,
                              "what can be bought, as JSON",
                              [&catalogue](const Call& call) { OnList(catalogue, call); }},
                             {"getCatalogue", "shop", "Catalogue"});
  Route purchase =
      DescribedCommand({{"GET", "POST"},
                        "/purchase/<item>/<username>",
                        Access::kWrite,
                        "stores that the user bought an item; type= and quantity= say more",
                        [&](Call call) { OnPurchase(commands, catalogue, std::move(call)); }},
                       {"purchase", "shop", "Purchase"});
  purchase.query = {kTypeParameter, kQuantityParameter};
  purchase.bodies = {kItemBody};
  Route by_json =
      DescribedCommand({{"POST"},
                        "/purchase/<item>",
                        Access::kWrite,
                        "the same with user, type and quantity as JSON",
                        [&](Call call) { OnPurchaseByJson(commands, catalogue, std::move(call)); }},
                       {"purchaseFor", "shop", "Purchase"});
  by_json.bodies = {{"application/json", "PurchaseRequest"}};
  by_json.body_required = true;
  return {std::move(list), std::move(purchase), std::move(by_json)};
}

}  // namespace gamevents::collector
