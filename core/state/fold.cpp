#include "core/state/fold.h"

#include "core/base/check.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gamevents::state {
namespace {

// An outcome is done until it is refused. False, so that a check can end with it.
bool Refuse(Outcome& outcome, Refusal why, std::string about = {}, int64_t have = 0,
            int64_t limit = 0) {
  outcome.verdict = Verdict::kRefused;
  outcome.refusal = why;
  outcome.about = std::move(about);
  outcome.have = have;
  outcome.limit = limit;
  return false;
}

/// "sword (katana)".
std::string Shown(std::string_view item, std::string_view type) {
  std::string name(item);
  if (!type.empty()) name.append(" (").append(type).append(")");
  return name;
}

std::string Shown(const GoodsName& name) { return Shown(name.item, name.type); }

/// The user whom a command is about. Made when something is given, not before: a command that is
/// refused leaves nothing behind, however many users' names are made up.
class Player {
 public:
  Player(State& state, std::string_view name, int32_t partition)
      : state_(state), name_(name), partition_(partition), user_(state.Find(name)) {}

  /// Nobody has nothing.
  const User& seen() const { return user_ == nullptr ? kNobody : *user_; }
  User& Made() {
    if (user_ == nullptr) user_ = &state_.Add(name_, partition_);
    return *user_;
  }
  User* user() const { return user_; }
  bool MayGetMore() const {
    return !state_.Full(user_ == nullptr ? partition_ : user_->shard->partition);
  }

 private:
  static const User kNobody;

  State& state_;
  const std::string_view name_;
  const int32_t partition_;
  User* user_;
};

const User Player::kNobody;

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

/// What is to be owned or put into a cart.
struct Wanted {
  GoodsName goods;
  CartLine line;  // but for its goods' id
};

Wanted WantedOf(const Command& command) {
  return {{command.item, command.kind, command.type},
          {.quantity = static_cast<uint32_t>(std::max<int64_t>(command.quantity, 1)),
           .price = static_cast<uint32_t>(command.price),
           .stack_limit = static_cast<uint32_t>(command.stack_limit),
           .unique = command.unique}};
}

bool RefuseMore(Outcome& outcome, const Wanted& wanted, int64_t have, int64_t limit) {
  outcome.wanted = wanted.line.quantity;
  return Refuse(outcome, Refusal::kOverStackLimit, Shown(wanted.goods), have, limit);
}

/// Whether the goods fit beside what the user has, which may be `stack` of them; else `outcome` is
/// refused.
bool HasRoom(const User& user, const State& state, const Wanted& wanted, const Stack* stack,
             Outcome& outcome) {
  const auto& [goods, line] = wanted;
  if (line.unique) {
    const bool owned = std::ranges::any_of(
        user.stacks, [&](const Stack& each) { return state.goods(each.goods).item == goods.item; });
    if (owned) return Refuse(outcome, Refusal::kAlreadyOwned, Shown(goods), 1, 1);
    if (line.quantity > 1) return RefuseMore(outcome, wanted, 0, 1);
  }
  const int64_t have = stack == nullptr ? 0 : stack->quantity;
  if (have + line.quantity <= line.stack_limit) return true;
  return RefuseMore(outcome, wanted, have, line.stack_limit);
}

const Stack* StackOf(const User& user, const State& state, const GoodsName& goods) {
  const auto found = FindExact(user.stacks, state, goods.item, goods.type);
  return found == user.stacks.end() ? nullptr : &*found;
}

bool RefuseFull(Outcome& outcome, const State& state) {
  return Refuse(outcome, Refusal::kStateFull, {}, 0, state.limits().partition_bytes_max);
}

static_assert(event::kPriceMax <= std::numeric_limits<uint32_t>::max());
static_assert(event::kQuantityMax <= std::numeric_limits<uint32_t>::max());
static_assert(event::kPriceMax <= std::numeric_limits<int64_t>::max() / event::kQuantityMax /
                                      static_cast<int64_t>(kCartLinesMax),
              "a cart's total fits");

void Purchase(const Command& command, Player& player, State& state, Outcome& outcome) {
  const Wanted wanted = WantedOf(command);
  const User& before = player.seen();
  const Stack* stack = StackOf(before, state, wanted.goods);
  if (!HasRoom(before, state, wanted, stack, outcome)) return;
  if (stack == nullptr) {
    if (before.stacks.size() >= kStacksMax) {
      Refuse(outcome, Refusal::kTooManyStacks, {}, 0, kStacksMax);
      return;
    }
    if (!player.MayGetMore()) {
      RefuseFull(outcome, state);
      return;
    }
  }
  CartLine bought = wanted.line;
  bought.goods = state.AddToStack(player.Made(), wanted.goods, bought.quantity);
  outcome.bought.push_back(bought);
}

void AddToCart(const Command& command, TimestampMs timestamp, Player& player, State& state,
               Outcome& outcome) {
  const Wanted wanted = WantedOf(command);
  const CartLine& line = wanted.line;
  const User& before = player.seen();
  // What is owned already counts at the checkout; a limit that the line passes alone counts now,
  // and so does owning what one can own only once.
  if (line.quantity > line.stack_limit || (line.unique && line.quantity > 1)) {
    RefuseMore(outcome, wanted, 0, line.unique ? 1 : line.stack_limit);
    return;
  }
  if (line.unique) {
    const Stack* stack = StackOf(before, state, wanted.goods);
    if (!HasRoom(before, state, wanted, stack, outcome)) return;
  }
  static const std::vector<CartLine> kEmpty;
  const std::vector<CartLine>& lines = before.cart ? before.cart->lines : kEmpty;
  if (FindExact(lines, state, command.item, command.type) == lines.end()) {
    if (lines.size() >= kCartLinesMax) {
      Refuse(outcome, Refusal::kCartFull, {}, 0, static_cast<int64_t>(kCartLinesMax));
      return;
    }
    if (!player.MayGetMore()) {
      RefuseFull(outcome, state);
      return;
    }
  }
  state.PutLine(player.Made(), wanted.goods, line, timestamp);
}

void RemoveFromCart(const Command& command, TimestampMs timestamp, Player& player, State& state,
                    Outcome& outcome) {
  const auto refuse = [&](Refusal why) { Refuse(outcome, why, Shown(command.item, command.type)); };
  User* user = player.user();
  if (user == nullptr || !user->cart) return refuse(Refusal::kNotInCart);
  const auto [line, why] = FindMeant(user->cart->lines, state, command, Refusal::kNotInCart);
  if (why != Refusal::kNone) return refuse(why);
  const int64_t wanted = command.quantity == 0 ? line->quantity : command.quantity;
  if (wanted > line->quantity) {
    Refuse(outcome, Refusal::kMoreThanInCart, Shown(state.goods(line->goods).name()),
           line->quantity, wanted);
    return;
  }
  state.TakeFromLine(*user, line, static_cast<uint32_t>(wanted), timestamp);
}

/// Whether all of a cart can be bought together; else `outcome` is refused. Requires: there is a
/// cart.
bool HasRoomForCart(const User& user, const State& state, Outcome& outcome) {
  size_t new_stacks = 0;
  for (const CartLine& line : user.cart->lines) {
    const GoodsName goods = state.goods(line.goods).name();
    const Stack* stack = StackOf(user, state, goods);
    if (!HasRoom(user, state, {goods, line}, stack, outcome)) return false;
    // Two types of one unique item: the second line has no room once the first is owned.
    const auto twin = std::ranges::find_if(user.cart->lines, [&](const CartLine& other) {
      return &other != &line && state.goods(other.goods).item == goods.item;
    });
    if (line.unique && twin != user.cart->lines.end()) {
      RefuseMore(outcome, {goods, line}, 0, 1);
      outcome.wanted = 2;
      return false;
    }
    if (stack == nullptr) ++new_stacks;
  }
  if (user.stacks.size() + new_stacks <= kStacksMax) return true;
  return Refuse(outcome, Refusal::kTooManyStacks, {}, 0, kStacksMax);
}

// What is in a cart counts as much as what is owned, so a full state is no reason to refuse.
void Checkout(Player& player, State& state, Outcome& outcome) {
  User* user = player.user();
  if (user == nullptr || !user->cart) {
    Refuse(outcome, Refusal::kEmptyCart);
    return;
  }
  if (!HasRoomForCart(*user, state, outcome)) return;
  outcome.bought = user->cart->lines;
  for (const CartLine& line : outcome.bought) {
    state.AddToStack(*user, state.goods(line.goods).name(), line.quantity);
  }
  state.ClearCart(*user);
}

void UseItem(const Command& command, Player& player, State& state, Outcome& outcome) {
  const auto refuse = [&](Refusal why) { Refuse(outcome, why, Shown(command.item, command.type)); };
  User* user = player.user();
  if (user == nullptr) return refuse(Refusal::kNotOwned);
  const auto [stack, why] = FindMeant(user->stacks, state, command, Refusal::kNotOwned);
  if (why != Refusal::kNone) return refuse(why);
  const int64_t wanted = std::max<int64_t>(command.quantity, 1);
  if (wanted > stack->quantity) {
    Refuse(outcome, Refusal::kMoreThanOwned, Shown(state.goods(stack->goods).name()),
           stack->quantity, wanted);
    return;
  }
  state.TakeFromStack(*user, stack, static_cast<uint32_t>(wanted));
}

void JoinGuild(const Command& command, Player& player, State& state, Outcome& outcome) {
  const User& before = player.seen();
  if (state.IsMember(before, command.guild)) return;
  if (before.guilds.size() >= kGuildsMax) {
    Refuse(outcome, Refusal::kTooManyGuilds, {}, 0, static_cast<int64_t>(kGuildsMax));
  } else if (!player.MayGetMore()) {
    RefuseFull(outcome, state);
  } else {
    state.Join(player.Made(), command.guild);
  }
}

// Without a guild named, the only one that the user is in is meant.
void LeaveGuild(const Command& command, Player& player, State& state, Outcome& outcome) {
  const std::vector<Membership>& guilds = player.seen().guilds;
  const bool named = !command.guild.empty();
  if (!named && guilds.size() > 1) {
    Refuse(outcome, Refusal::kSeveralGuilds);
    return;
  }
  const auto found = std::ranges::find_if(guilds, [&](const Membership& each) {
    return !named || state.guild(each.guild).name == command.guild;
  });
  if (found == guilds.end()) {
    Refuse(outcome, Refusal::kNotInGuild);
    return;
  }
  outcome.left_guild = state.guild(found->guild).name;
  state.Leave(player.Made(), found->guild);
}

void Dispatch(const Command& command, TimestampMs timestamp, Player& player, State& state,
              Outcome& outcome) {
  switch (command.verb) {
    case Verb::kPurchase:
      return Purchase(command, player, state, outcome);
    case Verb::kJoinGuild:
      return JoinGuild(command, player, state, outcome);
    case Verb::kLeaveGuild:
      return LeaveGuild(command, player, state, outcome);
    case Verb::kAddToCart:
      return AddToCart(command, timestamp, player, state, outcome);
    case Verb::kRemoveFromCart:
      return RemoveFromCart(command, timestamp, player, state, outcome);
    case Verb::kClearCart:
      if (player.user() != nullptr) state.ClearCart(*player.user());
      return;
    case Verb::kCheckout:
      return Checkout(player, state, outcome);
    case Verb::kUseItem:
      return UseItem(command, player, state, outcome);
  }
}

// Keeps the memory.
void Clear(Outcome& outcome) {
  outcome.verdict = Verdict::kSkipped;
  outcome.refusal = Refusal::kNone;
  outcome.about.clear();
  outcome.have = outcome.wanted = outcome.limit = 0;
  outcome.bought.clear();
  outcome.left_guild.clear();
}

}  // namespace

std::string DescribeRefusal(const Outcome& outcome) {
  INVARIANT(outcome.verdict == Verdict::kRefused);
  const std::string& name = outcome.about;
  const std::string have = std::to_string(outcome.have);
  const std::string limit = std::to_string(outcome.limit);
  switch (outcome.refusal) {
    case Refusal::kOverStackLimit:
      return name + ": " + have + " owned, and " + std::to_string(outcome.wanted) +
             " more would exceed the limit of " + limit;
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
    case Refusal::kStateFull:
      return "there is no room for more: what this partition's users have takes the " + limit +
             " bytes that it may; what is used up, taken out of a cart or left makes room";
    case Refusal::kNone:
      break;
  }
  return "refused";
}

const Outcome& Fold::Apply(const Entry& entry, State& state) {
  state.ForgetIdle(entry.place.partition, entry.place.offset);
  Clear(outcome_);
  if (!entry.value || !document_.Parse(*entry.value)) {
    ++state.counts.malformed;
    return outcome_;
  }
  const Reading reading = ReadCommand(document_, command_);
  if (reading != Reading::kCommand) {
    ++(reading == Reading::kOther ? state.counts.other : state.counts.malformed);
    return outcome_;
  }
  // Under another key a user's events could be in several partitions, which have no order among
  // each other: two servers would fold them differently.
  if (entry.key != command_.user) {
    ++state.counts.misplaced;
    return outcome_;
  }
  Obey(command_, entry.timestamp, state, entry.place, outcome_);
  switch (outcome_.verdict) {
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
  return outcome_;
}

void Obey(const Command& command, TimestampMs timestamp, State& state, Place place,
          Outcome& outcome) {
  Clear(outcome);
  Player player(state, command.user, place.partition);
  const uint64_t hash = HashEventId(command.event_id);
  const bool has_id = !command.event_id.empty();
  if (has_id && player.seen().recent.Contains(hash)) {
    outcome.verdict = Verdict::kDuplicate;
    return;
  }
  outcome.verdict = Verdict::kDone;
  Dispatch(command, timestamp, player, state, outcome);
  if (User* user = player.user()) {
    if (has_id) user->recent.Add(hash);
    state.NoteEvent(*user, place.partition, place.offset);
  }
}

Outcome Obey(const Command& command, TimestampMs timestamp, State& state, Place place) {
  Outcome outcome;
  Obey(command, timestamp, state, place, outcome);
  return outcome;
}

}  // namespace gamevents::state
