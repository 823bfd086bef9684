#include "core/state/views.h"

#include "core/base/text.h"
#include "core/event/event_writer.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>
#include <utility>

namespace gamevents::state {
namespace {

/// Users looked at while a lock is held: well below a millisecond.
constexpr size_t kUsersPerPiece = 2'000;

/// Guilds that a name is compared with, and the longest name that is: a reader of one guild waits
/// for no other.
constexpr size_t kGuildsComparedMax = 500;
constexpr size_t kGuessedNameMax = 64;

/// Says that nobody has joined the guild, and the one that may have been meant.
std::string NoGuild(const State& state, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Guild& guild : state.guilds()) {
    if (names.size() == kGuildsComparedMax) break;
    if (guild.name.size() <= 2 * name.size() + 2) names.emplace_back(guild.name);
  }
  const std::string unknown = "there is no guild '" + std::string(name) + "'";
  return name.size() <= kGuessedNameMax ? unknown + DidYouMean(name, names) : unknown;
}

void WriteGoods(event::EventWriter& writer, const Goods& goods) {
  writer.Add("item", goods.item);
  writer.Add("kind", goods.kind);
  if (!goods.type.empty()) writer.Add("type", goods.type);
}

void WriteLine(event::EventWriter& writer, const State& state, const CartLine& line) {
  WriteGoods(writer, state.goods(line.goods));
  writer.Add("quantity", line.quantity);
  writer.Add("price", line.price);
  writer.Add("total", int64_t{line.price} * line.quantity);
}

/// A user's stacks by item and type, so that every server shows them in the same order.
std::vector<Stack> Sorted(const State& state, const User& user) {
  std::vector<Stack> stacks = user.stacks;
  std::ranges::sort(stacks, [&](const Stack& a, const Stack& b) {
    const Goods& first = state.goods(a.goods);
    const Goods& second = state.goods(b.goods);
    return std::tie(first.item, first.type) < std::tie(second.item, second.type);
  });
  return stacks;
}

std::vector<CartLine> LinesOf(const User* user) {
  return user != nullptr && user->cart ? user->cart->lines : std::vector<CartLine>();
}

template <class Lines>
int64_t CountAll(const Lines& lines) {
  int64_t count = 0;
  for (const auto& line : lines) count += line.quantity;
  return count;
}

/// How many of the lines' things meet `is`; of none the field is missing, not 0.
template <class Lines, class Is>
event::Value CountThose(const Lines& lines, const State& state, Is is) {
  int64_t count = 0;
  for (const auto& line : lines) {
    if (is(state.goods(line.goods))) count += line.quantity;
  }
  return count == 0 ? event::Value(event::Missing{}) : event::Value(count);
}

/// `item.sword`, `item.sword.katana`, `kind.sword`.
template <class Lines>
event::Value GoodsField(const Lines& lines, const State& state, const event::FieldPath& path) {
  if (path.size() == 2 && path[0] == "kind") {
    return CountThose(lines, state, [&](const Goods& goods) { return goods.kind == path[1]; });
  }
  if (path.size() == 2 && path[0] == "item") {
    return CountThose(lines, state, [&](const Goods& goods) { return goods.item == path[1]; });
  }
  if (path.size() == 3 && path[0] == "item") {
    return CountThose(lines, state, [&](const Goods& goods) {
      return goods.item == path[1] && goods.type == path[2];
    });
  }
  return event::Missing{};
}

template <class Lines>
bool HasEnough(const Lines& lines, const State& state, const Query& query) {
  int64_t count = 0;
  for (const auto& line : lines) {
    const Goods& goods = state.goods(line.goods);
    const bool counts = (query.item.empty() || goods.item == query.item) &&
                        (query.kind.empty() || goods.kind == query.kind);
    if (counts) count += line.quantity;
  }
  return count >= query.min;
}

void AppendName(std::string& out, std::string_view name) {
  if (out.size() > 1) out += ',';
  AppendJsonString(out, name);
}

}  // namespace

int64_t TotalOf(const std::vector<CartLine>& lines) {
  int64_t total = 0;
  for (const CartLine& line : lines) total += int64_t{line.price} * line.quantity;
  return total;
}

std::string LinesJson(const State& state, const std::vector<CartLine>& lines) {
  std::string list = "[";
  for (const CartLine& line : lines) {
    event::EventWriter one(128);
    WriteLine(one, state, line);
    list.append(list.size() > 1 ? "," : "").append(one.Finish());
  }
  return list + "]";
}

std::string InventoryJson(const State& state, std::string_view name) {
  const User* user = state.Find(name);
  const std::vector<Stack> stacks = user == nullptr ? std::vector<Stack>() : Sorted(state, *user);
  std::string list = "[";
  for (const Stack& stack : stacks) {
    event::EventWriter one(128);
    WriteGoods(one, state.goods(stack.goods));
    one.Add("quantity", stack.quantity);
    list.append(list.size() > 1 ? "," : "").append(one.Finish());
  }
  event::EventWriter all;
  all.Add("user", name);
  all.AddJson("items", list + "]");
  all.Add("quantity", CountAll(stacks));
  return all.Finish();
}

std::string CartJson(const State& state, std::string_view name) {
  const User* user = state.Find(name);
  const std::vector<CartLine> lines = LinesOf(user);
  event::EventWriter all;
  all.Add("user", name);
  all.AddJson("items", LinesJson(state, lines));
  all.Add("total", TotalOf(lines));
  if (!lines.empty()) all.Add("changed_at", FormatTimestamp(user->cart->changed_at));
  return all.Finish();
}

std::string GuildJson(const State& state, std::string_view name, std::string_view after,
                      size_t limit) {
  const Guild* guild = state.FindGuild(name);
  std::vector<std::string_view> members;
  if (guild != nullptr) {
    for (const uint32_t id : guild->members) {
      const std::string_view member = state.UserName(id);
      if (member > after || after.empty()) members.push_back(member);
    }
  }
  const size_t shown = std::min(limit, members.size());
  const auto middle = members.begin() + static_cast<std::ptrdiff_t>(shown);
  std::partial_sort(members.begin(), middle, members.end());
  std::string list = "[";
  for (auto each = members.begin(); each != middle; ++each) AppendName(list, *each);
  event::EventWriter all;
  all.Add("guild", name);
  all.AddJson("members", list + "]");
  all.Add("count", guild == nullptr ? size_t{0} : guild->members.size());
  if (guild == nullptr) all.Add("note", NoGuild(state, name));
  if (shown < members.size()) all.Add("next", shown == 0 ? after : *(middle - 1));
  return all.Finish();
}

event::Value InventoryFields::Field(const event::FieldPath& path) const {
  if (path.size() > 1) return GoodsField(user_.stacks, state_, path);
  if (path[0] == "user") return std::string_view(user_.name);
  if (path[0] == "quantity") return CountAll(user_.stacks);
  if (path[0] == "stacks") return static_cast<int64_t>(user_.stacks.size());
  if (path[0] == "guilds") return static_cast<int64_t>(user_.guilds.size());
  return event::Missing{};
}

event::Value CartFields::Field(const event::FieldPath& path) const {
  const Cart& cart = *user_.cart;
  if (path.size() > 1) return GoodsField(cart.lines, state_, path);
  if (path[0] == "user") return std::string_view(user_.name);
  if (path[0] == "quantity") return CountAll(cart.lines);
  if (path[0] == "lines") return static_cast<int64_t>(cart.lines.size());
  if (path[0] == "total") return TotalOf(cart.lines);
  if (path[0] == "age") return (now_.value - cart.changed_at.value) / 1000;
  return event::Missing{};
}

std::span<const std::string_view> FieldNamesOf(View view) {
  static constexpr auto kInventories =
      std::to_array<std::string_view>({"user", "item", "kind", "quantity", "stacks", "guilds"});
  static constexpr auto kCarts = std::to_array<std::string_view>(
      {"user", "item", "kind", "quantity", "lines", "total", "age"});
  return view == View::kCarts ? std::span<const std::string_view>(kCarts) : kInventories;
}

bool Page::Matches(const State& state, const User& user) const {
  if (query_.view == View::kInventories) {
    if (user.stacks.empty() || !HasEnough(user.stacks, state, query_)) return false;
    return !query_.where || query_.where->Matches(InventoryFields(state, user));
  }
  if (!user.cart || !HasEnough(user.cart->lines, state, query_)) return false;
  const int64_t age = query_.now.value - user.cart->changed_at.value;
  if (query_.min_age_ms && age < *query_.min_age_ms) return false;
  return !query_.where || query_.where->Matches(CartFields(state, user, query_.now));
}

bool Page::Advance(State& state) {
  const std::span<const uint32_t> by_name = state.ByName();
  const auto name_of = [&](uint32_t id) { return state.UserName(id); };
  auto at = after_.empty()
                ? by_name.begin()
                : std::ranges::upper_bound(by_name, std::string_view(after_), {}, name_of);
  for (size_t looked = 0; at != by_name.end(); ++at, ++looked) {
    if (looked == kUsersPerPiece) return true;
    const User& user = state.UserAt(*at);
    if (Matches(state, user)) {
      if (count_ == query_.limit) {
        more_ = true;
        return false;
      }
      rows_.append(count_ == 0 ? "" : ",");
      rows_ += query_.view == View::kCarts ? CartJson(state, user.name)
                                           : InventoryJson(state, user.name);
      ++count_;
      last_shown_ = user.name;
    }
    after_ = user.name;
  }
  return false;
}

std::string Page::Finish(std::string_view note) && {
  event::EventWriter all(rows_.size() + 64);
  all.AddJson(query_.view == View::kCarts ? "carts" : "inventories", "[" + rows_ + "]");
  if (more_) all.Add("next", last_shown_);
  if (!note.empty()) all.Add("note", note);
  return all.Finish();
}

std::vector<std::string> InventoryRows(State& state) {
  std::vector<std::string> rows;
  for (const uint32_t id : state.ByName()) {
    const User& user = state.UserAt(id);
    for (const Stack& stack : Sorted(state, user)) {
      event::EventWriter row(128);
      row.Add("user", user.name);
      WriteGoods(row, state.goods(stack.goods));
      row.Add("quantity", stack.quantity);
      rows.push_back(row.Finish());
    }
  }
  return rows;
}

std::vector<std::string> CartRows(State& state) {
  std::vector<std::string> rows;
  for (const uint32_t id : state.ByName()) {
    const User& user = state.UserAt(id);
    for (const CartLine& line : LinesOf(&user)) {
      event::EventWriter row(192);
      row.Add("user", user.name);
      WriteLine(row, state, line);
      row.Add("changed_at", FormatTimestamp(user.cart->changed_at));
      rows.push_back(row.Finish());
    }
  }
  return rows;
}

std::vector<std::string> GuildRows(State& state) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  for (const Guild& guild : state.guilds()) {
    for (const uint32_t member : guild.members) {
      pairs.emplace_back(guild.name, state.UserName(member));
    }
  }
  std::ranges::sort(pairs);
  std::vector<std::string> rows;
  for (const auto& [guild, user] : pairs) {
    event::EventWriter row(96);
    row.Add("guild", guild);
    row.Add("user", user);
    rows.push_back(row.Finish());
  }
  return rows;
}

}  // namespace gamevents::state
