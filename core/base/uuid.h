#pragma once

#include "core/base/clock.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents {

/// 128 bits as RFC 9562 lays them out, big-endian.
using Uuid = std::array<uint8_t, 16>;

/// A version 7 UUID (RFC 9562 section 5.7): `time` in its first 48 bits, the rest random, so that
/// ids made later sort later to the millisecond. Thread-safe.
Uuid MakeUuidV7(TimestampMs time);

/// The same from 128 bits of the caller's, of which `random` gives all but the time, the version
/// and the variant: equal arguments give equal ids.
Uuid MakeUuidV7(TimestampMs time, const std::array<uint64_t, 2>& random);

/// A version 4 UUID: random. Thread-safe.
Uuid MakeUuidV4();

/// A UUID as people read it, without a string's memory.
using UuidText = std::array<char, 36>;

/// "0193a5b2-7c1d-7e34-9f00-0123456789ab", always in lower case.
UuidText UuidTextOf(const Uuid& uuid);

/// The same as a string.
std::string FormatUuid(const Uuid& uuid);

/// The UUID that `text` is, in either case (RFC 9562 section 4), of any version; nothing when it is
/// none.
std::optional<Uuid> ParseUuid(std::string_view text);

}  // namespace gamevents
