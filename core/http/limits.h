#pragma once

#include <chrono>
#include <cstddef>

namespace gamevents::http {

/// The path and query of a request; beyond it 414. What other servers take, so that no proxy in
/// front accepts what is refused here.
inline constexpr size_t kTargetBytesMax = 8192;
/// The longest method that is looked at; beyond it 501. The registered ones have at most 17.
inline constexpr size_t kMethodBytesMax = 32;
/// All header lines of a request together; beyond it 431.
inline constexpr size_t kHeaderBytesMax = 64 * 1024;
/// Header lines of a request; beyond it 431.
inline constexpr size_t kHeaderCountMax = 128;
/// A chunk's size with its extensions; beyond it 400.
inline constexpr size_t kChunkLineBytesMax = 256;
/// Requests on one connection, after which it is closed: no client keeps a thread for ever.
inline constexpr int kRequestsPerConnectionMax = 10'000;
/// Accepted connections that wait for a thread; beyond it none is accepted until one is served.
inline constexpr size_t kWaitingConnectionsMax = 1024;
/// Connections that the kernel holds for us before they are accepted.
inline constexpr int kListenBacklog = 1024;
/// How long a thread sleeps at most before it looks whether the server is stopping.
inline constexpr std::chrono::milliseconds kStopCheckInterval{100};
/// How long to wait after a connection could not be accepted.
inline constexpr std::chrono::milliseconds kAcceptRetry{1};
/// How long a refused client may go on sending before its connection is cut: time to read why.
inline constexpr std::chrono::milliseconds kLingerMax{1000};

}  // namespace gamevents::http
