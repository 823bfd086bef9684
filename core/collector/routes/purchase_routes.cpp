#include "core/collector/routes/purchase_routes.h"

#include "core/collector/routes/route_docs.h"
#include "core/state/views.h"

#include <algorithm>
#include <array>

namespace gamevents::collector {
namespace {

constexpr std::string_view kPurchaseSchema =
    R"({"type":"object","required":["user"],"additionalProperties":false,"properties":{"user":)"
    R"({"type":"string","minLength":1},"type":{"type":"string"},"quantity":{"type":"integer",)"
    R"("minimum":1,"maximum":1000000000}}})";

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

Status CheckType(const event::Item& item, const std::string& type) {
  if (std::ranges::find(item.types, type) != item.types.end()) return Done{};
  const std::string allowed = item.types.empty()
                                  ? item.name + " comes in no types: leave it out"
                                  : item.name + " comes in the types " + Listed(item.types);
  return Error{Fault::kBadInput, "type: '" + type + "' is not known; " + allowed};
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
  if (!choice) return call.reply(JsonRefusal(choice.error()));
  if (Status named = CheckName("user", user, state::kNameBytesMax); !named) {
    return call.reply(JsonRefusal(named.error()));
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
  if (!arguments) return call.reply(JsonRefusal(arguments.error()));
  call.reply(JsonResponse(200, catalogue.Get()->ToJson()));
}

void OnPurchase(const Commands& commands, const CatalogueInUse& catalogue, Call call) {
  static constexpr auto kKnown = std::to_array<std::string_view>({"type", "quantity"});
  const auto arguments = Arguments::Read(call.request, kKnown);
  if (!arguments) return call.reply(JsonRefusal(arguments.error()));
  const std::string user = call.parts[1];
  Purchase(commands, catalogue, std::move(call), *arguments, user);
}

void OnPurchaseByJson(const Commands& commands, const CatalogueInUse& catalogue, Call call) {
  static constexpr auto kKnown = std::to_array<std::string_view>({"user", "type", "quantity"});
  const auto arguments = Arguments::Read(call.request, kKnown);
  if (!arguments) return call.reply(JsonRefusal(arguments.error()));
  const std::string user = arguments->Text("user");
  Purchase(commands, catalogue, std::move(call), *arguments, user);
}

}  // namespace

Result<Choice> ChooseFromCatalogue(const event::Catalogue& catalogue, const std::string& name,
                                   const Arguments& arguments) {
  const event::Item* item = catalogue.Find(name);
  if (item == nullptr) {
    return Error{Fault::kNotFound,
                 "there is no item '" + name + "'" + catalogue.Alternatives(name)};
  }
  Choice choice{*item, arguments.Text("type"), {}};
  if (!choice.type.empty()) {
    if (Status known = CheckType(*item, choice.type); !known) return std::move(known).error();
  }
  const int64_t most = item->unique ? 1 : item->stack_limit;
  auto quantity = arguments.Number("quantity", {1, most});
  if (!quantity) return std::move(quantity).error();
  choice.quantity = *quantity;
  return choice;
}

Result<Choice> ChooseAny(const event::Catalogue& catalogue, const std::string& name,
                         const Arguments& arguments) {
  const event::Item* item = catalogue.Find(name);
  Choice choice;
  choice.type = arguments.Text("type");
  choice.item.name = choice.item.kind = name;
  if (item != nullptr) choice.item = *item;
  if (Status fits = CheckName("item", name, event::kItemNameMax); !fits) {
    return std::move(fits).error();
  }
  if (choice.type.size() > event::kItemNameMax) {
    return CheckName("type", choice.type, event::kItemNameMax).error();
  }
  auto quantity = arguments.Number("quantity", {1, event::kQuantityMax});
  if (!quantity) return std::move(quantity).error();
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
                              [&catalogue](const Call& call) { OnList(catalogue, call); }});
  Route purchase =
      DescribedCommand({{"GET", "POST"},
                        "/purchase/<item>/<username>",
                        Access::kWrite,
                        "stores that the user bought an item; type= and quantity= say more",
                        [&](Call call) { OnPurchase(commands, catalogue, std::move(call)); }});
  purchase.query = {kTypeParameter, kQuantityParameter};
  Route by_json = DescribedCommand(
      {{"POST"},
       "/purchase/<item>",
       Access::kWrite,
       "the same with user, type and quantity as JSON",
       [&](Call call) { OnPurchaseByJson(commands, catalogue, std::move(call)); }});
  by_json.bodies = {{"application/json", kPurchaseSchema}};
  by_json.body_required = true;
  return {std::move(list), std::move(purchase), std::move(by_json)};
}

}  // namespace gamevents::collector
