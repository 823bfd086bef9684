#include "core/collector/routes/query_routes.h"

#include "core/base/text.h"
#include "core/base/units.h"
#include "core/collector/request/arguments.h"
#include "core/collector/routes/route_docs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;
using problem::OrProblem;

constexpr auto kKnown =
    std::to_array<std::string_view>({"item", "kind", "min", "where", "limit", "after", "min_age"});
/// The last is for carts only.
constexpr auto kKnownOfInventories = std::span(kKnown).first(kKnown.size() - 1);

/// "the catalogue has no item 'sheild'; did you mean shield?"; empty where it has it, or none is
/// named.
std::string NoItem(std::string_view item, const event::Catalogue& catalogue) {
  if (item.empty() || catalogue.Find(item) != nullptr) return {};
  return "the catalogue has no item '" + std::string(item) + "'" + catalogue.Alternatives(item);
}

std::string NoKind(std::string_view kind, const event::Catalogue& catalogue) {
  std::vector<std::string_view> kinds;
  for (const event::Item& item : catalogue.items()) kinds.emplace_back(item.kind);
  if (kind.empty() || std::ranges::find(kinds, kind) != kinds.end()) return {};
  return "the catalogue has no kind '" + std::string(kind) + "'" + DidYouMean(kind, kinds);
}

bool CountsThings(const event::FieldPath& path) {
  return path.front() == "item" || path.front() == "kind";
}

/// What is wrong with a field of a condition that no user can have; empty where nothing is.
std::string NoField(const event::FieldPath& path, state::View view) {
  const auto known = state::FieldNamesOf(view);
  const std::string& first = path.front();
  if (std::ranges::find(known, first) == known.end()) {
    return "no user has the field " + first + DidYouMean(first, known);
  }
  if (CountsThings(path) && path.size() == 1) {
    return "no user has the field " + first + ": name one, as in " + first + ".sword >= 1";
  }
  return !CountsThings(path) && path.size() > 1 ? first + " has no fields" : std::string();
}

/// What the reader of an answer should know of the query.
struct QueryNotes {
  std::string always;      ///< the condition asks for a field that no user can have
  std::string when_empty;  ///< an item or kind that the catalogue does not have
};

QueryNotes NotesOn(const state::Query& query, const event::Catalogue& catalogue) {
  QueryNotes notes;
  notes.when_empty = NoItem(query.item, catalogue);
  if (notes.when_empty.empty()) notes.when_empty = NoKind(query.kind, catalogue);
  if (!query.where) return notes;
  for (const event::FieldPath& path : query.where->fields()) {
    if (notes.always.empty()) notes.always = NoField(path, query.view);
    if (!notes.when_empty.empty() || !CountsThings(path) || path.size() == 1) continue;
    notes.when_empty = path[0] == "item" ? NoItem(path[1], catalogue) : NoKind(path[1], catalogue);
  }
  return notes;
}

void OnQuery(const Commands& commands, const event::Catalogue& catalogue, Worker& worker, Call call,
             state::View view, TimestampMs now) {
  auto query = ReadQuery(call.request, view, now);
  if (!query) return call.reply(JsonRefusal(query.problem()));
  if (const Status ready = commands.projection().Ready(); !ready) {
    return call.reply(
        EventSender::Unavailable(Code::kNotReady, "not ready: " + ready.error().context));
  }
  QueryNotes notes = NotesOn(*query, catalogue);
  const auto page = std::make_shared<state::Page>(*std::move(query));
  const http::Reply reply = call.reply;
  const Status queued =
      worker.Run([&projection = commands.projection(), page, reply, notes = std::move(notes)] {
        bool more = true;
        while (more) {
          projection.Read([&](state::State& state) { more = page->Advance(state); });
        }
        const bool says_empty = page->IsEmpty() && notes.always.empty();
        const std::string& note = says_empty ? notes.when_empty : notes.always;
        reply(JsonResponse(200, std::move(*page).Finish(note)));
      });
  if (queued) return;
  reply(EventSender::Unavailable(Code::kOverloaded, queued.error().context));
}

problem::Problem WrongValue(const std::string& argument, Error error) {
  return {.code = Code::kInvalidArgument,
          .detail = std::move(error).In(argument).context,
          .field = argument};
}

}  // namespace

OrProblem<state::Query> ReadQuery(const http::Request& request, state::View view, TimestampMs now) {
  const bool carts = view == state::View::kCarts;
  const auto arguments =
      Arguments::Read(request, carts ? std::span<const std::string_view>(kKnown)
                                     : std::span<const std::string_view>(kKnownOfInventories));
  if (!arguments) return arguments.problem();
  state::Query query;
  query.view = view;
  query.now = now;
  query.item = arguments->Text("item");
  query.kind = arguments->Text("kind");
  query.after = arguments->Text("after");
  const auto min = arguments->Number("min", {1, event::kQuantityMax * state::kStacksMax});
  if (!min) return min.problem();
  query.min = min->value_or(1);
  const auto limit = arguments->Number("limit", {1, int64_t{state::kPageMax}});
  if (!limit) return limit.problem();
  query.limit = static_cast<size_t>(limit->value_or(int64_t{state::kPageDefault}));
  if (const auto age = arguments->Find("min_age")) {
    const auto duration = ParseDuration(*age);
    if (!duration) return WrongValue("min_age", duration.error());
    query.min_age_ms = duration->count();
  }
  if (const auto where = arguments->Find("where")) {
    auto filter = event::Filter::Parse(*where);
    if (!filter) return WrongValue("where", std::move(filter).error());
    query.where = std::move(filter).value();
  }
  return query;
}

std::vector<Route> QueryRoutes(const Commands& commands, const CatalogueInUse& catalogue,
                               Worker& worker, const Clock& clock) {
  Route inventory =
      DescribedView({{"GET"},
                     "/inventory",
                     Access::kRead,
                     "users by what they own: item=, kind=, min=, where=, limit=, after=",
                     [&](Call call) {
                       OnQuery(commands, *catalogue.Get(), worker, std::move(call),
                               state::View::kInventories, clock.Now());
                     }},
                    {"findInventories", "shop", "InventoryPage"});
  inventory.query = {kItemParameter,  kKindParameter,  kMinParameter,
                     kWhereParameter, kLimitParameter, kAfterParameter};
  Route carts = DescribedView({{"GET"},
                               "/carts",
                               Access::kRead,
                               "users by what is in their carts; min_age= for those left alone",
                               [&](Call call) {
                                 OnQuery(commands, *catalogue.Get(), worker, std::move(call),
                                         state::View::kCarts, clock.Now());
                               }},
                              {"findCarts", "carts", "CartPage"});
  carts.query = inventory.query;
  carts.query.push_back(kMinAgeParameter);
  return {std::move(inventory), std::move(carts)};
}

}  // namespace gamevents::collector
