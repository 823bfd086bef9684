#pragma once

#include "core/base/result.h"
#include "core/state/state.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents::state {

/// The snapshot's format: a number in its table `about`, never used for another one, nor for what
/// a fold with other rules has made. A snapshot of another version is discarded and rebuilt from
/// the log, so that there is nothing to convert. 1 was of a fold that took fewer fields for a user,
/// 2 of one that kept every user and item for ever.
///
/// A user's row names all that it has, so that it needs no other row. It is: the number of recent
/// event ids and the ring's next place (a byte each), the hashes (8 bytes each, most significant
/// first); then varints and texts, each text with its length in bytes before it: the partition,
/// and the offset of the last event + 1; how many stacks, and of each its goods and quantity; how
/// many guilds, and each one's name; how many lines of the cart, and where there are any the time
/// of the last change, and of each line its goods, quantity, price, stack limit, and 1 where it is
/// unique. Goods are item, kind and type; a kind that is the item's name is left empty. Last, 4
/// bytes: the CRC-32C of the user's name and of all before.
inline constexpr int64_t kSnapshotFormat = 3;

/// The row of `user`, who is there.
std::string EncodeUser(const State& state, const User& user);

/// Makes the user `name` in `state` as the row says. Errors: kCorrupt: a checksum that does not
/// fit, or a row that is none, or a user who is there already.
Result<User*> DecodeUser(std::string_view name, std::string_view row, State& state);

}  // namespace gamevents::state
