#pragma once

#include "core/event/catalogue.h"
#include "core/event/document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The state's room: what the events of the log make of carts, inventories and guilds. The fold
// (fold.h) is pure: no clock, no chance, no I/O; the rest feeds it (projection.h), keeps what it
// made (snapshot.h) and shows it (views.h). It knows nothing of HTTP and of commands' answers.

namespace gamevents::state {

/// The longest user or guild that has a state; an event with a longer one is malformed.
inline constexpr size_t kNameBytesMax = 1024;
/// The longest event_id that is looked at.
inline constexpr size_t kEventIdBytesMax = 256;

/// What an event asks for.
enum class Verb : uint8_t {
  kPurchase,
  kJoinGuild,
  kLeaveGuild,
  kAddToCart,
  kRemoveFromCart,
  kClearCart,
  kCheckout,
  kUseItem,
};

/// An event as the fold sees it. Texts are views into the document that it was read from.
struct Command {
  Verb verb = Verb::kPurchase;
  std::string_view event_id;  ///< empty: none, so that the event cannot be a duplicate
  std::string_view user;
  std::string_view guild;  ///< of the guild verbs; leaving, empty: the only one
  std::string_view item;   ///< of the item verbs, as all below
  std::string_view kind;   ///< the item itself where the event names none
  std::string_view type;   ///< empty: none named
  int64_t quantity = 0;    ///< 0: none named, which each verb reads in its own way
  int64_t price = 0;       ///< of one, in coins
  int64_t stack_limit = event::kQuantityMax;
  bool unique = false;
};

enum class Reading : uint8_t {
  kCommand,
  kOther,      ///< an event that changes no state
  kMalformed,  ///< one of ours by its event_type, but a field is missing, of another kind, or
               ///< beyond its limit
};

/// What keeps an event from being a command.
struct Flaw {
  enum class Rule : uint8_t { kText, kNumber, kFlag };
  std::string_view field;  ///< by name
  Rule rule = Rule::kText;
  int64_t min = 0;  ///< of a number
  int64_t max = 0;  ///< of a number, or of a text's bytes
};

/// "quantity must be a whole number from 1 to 1000000".
std::string DescribeFlaw(const Flaw& flaw);

/// Whether events of that type are commands: every other is kOther, whatever it holds.
bool IsCommandType(std::string_view event_type);

/// Reads `event` into `command`, which is only then whole when the answer is kCommand. The fields
/// of each event: docs/state.md. `flaw`, if there is one, is told why an event is kMalformed.
Reading ReadCommand(const event::Document& event, Command& command, Flaw* flaw = nullptr);

}  // namespace gamevents::state
