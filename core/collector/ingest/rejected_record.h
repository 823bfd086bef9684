#pragma once

#include "core/base/clock.h"
#include "core/contracts/contracts.h"
#include "core/http/message.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::collector {

/// How much of what was refused is kept: so much fits into a record of Kafka's default size, in
/// base64 too.
inline constexpr size_t kRejectedBytesMax = size_t{512} << 10;

/// What one request may add to serve.rejected_topic. Each record repeats what is known of the
/// request, so a small request of many short lines would become a large part of the topic.
inline constexpr size_t kRejectedRequestMax = size_t{8} << 20;

/// Something that was refused for its content.
struct RejectedPart {
  std::string_view reason;
  std::optional<size_t> index;  ///< which event of its request; nothing: all of it
  size_t offset = 0;            ///< its first byte in the request's body (decompressed)
  std::string_view raw;
  bool binary = false;  ///< a CloudEvent in binary mode: the request's ce- headers are part of it
  /// Names of JSON members whose texts are secrets: each byte of them is kept as '*'.
  std::span<const std::string_view> secrets = {};
  std::span<const contracts::Problem> problems = {};  ///< those with its contract
};

/// The record of it for serve.rejected_topic: one line of JSON.
///
/// | field | what it is |
/// |---|---|
/// | `event_type` | `rejected` |
/// | `reason` | why it was refused |
/// | `problems` | what of it broke its contract: `[{"pointer":…,"reason":…},…]` |
/// | `index`, `offset` | which event of the request (null: all of it), and its first byte |
/// | `size` | its bytes |
/// | `raw` or `raw_base64` | the bytes; base64 when they are no UTF-8, or would not fit |
/// | `cut` | true when only the first kRejectedBytesMax are there |
/// | `received_at`, `remote_ip`, `content_type` | when, from where, and what it was said to be |
/// | `ce_headers` | in binary mode: the ce- headers as sent, `[[name, value], …]` |
std::string RejectedRecord(const RejectedPart& part, const http::Request& request,
                           TimestampMs received_at);

}  // namespace gamevents::collector
