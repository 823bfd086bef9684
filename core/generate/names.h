#pragma once

#include <cstdint>
#include <string>

namespace gamevents::generate {

/// The name of a player or a guild: "swiftotter17", each number another. ASCII letters and digits.
std::string PlayerName(uint64_t player);
std::string GuildName(uint64_t guild);

}  // namespace gamevents::generate
