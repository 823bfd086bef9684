#pragma once

#include <chrono>
#include <cstddef>

namespace gamevents::tls {

/// How long a client may take for a handshake, and for its first byte before that.
inline constexpr std::chrono::milliseconds kHandshakeTime{10'000};
/// Handshakes that one event loop has under way; beyond it the one that has taken longest is given
/// up. One holds about 40 KiB. A real client ends its own within a few round trips, so that only
/// those that stall get there.
inline constexpr size_t kHandshakesMax = 512;
/// The longest certificate chain, key or list of authorities that is read.
inline constexpr size_t kFileBytesMax = size_t{1} << 20;

}  // namespace gamevents::tls
