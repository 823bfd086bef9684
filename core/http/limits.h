#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gamevents::http {

/// The request line without its end; beyond it 414. What other servers take, so that no proxy in
/// front accepts what is refused here.
inline constexpr size_t kRequestLineBytesMax = 8 * 1024;
/// The longest method that is looked at; beyond it 501. The registered ones have at most 17.
inline constexpr size_t kMethodBytesMax = 32;
/// All header lines of a request with their ends, and again all lines after a chunked body; beyond
/// it 431.
inline constexpr size_t kHeaderBytesMax = 16 * 1024;
/// Header lines of a request; beyond it 431.
inline constexpr size_t kHeaderCountMax = 100;
/// A chunk's size with its extensions; beyond it 400.
inline constexpr size_t kChunkLineBytesMax = 256;
/// All extensions of a request's chunks; beyond it 400. Nobody uses them but to send much for
/// nothing.
inline constexpr size_t kChunkExtensionBytesMax = 4 * 1024;
/// How many times its own size a body may become when unpacked; beyond it 413. Events of one kind
/// in a row come to 20 or 30; a bomb of gzip to 1,000.
inline constexpr size_t kUnpackRatioMax = 200;
/// What a body may become whatever its ratio: too little to do harm.
inline constexpr size_t kUnpackedBytesAlways = 64 * 1024;
/// Requests of one connection that wait for their answers; beyond it no more is read from it.
inline constexpr size_t kPendingRepliesMax = 128;
/// What one connection may have under way: the bytes that its requests in flight hold, those of the
/// answers that are ready, and of those that are not sent. Beyond it no request is begun, no answer
/// is appended to what is sent, and no more is read. The one that passes it is finished, so a
/// connection holds so much and a body or an answer.
inline constexpr size_t kConnectionBytesMax = 256 * 1024;
/// Answers that a loop's connections have been given but the loop has not looked at; beyond it each
/// of its connections begins one request at a time. For handlers that answer at once, a segment
/// full of requests would else become their answers all together.
inline constexpr size_t kGivenBytesMax = 256 * 1024;
/// One piece of a streamed answer. At most two are held for a connection: one that is being sent,
/// and one that waits.
inline constexpr size_t kStreamPieceBytesMax = size_t{16} << 20;
/// What is read from a connection at once, into a buffer that a loop's connections share.
inline constexpr size_t kReadBytesMax = 64 * 1024;
/// Connections that the kernel holds for us before they are accepted; it may hold fewer (see
/// net.core.somaxconn).
inline constexpr int kListenBacklog = 4096;
/// Descriptors that connections leave to the rest of the process: the log's segments, Kafka's
/// connections, the snapshot. Without one the log cannot begin its next segment. Where the limit
/// is low, half of what is left.
inline constexpr int64_t kDescriptorsReserved = 512;
/// Connections that are accepted before anything else is looked at.
inline constexpr int kAcceptsAtOnce = 64;
/// How long to wait after a connection could not be accepted.
inline constexpr std::chrono::milliseconds kAcceptRetry{20};
/// How long a connection may take to end after its last answer: time to read it.
inline constexpr std::chrono::milliseconds kLingerMax{1000};
/// What a client is told to wait when there are too many of them.
inline constexpr int kRetryAfterSeconds = 1;

/// Answers that one thread gathers for one loop before it hands them over.
inline constexpr size_t kGatheredMax = 64;

}  // namespace gamevents::http
