#pragma once

#include "core/base/clock.h"
#include "core/event/document.h"
#include "core/state/command.h"
#include "core/state/state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::state {

/// Where in the log a record is.
struct Place {
  int32_t partition = 0;
  int64_t offset = 0;
};

/// A record of the log, as far as the fold looks at it.
struct Entry {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  TimestampMs timestamp{0};
  Place place{};
};

enum class Verdict : uint8_t {
  kDone,       ///< the state is now as the event asked
  kRefused,    ///< it cannot be; nothing was changed
  kDuplicate,  ///< one of the user's last events over again; nothing was changed
  kSkipped,    ///< no command, or one that cannot be read
};

/// Why a command cannot be.
enum class Refusal : uint8_t {
  kNone,
  kOverStackLimit,
  kAlreadyOwned,
  kTooManyStacks,
  kCartFull,
  kNotInCart,
  kMoreThanInCart,
  kEmptyCart,
  kNotOwned,
  kMoreThanOwned,
  kSeveralTypes,
  kNotInGuild,
  kSeveralGuilds,
  kTooManyGuilds,
  kStateFull,
};

/// What became of one event.
struct Outcome {
  Verdict verdict = Verdict::kSkipped;
  Refusal refusal = Refusal::kNone;
  std::string about{};             ///< what the refusal is about, where that is an item
  int64_t have = 0;                ///< how many the user has of it
  int64_t wanted = 0;              ///< how many more were asked for, where a limit forbids it
  int64_t limit = 0;               ///< what was asked for, or the limit that it would exceed
  std::vector<CartLine> bought{};  ///< by a purchase or a checkout; the user has the goods now
  std::string left_guild{};
};

/// A refusal as a sentence for people: "sword (katana): 19 owned, and 2 more would exceed the limit
/// of 20". Requires: the outcome is refused.
std::string DescribeRefusal(const Outcome& outcome);

/// The pure fold: reads an event, changes the state, says what became of it. The same events in
/// the same order give the same state and outcomes, in every process. Keeps only buffers. Not
/// thread-safe.
class Fold {
 public:
  /// What became of the event; until the next.
  const Outcome& Apply(const Entry& entry, State& state);

  /// The last event that was applied, until the next; meaningful when it was not kSkipped.
  const Command& command() const { return command_; }

 private:
  event::Document document_;
  Command command_;
  Outcome outcome_;
};

/// Has the processor fetch what the events will look at that come a few behind the one that is
/// folded. One for events in a row.
class FetchAhead {
 public:
  explicit FetchAhead(const State& state) : state_(state) {}

  /// To be called for each event in its turn: the one at `index`, of `count`; `key_at` gives an
  /// event's key, which is its user as a rule, or nullopt.
  template <class KeyAt>
  void Before(size_t index, size_t count, KeyAt key_at) {
    for (const size_t end = std::min(index + kPlaceAhead + 1, count); hashed_ < end; ++hashed_) {
      const auto key = key_at(hashed_);
      uint64_t& hash = hashes_[hashed_ % kHashes];
      hash = key ? HashName(*key) : 0;
      state_.FetchPlace(hash);
    }
    if (index + kUserAhead < count) state_.FetchUser(hashes_[(index + kUserAhead) % kHashes]);
    if (index + kThingsAhead < count) state_.FetchThings(hashes_[(index + kThingsAhead) % kHashes]);
  }

 private:
  static constexpr size_t kPlaceAhead = 12;
  static constexpr size_t kUserAhead = 8;
  static constexpr size_t kThingsAhead = 4;
  static constexpr size_t kHashes = 16;
  static_assert(kPlaceAhead < kHashes);

  const State& state_;
  size_t hashed_ = 0;  // the events before this one are, the last of them in hashes_
  std::array<uint64_t, kHashes> hashes_{};
};

/// Applies one command that has been read. One that is refused, and one that leaves nothing, makes
/// no user.
Outcome Obey(const Command& command, TimestampMs timestamp, State& state, Place place = {});

/// The same written over `outcome`, whose memory is used again.
void Obey(const Command& command, TimestampMs timestamp, State& state, Place place,
          Outcome& outcome);

}  // namespace gamevents::state
