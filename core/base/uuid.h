#pragma once

#include "core/base/clock.h"

#include <array>
#include <cstdint>
#include <string>

namespace gamevents {

/// 128 bits as RFC 9562 lays them out, big-endian.
using Uuid = std::array<uint8_t, 16>;

/// A version 7 UUID (RFC 9562 section 5.7): `time` in its first 48 bits, the rest random, so that
/// ids made later sort later to the millisecond. Thread-safe.
Uuid MakeUuidV7(TimestampMs time);

/// A version 4 UUID: random. Thread-safe.
Uuid MakeUuidV4();

/// "0193a5b2-7c1d-7e34-9f00-0123456789ab", always 36 characters in lower case.
std::string FormatUuid(const Uuid& uuid);

}  // namespace gamevents
