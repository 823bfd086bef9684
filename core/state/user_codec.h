#pragma once

#include "core/base/result.h"
#include "core/state/state.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents::state {

/// The snapshot's format: a number in its table `about`, never used for another one, nor for what
/// a fold with other rules has made. A snapshot of another version is folded anew from the log, so
/// that there is nothing to convert. 1 was of a fold that took fewer fields for a user.
///
/// A user's row is: the number of recent event ids and the ring's next place (a byte each), the
/// hashes (8 bytes each, most significant first); then varints: how many stacks, and of each its
/// goods' id and quantity; how many guilds, and each one's id; how many lines of the cart, and
/// where there are any the time of the last change, and of each line its goods' id, quantity,
/// price, stack limit, and 1 where it is unique. Last, 4 bytes: the CRC-32C of the user's name and
/// of all before.
inline constexpr int64_t kSnapshotFormat = 2;

/// The row of `user`.
std::string EncodeUser(const User& user);

/// Reads a row into `user`, which `state` has just made. Errors: kCorrupt: a checksum that does
/// not fit, or goods and guilds that `state` does not have.
Status DecodeUser(std::string_view row, State& state, User& user);

}  // namespace gamevents::state
