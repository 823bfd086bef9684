#pragma once

#include "core/http/front_end_memory.h"
#include "core/http/message.h"
#include "core/problem/codes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::http {

/// Why a request was not read to its end: the code, and a sentence.
struct Refusal {
  problem::Code code = problem::Code::kMalformedRequest;
  std::string reason;

  int status() const { return problem::TraitsOf(code).status; }
};

/// Reads one HTTP/1.0 or 1.1 request (RFC 9112) out of bytes as they come, within limits, and
/// strictly where servers and proxies could disagree on where a request ends: lines end with
/// CRLF, no folded headers, not both Content-Length and Transfer-Encoding. Knows no sockets. Not
/// thread-safe.
class RequestParser {
 public:
  /// How far the request in hand has come.
  enum class State : uint8_t { kNeedsMore, kComplete, kRefused };

  explicit RequestParser(int64_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  /// Takes bytes up to the request's end and gives how many it took; the rest belongs to the
  /// next request. Takes nothing unless the state is kNeedsMore.
  size_t Feed(std::string_view bytes);

  /// Forgets the request in hand, which may have been moved away: what is fed next begins another.
  /// Of its memory a little is kept for that one.
  void Restart();

  /// After the last bytes that were given.
  State state() const { return so_far_.state; }
  /// Whether the first byte of a request has come.
  bool started() const { return so_far_.started; }
  /// Whether all headers have come, and only the body is still wanted.
  bool in_body() const { return so_far_.phase > Phase::kHeaders; }
  /// Memory that the request holds, but for a fixed part.
  size_t bytes_held() const {
    return HeapBytes(line_) + so_far_.text_bytes +
           request_.headers.capacity() * sizeof(Headers::value_type) + HeapBytes(request_.body);
  }
  /// Whether the client waits for "100 Continue" before it sends the body.
  bool awaits_continue() const {
    return so_far_.awaits_continue && so_far_.state == State::kNeedsMore;
  }
  /// Whether the client will send another request on this connection. Requires: kComplete.
  bool keep_alive() const { return so_far_.keep_alive; }
  /// Whether the client speaks HTTP/1.0, which must be told that its connection is kept.
  bool http_1_0() const { return so_far_.http_1_0; }
  /// The Host header; empty when there is none. Requires: kComplete.
  std::string_view host() const {
    return so_far_.hosts > 0 ? std::string_view(request_.headers[so_far_.host_index].second) : "";
  }
  /// Whether the body is compressed: there is a Content-Encoding.
  bool encoded() const { return so_far_.encoded; }
  /// What was read: whole at kComplete, its body without chunk framing but still compressed, its
  /// remote_ip empty.
  Request& request() { return request_; }
  /// Requires: kRefused.
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class Phase : uint8_t { kRequestLine, kHeaders, kBody, kChunkSize, kChunkEnd, kTrailers };

  void EndLine(std::string_view line);
  void OnLine(std::string_view line);
  void OnRequestLine(std::string_view line);
  bool OnTarget(std::string_view target);
  void OnHeaderLine(std::string_view line);
  void OnTrailerLine(std::string_view line);
  std::optional<std::pair<std::string_view, std::string_view>> SplitHeaderLine(
      std::string_view line);
  void OnHeadersEnd();
  bool OnMeaningfulHeader(std::string_view name, std::string_view value);
  bool OnTransferEncoding(std::string_view value);
  bool OnContentLength(std::string_view value);
  bool OnExpect(std::string_view value);
  void OnConnection(std::string_view value);
  void OnChunkSize(std::string_view line);
  size_t LineBytesMax() const;
  size_t FeedBody(std::string_view bytes);
  size_t FeedLine(std::string_view bytes);
  void RefuseLongLine();
  void Refuse(problem::Code code, std::string reason);

  // What is known of the request in hand, beside its text.
  struct SoFar {
    State state = State::kNeedsMore;
    Phase phase = Phase::kRequestLine;
    size_t header_bytes = 0;    // all header and trailer lines so far
    size_t text_bytes = 0;      // of the target and of the headers that are kept
    uint64_t body_missing = 0;  // bytes until the body or the chunk ends
    size_t chunk_extension_bytes = 0;
    int hosts = 0;
    size_t host_index = 0;  // of the last one, in request_.headers
    bool chunked = false;
    bool started = false;
    bool skipped_empty_line = false;
    bool http_1_0 = false;
    bool close = false;  // Connection: close
    bool keep = false;   // Connection: keep-alive
    bool keep_alive = true;
    bool awaits_continue = false;
    bool encoded = false;
    std::optional<uint64_t> content_length;
  };

  int64_t body_bytes_max_;
  SoFar so_far_;
  std::string line_;  // the line so far, without its end
  Request request_;
  Refusal refusal_;
};

}  // namespace gamevents::http
