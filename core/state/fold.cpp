#include "core/state/fold.h"

#include "core/base/check.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gamevents::state {
namespace {

Outcome MadeSo() { return {.verdict = Verdict::kDone}; }

Outcome Refuse(Refusal why, std::optional<uint32_t> goods = {}, int64_t have = 0,
               int64_t limit = 0) {
  return {
      .verdict = Verdict::kRefused, .refusal = why, .goods = goods, .have = have, .limit = limit};
}

/// The line or stack of that item in that type; its kind may have changed in the catalogue since.
template <class Lines>
auto FindExact(Lines& lines, const State& state, std::string_view item, std::string_view type) {
  return std::ranges::find_if(lines, [&](const auto& line) {
    const Goods& goods = state.goods(line.goods);
    return goods.item == item && goods.type == type;
  });
}

/// What a command that takes something away means: the type that it names, or, when it names
/// none, the one without a type or else the only one there is. Errors: the refusal.
template <class Lines>
auto FindMeant(Lines& lines, const State& state, const Command& command, Refusal missing)
    -> std::pair<decltype(lines.begin()), Refusal> {
  const auto exact = FindExact(lines, state, command.item, command.type);
  if (exact != lines.end()) return {exact, Refusal::kNone};
  if (!command.type.empty()) return {lines.end(), missing};
  const auto is_item = [&](const auto& line) {
    return state.goods(line.goods).item == command.item;
  };
  const auto first = std::ranges::find_if(lines, is_item);
  if (first == lines.end()) return {first, missing};
  if (std::any_of(first + 1, lines.end(), is_item)) return {lines.end(), Refusal::kSeveralTypes};
  return {first, Refusal::kNone};
}

/// Whether a user may have what `line` is about beside what the user has; kDone if so.
Outcome CheckRoom(const User& user, const State& state, const CartLine& line) {
  const Goods& goods = state.goods(line.goods);
  if (line.unique) {
    const bool owned = std::ranges::any_of(user.stacks, [&](const Stack& stack) {
      return state.goods(stack.goods).item == goods.item;
    });
    if (owned) return Refuse(Refusal::kAlreadyOwned, line.goods, 1, 1);
    if (line.quantity > 1) return Refuse(Refusal::kOverStackLimit, line.goods, 0, 1);
  }
  const auto stack = FindExact(user.stacks, state, goods.item, goods.type);
  const int64_t have = stack == user.stacks.end() ? 0 : stack->quantity;
  if (have + line.quantity > line.stack_limit) {
    return Refuse(Refusal::kOverStackLimit, line.goods, have, line.stack_limit);
  }
  return MadeSo();
}

/// Requires: CheckRoom said kDone.
void Give(User& user, const State& state, const CartLine& line) {
  const Goods& goods = state.goods(line.goods);
  const auto stack = FindExact(user.stacks, state, goods.item, goods.type);
  if (stack == user.stacks.end()) {
    user.stacks.push_back({line.goods, line.quantity});
  } else {
    stack->goods = line.goods;  // The kind as it is called now.
    stack->quantity += line.quantity;
  }
}

CartLine LineOf(const Command& command, State& state) {
  return {.goods = state.GoodsId(command.item, command.kind, command.type),
          .quantity = static_cast<uint32_t>(std::max<int64_t>(command.quantity, 1)),
          .price = static_cast<uint32_t>(command.price),
          .stack_limit = static_cast<uint32_t>(command.stack_limit),
          .unique = command.unique};
}

static_assert(event::kPriceMax <= std::numeric_limits<uint32_t>::max());
static_assert(event::kQuantityMax <= std::numeric_limits<uint32_t>::max());
static_assert(event::kPriceMax <= std::numeric_limits<int64_t>::max() / event::kQuantityMax /
                                      static_cast<int64_t>(kCartLinesMax),
              "a cart's total fits");

Outcome Purchase(const Command& command, User& user, State& state) {
  const CartLine line = LineOf(command, state);
  Outcome outcome = CheckRoom(user, state, line);
  if (outcome.verdict != Verdict::kDone) return outcome;
  if (user.stacks.size() >= kStacksMax) {
    const auto stack = FindExact(user.stacks, state, command.item, command.type);
    if (stack == user.stacks.end()) return Refuse(Refusal::kTooManyStacks, {}, 0, kStacksMax);
  }
  Give(user, state, line);
  outcome.bought.push_back(line);
  return outcome;
}

Outcome AddToCart(const Command& command, TimestampMs timestamp, User& user, State& state) {
  const CartLine line = LineOf(command, state);
  // What is owned already counts at the checkout; a limit that the line passes alone counts now,
  // and so does owning what one can own only once.
  if (line.quantity > line.stack_limit || (line.unique && line.quantity > 1)) {
    return Refuse(Refusal::kOverStackLimit, line.goods, 0, line.unique ? 1 : line.stack_limit);
  }
  if (line.unique) {
    if (Outcome room = CheckRoom(user, state, line); room.verdict != Verdict::kDone) return room;
  }
  if (!user.cart) user.cart = std::make_unique<Cart>();
  Cart& cart = *user.cart;
  const auto found = FindExact(cart.lines, state, command.item, command.type);
  if (found != cart.lines.end()) {
    *found = line;
  } else {
    if (cart.lines.size() >= kCartLinesMax) {
      return Refuse(Refusal::kCartFull, {}, 0, static_cast<int64_t>(kCartLinesMax));
    }
    cart.lines.push_back(line);
  }
  cart.changed_at = timestamp;
  return MadeSo();
}

Outcome RemoveFromCart(const Command& command, TimestampMs timestamp, User& user, State& state) {
  const uint32_t named = state.GoodsId(command.item, command.kind, command.type);
  if (!user.cart) return Refuse(Refusal::kNotInCart, named);
  std::vector<CartLine>& lines = user.cart->lines;
  const auto [line, why] = FindMeant(lines, state, command, Refusal::kNotInCart);
  if (why != Refusal::kNone) return Refuse(why, named);
  const int64_t wanted = command.quantity == 0 ? line->quantity : command.quantity;
  if (wanted > line->quantity) {
    return Refuse(Refusal::kMoreThanInCart, line->goods, line->quantity, wanted);
  }
  line->quantity -= static_cast<uint32_t>(wanted);
  if (line->quantity == 0) lines.erase(line);
  user.cart->changed_at = timestamp;
  if (lines.empty()) user.cart.reset();
  return MadeSo();
}

Outcome Checkout(User& user, State& state) {
  if (!user.cart) return Refuse(Refusal::kEmptyCart);
  size_t new_stacks = 0;
  for (const CartLine& line : user.cart->lines) {
    Outcome room = CheckRoom(user, state, line);
    if (room.verdict != Verdict::kDone) return room;
    const Goods& goods = state.goods(line.goods);
    // Two types of one unique item: the second line has no room once the first is owned.
    const auto twin = std::ranges::find_if(user.cart->lines, [&](const CartLine& other) {
      return &other != &line && state.goods(other.goods).item == goods.item;
    });
    if (line.unique && twin != user.cart->lines.end()) {
      return Refuse(Refusal::kOverStackLimit, line.goods, 0, 1);
    }
    const auto stack = FindExact(user.stacks, state, goods.item, goods.type);
    if (stack == user.stacks.end()) ++new_stacks;
  }
  if (user.stacks.size() + new_stacks > kStacksMax) {
    return Refuse(Refusal::kTooManyStacks, {}, 0, kStacksMax);
  }
  for (const CartLine& line : user.cart->lines) Give(user, state, line);
  Outcome outcome = MadeSo();
  outcome.bought = std::move(user.cart->lines);
  user.cart.reset();
  return outcome;
}

Outcome UseItem(const Command& command, User& user, State& state) {
  const uint32_t named = state.GoodsId(command.item, command.kind, command.type);
  const auto [stack, why] = FindMeant(user.stacks, state, command, Refusal::kNotOwned);
  if (why != Refusal::kNone) return Refuse(why, named);
  const int64_t wanted = std::max<int64_t>(command.quantity, 1);
  if (wanted > stack->quantity) {
    return Refuse(Refusal::kMoreThanOwned, stack->goods, stack->quantity, wanted);
  }
  stack->quantity -= static_cast<uint32_t>(wanted);
  if (stack->quantity == 0) user.stacks.erase(stack);
  return MadeSo();
}

Outcome JoinGuild(const Command& command, User& user, State& state) {
  if (state.IsMember(user, command.guild)) return MadeSo();
  if (user.guilds.size() >= kGuildsMax) {
    return Refuse(Refusal::kTooManyGuilds, {}, 0, static_cast<int64_t>(kGuildsMax));
  }
  state.Join(user, state.GuildId(command.guild));
  return MadeSo();
}

// Without a guild named, the only one that the user is in is meant.
Outcome LeaveGuild(const Command& command, User& user, State& state) {
  if (command.guild.empty() && user.guilds.size() > 1) return Refuse(Refusal::kSeveralGuilds);
  const bool named = !command.guild.empty();
  const auto found = std::ranges::find_if(user.guilds, [&](const Membership& each) {
    return !named || state.guild(each.guild).name == command.guild;
  });
  if (found == user.guilds.end()) return Refuse(Refusal::kNotInGuild);
  Outcome outcome = MadeSo();
  outcome.guild = found->guild;
  state.Leave(user, *outcome.guild);
  return outcome;
}

std::string NameOf(const Outcome& outcome, const State& state) {
  if (!outcome.goods) return std::string();
  const Goods& goods = state.goods(*outcome.goods);
  return goods.type.empty() ? goods.item : goods.item + " (" + goods.type + ")";
}

Outcome Dispatch(const Command& command, TimestampMs timestamp, User& user, State& state) {
  switch (command.verb) {
    case Verb::kPurchase:
      return Purchase(command, user, state);
    case Verb::kJoinGuild:
      return JoinGuild(command, user, state);
    case Verb::kLeaveGuild:
      return LeaveGuild(command, user, state);
    case Verb::kAddToCart:
      return AddToCart(command, timestamp, user, state);
    case Verb::kRemoveFromCart:
      return RemoveFromCart(command, timestamp, user, state);
    case Verb::kClearCart:
      user.cart.reset();
      return MadeSo();
    case Verb::kCheckout:
      return Checkout(user, state);
    case Verb::kUseItem:
      return UseItem(command, user, state);
  }
  return {};
}

}  // namespace

std::string DescribeRefusal(const Outcome& outcome, const State& state) {
  INVARIANT(outcome.verdict == Verdict::kRefused);
  const std::string name = NameOf(outcome, state);
  const std::string have = std::to_string(outcome.have);
  const std::string limit = std::to_string(outcome.limit);
  switch (outcome.refusal) {
    case Refusal::kOverStackLimit:
      return name + ": " + have + " owned, and so many more would pass the limit of " + limit;
    case Refusal::kAlreadyOwned:
      return name + ": a user can own one only, and does";
    case Refusal::kTooManyStacks:
      return "an inventory has at most " + limit + " different things";
    case Refusal::kCartFull:
      return "a cart has at most " + limit + " lines";
    case Refusal::kNotInCart:
      return name + ": not in the cart";
    case Refusal::kMoreThanInCart:
      return name + ": " + have + " in the cart, not " + limit;
    case Refusal::kEmptyCart:
      return "the cart is empty";
    case Refusal::kNotOwned:
      return name + ": not in the inventory";
    case Refusal::kMoreThanOwned:
      return name + ": " + have + " in the inventory, not " + limit;
    case Refusal::kSeveralTypes:
      return name + ": there are several types of it; name one with type=";
    case Refusal::kNotInGuild:
      return "the user is not in that guild, or in none";
    case Refusal::kSeveralGuilds:
      return "the user is in several guilds; name one";
    case Refusal::kTooManyGuilds:
      return "a user can be in at most " + limit + " guilds";
    case Refusal::kNone:
      break;
  }
  return "refused";
}

Outcome Fold::Apply(const Entry& entry, State& state) {
  if (!entry.value || !document_.Parse(*entry.value)) {
    ++state.counts.malformed;
    return {};
  }
  const Reading reading = ReadCommand(document_, command_);
  if (reading != Reading::kCommand) {
    ++(reading == Reading::kOther ? state.counts.other : state.counts.malformed);
    return {};
  }
  // Under another key a user's events could be in several partitions, which have no order among
  // each other: two servers would fold them differently.
  if (entry.key != command_.user) {
    ++state.counts.misplaced;
    return {};
  }
  Outcome outcome = Obey(command_, entry.timestamp, state);
  switch (outcome.verdict) {
    case Verdict::kDone:
      ++state.counts.done;
      break;
    case Verdict::kRefused:
      ++state.counts.refused;
      break;
    case Verdict::kDuplicate:
      ++state.counts.duplicates;
      break;
    case Verdict::kSkipped:
      break;
  }
  return outcome;
}

Outcome Obey(const Command& command, TimestampMs timestamp, State& state) {
  User& user = state.FindOrAdd(command.user);
  if (!command.event_id.empty()) {
    const uint64_t hash = HashEventId(command.event_id);
    if (user.recent.Contains(hash)) return {.verdict = Verdict::kDuplicate};
    user.recent.Add(hash);
  }
  state.NoteChange(user);
  return Dispatch(command, timestamp, user, state);
}

}  // namespace gamevents::state
