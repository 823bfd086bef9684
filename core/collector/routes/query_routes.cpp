#include "core/collector/routes/query_routes.h"

#include "core/base/text.h"
#include "core/base/units.h"
#include "core/collector/request/arguments.h"
#include "core/collector/routes/route_docs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr auto kKnown =
    std::to_array<std::string_view>({"item", "kind", "min", "where", "limit", "after", "min_age"});
/// The last is for carts only.
constexpr auto kKnownOfInventories = std::span(kKnown).first(kKnown.size() - 1);

/// What the query names and the catalogue does not have; empty where it has all.
std::string NoteOn(const state::Query& query, const event::Catalogue& catalogue) {
  if (!query.item.empty() && catalogue.Find(query.item) == nullptr) {
    return "the catalogue has no item '" + query.item + "'" + catalogue.Alternatives(query.item);
  }
  std::vector<std::string_view> kinds;
  for (const event::Item& item : catalogue.items()) kinds.emplace_back(item.kind);
  if (query.kind.empty() || std::ranges::find(kinds, query.kind) != kinds.end()) return {};
  std::string note = "the catalogue has no kind '" + query.kind + "'";
  if (const auto nearest = NearestWord(query.kind, kinds)) {
    note.append("; did you mean ").append(*nearest).append("?");
  }
  return note;
}

void OnQuery(const Commands& commands, const event::Catalogue& catalogue, Worker& worker, Call call,
             state::View view, TimestampMs now) {
  auto query = ReadQuery(call.request, view, now);
  if (!query) return call.reply(JsonRefusal(query.error()));
  if (const Status ready = commands.projection().Ready(); !ready) {
    return call.reply(EventSender::Unavailable("not ready: " + ready.error().context));
  }
  std::string note = NoteOn(*query, catalogue);
  const auto page = std::make_shared<state::Page>(std::move(query).value());
  const http::Reply reply = call.reply;
  const Status queued =
      worker.Run([&projection = commands.projection(), page, reply, note = std::move(note)] {
        bool more = true;
        while (more) {
          projection.Read([&](state::State& state) { more = page->Advance(state); });
        }
        reply(JsonResponse(200, std::move(*page).Finish(note)));
      });
  if (queued) return;
  reply(EventSender::Unavailable(queued.error().context));
}

}  // namespace

Result<state::Query> ReadQuery(const http::Request& request, state::View view, TimestampMs now) {
  const bool carts = view == state::View::kCarts;
  const auto arguments =
      Arguments::Read(request, carts ? std::span<const std::string_view>(kKnown)
                                     : std::span<const std::string_view>(kKnownOfInventories));
  if (!arguments) return Error(arguments.error());
  state::Query query;
  query.view = view;
  query.now = now;
  query.item = arguments->Text("item");
  query.kind = arguments->Text("kind");
  query.after = arguments->Text("after");
  const auto min = arguments->Number("min", {1, event::kQuantityMax * state::kStacksMax});
  if (!min) return Error(min.error());
  query.min = min->value_or(1);
  const auto limit = arguments->Number("limit", {1, int64_t{state::kPageMax}});
  if (!limit) return Error(limit.error());
  query.limit = static_cast<size_t>(limit->value_or(int64_t{state::kPageDefault}));
  if (const auto age = arguments->Find("min_age")) {
    const auto duration = ParseDuration(*age);
    if (!duration) return Error(duration.error()).In("min_age");
    query.min_age_ms = duration->count();
  }
  if (const auto where = arguments->Find("where")) {
    auto filter = event::Filter::Parse(*where);
    if (!filter) return std::move(filter).error().In("where");
    query.where = std::move(filter).value();
  }
  return query;
}

std::vector<Route> QueryRoutes(const Commands& commands, const CatalogueInUse& catalogue,
                               Worker& worker, const Clock& clock) {
  Route inventory =
      DescribedView({{"GET"},
                     "/inventory",
                     "users by what they own: item=, kind=, min=, where=, limit=, after=",
                     [&](Call call) {
                       OnQuery(commands, *catalogue.Get(), worker, std::move(call),
                               state::View::kInventories, clock.Now());
                     }});
  inventory.query = {kItemParameter,  kKindParameter,  kMinParameter,
                     kWhereParameter, kLimitParameter, kAfterParameter};
  Route carts = DescribedView({{"GET"},
                               "/carts",
                               "users by what is in their carts; min_age= for those left alone",
                               [&](Call call) {
                                 OnQuery(commands, *catalogue.Get(), worker, std::move(call),
                                         state::View::kCarts, clock.Now());
                               }});
  carts.query = inventory.query;
  carts.query.push_back(kMinAgeParameter);
  return {std::move(inventory), std::move(carts)};
}

}  // namespace gamevents::collector
