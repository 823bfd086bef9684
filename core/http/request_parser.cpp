#include "core/http/request_parser.h"

#include "core/base/number.h"
#include "core/http/characters.h"
#include "core/http/limits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::http {
namespace {

using problem::Code;

// What a connection keeps of its last request for the next one, so that clients that send small
// ones cost no allocations; idle connections are many, so it is little.
constexpr size_t kTextKept = 64;
constexpr size_t kHeadersKept = 4;

constexpr auto kSchemes = std::to_array<std::string_view>({"http://", "https://"});

void KeepLittle(std::string& text) {
  text.clear();
  if (text.capacity() > kTextKept) LetGo(text);
}

}  // namespace

void RequestParser::Restart() {
  so_far_ = {};
  line_.clear();
  KeepLittle(request_.path);
  KeepLittle(request_.query);
  KeepLittle(request_.method);
  request_.headers.clear();
  if (request_.headers.capacity() > kHeadersKept) Headers().swap(request_.headers);
  LetGo(request_.body);
  request_.lease = nullptr;
}

size_t RequestParser::Feed(std::string_view bytes) {
  size_t taken = 0;
  if (!bytes.empty()) so_far_.started = true;
  while (so_far_.state == State::kNeedsMore && taken < bytes.size()) {
    const std::string_view rest = bytes.substr(taken);
    taken += so_far_.phase == Phase::kBody ? FeedBody(rest) : FeedLine(rest);
  }
  return taken;
}

size_t RequestParser::FeedBody(std::string_view bytes) {
  so_far_.awaits_continue = false;
  const size_t taken = std::min<uint64_t>(so_far_.body_missing, bytes.size());
  // Fewer copies of what has come, without room for what was only announced.
  const size_t size = request_.body.size() + taken;
  if (size > request_.body.capacity()) {
    request_.body.reserve(size + std::min<uint64_t>(so_far_.body_missing - taken, 3 * size));
  }
  request_.body.append(bytes.substr(0, taken));
  so_far_.body_missing -= taken;
  if (so_far_.body_missing > 0) return taken;
  if (so_far_.chunked) {
    so_far_.phase = Phase::kChunkEnd;
  } else {
    so_far_.state = State::kComplete;
  }
  return taken;
}

size_t RequestParser::FeedLine(std::string_view bytes) {
  const size_t newline = bytes.find('\n');
  const std::string_view part = bytes.substr(0, newline);
  if (line_.size() + part.size() > LineBytesMax()) {
    RefuseLongLine();
    return bytes.size();
  }
  if (newline == std::string_view::npos) {
    line_.append(part);
    return bytes.size();
  }
  if (line_.empty()) {
    EndLine(part);  // it came whole, as most do, and is read where it is
  } else {
    EndLine(std::exchange(line_, {}).append(part));
  }
  return newline + 1;
}

void RequestParser::EndLine(std::string_view line) {
  if (!line.ends_with('\r'))
    return Refuse(Code::kMalformedRequest, "a line of the request does not end with CRLF");
  line.remove_suffix(1);
  OnLine(line);
}

size_t RequestParser::LineBytesMax() const {
  switch (so_far_.phase) {
    case Phase::kRequestLine:
      return kRequestLineBytesMax + 1;  // and its '\r'
    case Phase::kHeaders:
    case Phase::kTrailers:
      return kHeaderBytesMax - so_far_.header_bytes + 1;  // the '\r' of the empty line at the end
    case Phase::kChunkSize:
      return kChunkLineBytesMax;
    case Phase::kChunkEnd:
    case Phase::kBody:
      break;
  }
  return 1;  // the '\r' after a chunk
}

void RequestParser::RefuseLongLine() {
  switch (so_far_.phase) {
    case Phase::kRequestLine:
      return Refuse(Code::kUriTooLong, "the request's first line is longer than " +
                                           std::to_string(kRequestLineBytesMax) + " bytes");
    case Phase::kHeaders:
    case Phase::kTrailers:
      return Refuse(Code::kHeadersTooLarge, "the request's headers are longer than " +
                                                std::to_string(kHeaderBytesMax) + " bytes");
    case Phase::kChunkSize:
    case Phase::kChunkEnd:
    case Phase::kBody:
      return Refuse(Code::kMalformedRequest, "a chunk of the body is malformed");
  }
}

void RequestParser::Refuse(Code code, std::string reason) {
  so_far_.state = State::kRefused;
  refusal_ = Refusal{code, std::move(reason)};
}

void RequestParser::OnLine(std::string_view line) {
  switch (so_far_.phase) {
    case Phase::kRequestLine:
      // RFC 9112 section 2.2: an empty line before the request is skipped, once.
      if (line.empty() && !std::exchange(so_far_.skipped_empty_line, true)) return;
      return OnRequestLine(line);
    case Phase::kHeaders:
      return line.empty() ? OnHeadersEnd() : OnHeaderLine(line);
    case Phase::kChunkSize:
      return OnChunkSize(line);
    case Phase::kChunkEnd:
      if (!line.empty())
        return Refuse(Code::kMalformedRequest, "a chunk of the body is longer than its size");
      so_far_.phase = Phase::kChunkSize;
      return;
    case Phase::kTrailers:
      return OnTrailerLine(line);
    case Phase::kBody:
      return;
  }
}

void RequestParser::OnRequestLine(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return Refuse(Code::kMalformedRequest,
                  "the request line is not a method, a target and a version");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method)) return Refuse(Code::kMalformedRequest, "the request's method is malformed");
  if (method.size() > kMethodBytesMax)
    return Refuse(Code::kUnknownMethod, "the request's method is not known");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    if (version.starts_with("HTTP/"))
      return Refuse(Code::kUnknownHttpVersion, "only HTTP/1.0 and HTTP/1.1 are spoken");
    return Refuse(Code::kMalformedRequest, "the request line does not end with a version of HTTP");
  }
  so_far_.http_1_0 = version == "HTTP/1.0";
  request_.method = method;
  if (OnTarget(line.substr(first + 1, last - first - 1))) so_far_.phase = Phase::kHeaders;
  so_far_.text_bytes = line.size();
}

bool RequestParser::OnTarget(std::string_view target) {
  if (HasControl(target) || target.find(' ') != std::string_view::npos) {
    Refuse(Code::kMalformedRequest, "the request's target has a space or a control character");
    return false;
  }
  // The absolute form, as sent to a proxy: what counts begins after the authority.
  for (const std::string_view scheme : kSchemes) {
    if (target.starts_with('/')) break;
    if (!StartsWithIgnoringCase(target, scheme)) continue;
    target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
    if (!target.starts_with('/')) request_.path = "/";
  }
  const size_t question = target.find('?');
  request_.path.append(target.substr(0, question));
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  if (request_.path.starts_with('/')) return true;
  if (request_.path == "*" && request_.method == "OPTIONS") return true;
  Refuse(Code::kMalformedRequest, "the request's target does not begin with '/'");
  return false;
}

// The name and the value of a header or trailer line that is one, and within the limits.
std::optional<std::pair<std::string_view, std::string_view>> RequestParser::SplitHeaderLine(
    std::string_view line) {
  so_far_.header_bytes += line.size() + 2;
  if (so_far_.header_bytes > kHeaderBytesMax) {
    RefuseLongLine();
    return std::nullopt;
  }
  const size_t colon = line.find(':');
  const std::string_view name(line.data(), std::min(colon, line.size()));
  if (colon == std::string_view::npos || !IsToken(name)) {
    Refuse(Code::kMalformedRequest, "a header of the request is not a name, a colon and a value");
    return std::nullopt;
  }
  line.remove_prefix(colon + 1);
  const std::string_view value = line;
  if (HasControl(value) &&
      std::ranges::any_of(value, [](char c) { return IsControl(c) && c != '\t'; })) {
    Refuse(Code::kMalformedRequest, "the value of a header has a control character");
    return std::nullopt;
  }
  return std::pair(name, Trim(value));
}

void RequestParser::OnHeaderLine(std::string_view line) {
  if (request_.headers.size() == kHeaderCountMax) {
    return Refuse(Code::kHeadersTooLarge,
                  "the request has more than " + std::to_string(kHeaderCountMax) + " headers");
  }
  const auto header = SplitHeaderLine(line);
  if (!header) return;
  const auto& [name, value] = *header;
  if (!OnMeaningfulHeader(name, value)) return;
  request_.headers.emplace_back(name, value);
  so_far_.text_bytes += line.size();
}

// Trailers are read to their end and dropped: no event needs them.
void RequestParser::OnTrailerLine(std::string_view line) {
  if (line.empty()) {
    so_far_.state = State::kComplete;
  } else {
    (void)SplitHeaderLine(line);
  }
}

// Takes what a header says of the request's framing or its connection. False when it is refused.
bool RequestParser::OnMeaningfulHeader(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case std::string_view("Host").size():
      if (!EqualsIgnoringCase(name, "Host")) return true;
      ++so_far_.hosts;
      so_far_.host_index = request_.headers.size();
      if (IsMadeOf(value, kHostBytes)) return true;
      Refuse(Code::kMalformedRequest, "the Host header is not a name and a port");
      return false;
    case std::string_view("Expect").size():
      return !EqualsIgnoringCase(name, "Expect") || OnExpect(value);
    case std::string_view("Connection").size():
      if (EqualsIgnoringCase(name, "Connection")) OnConnection(value);
      return true;
    case std::string_view("Content-Length").size():
      return !EqualsIgnoringCase(name, "Content-Length") || OnContentLength(value);
    case std::string_view("Content-Encoding").size():
      so_far_.encoded = so_far_.encoded || EqualsIgnoringCase(name, "Content-Encoding");
      return true;
    case std::string_view("Transfer-Encoding").size():
      return !EqualsIgnoringCase(name, "Transfer-Encoding") || OnTransferEncoding(value);
    default:
      return true;
  }
}

bool RequestParser::OnExpect(std::string_view value) {
  so_far_.awaits_continue = !so_far_.http_1_0;
  if (EqualsIgnoringCase(value, "100-continue")) return true;
  Refuse(Code::kExpectationFailed, "the only expectation that is met is 100-continue");
  return false;
}

void RequestParser::OnConnection(std::string_view value) {
  ForEachListed(value, [this](std::string_view option) {
    so_far_.close = so_far_.close || EqualsIgnoringCase(option, "close");
    so_far_.keep = so_far_.keep || EqualsIgnoringCase(option, "keep-alive");
  });
}

// RFC 9112 section 6.1: HTTP/1.0 has no chunks, and a server that reads them anyway may be of
// another mind than the proxy before it.
bool RequestParser::OnTransferEncoding(std::string_view value) {
  if (so_far_.http_1_0) {
    Refuse(Code::kMalformedRequest, "a request of HTTP/1.0 has no Transfer-Encoding");
  } else if (value.empty()) {
    Refuse(Code::kMalformedRequest, "the request's Transfer-Encoding is empty");
  } else if (so_far_.chunked || !EqualsIgnoringCase(value, "chunked")) {
    Refuse(Code::kUnknownTransferCoding,
           "the only transfer encoding that is understood is chunked, once");
  }
  so_far_.chunked = true;
  return so_far_.state == State::kNeedsMore;
}

bool RequestParser::OnContentLength(std::string_view value) {
  bool good = true;
  ForEachListed(value, [&](std::string_view text) {
    const auto length = ParseWholeNumber<uint64_t>(text);
    good = good && length && so_far_.content_length.value_or(*length) == *length;
    so_far_.content_length = length;
  });
  if (!good) {
    Refuse(Code::kMalformedRequest, "the request's Content-Length is not one number");
  } else if (*so_far_.content_length > static_cast<uint64_t>(body_bytes_max_)) {
    Refuse(Code::kBodyTooLarge,
           "the body is longer than " + std::to_string(body_bytes_max_) + " bytes");
  }
  return so_far_.state == State::kNeedsMore;
}

void RequestParser::OnHeadersEnd() {
  so_far_.keep_alive = !so_far_.close && (so_far_.keep || !so_far_.http_1_0);
  if (so_far_.hosts > 1 || (so_far_.hosts == 0 && !so_far_.http_1_0)) {
    return Refuse(Code::kMalformedRequest, "the request must have exactly one Host header");
  }
  if (so_far_.chunked && so_far_.content_length) {
    return Refuse(Code::kMalformedRequest,
                  "the request has both Content-Length and Transfer-Encoding");
  }
  so_far_.header_bytes = 0;  // the trailers are counted from zero
  if (so_far_.chunked) {
    so_far_.phase = Phase::kChunkSize;
  } else if (so_far_.content_length.value_or(0) > 0) {
    so_far_.phase = Phase::kBody;
    so_far_.body_missing = *so_far_.content_length;
  } else {
    so_far_.state = State::kComplete;
  }
}

void RequestParser::OnChunkSize(std::string_view line) {
  so_far_.awaits_continue = false;
  const size_t semicolon = std::min(line.find(';'), line.size());
  std::string_view text = line.substr(0, semicolon);
  // RFC 9112 section 7.1.1: there may be spaces before an extension's semicolon, nowhere else.
  if (semicolon < line.size()) text = text.substr(0, text.find_last_not_of(" \t") + 1);
  const auto size = ParseWholeNumber<uint64_t>(text, 16);
  if (!size || std::ranges::any_of(line, [](char c) { return IsControl(c) && c != '\t'; })) {
    return Refuse(Code::kMalformedRequest, "a chunk of the body has no size");
  }
  so_far_.chunk_extension_bytes += line.size() - semicolon;
  if (so_far_.chunk_extension_bytes > kChunkExtensionBytesMax) {
    return Refuse(Code::kMalformedRequest, "the chunks' extensions are longer than " +
                                               std::to_string(kChunkExtensionBytesMax) + " bytes");
  }
  if (*size > static_cast<uint64_t>(body_bytes_max_) - request_.body.size()) {
    return Refuse(Code::kBodyTooLarge,
                  "the body is longer than " + std::to_string(body_bytes_max_) + " bytes");
  }
  so_far_.phase = *size == 0 ? Phase::kTrailers : Phase::kBody;
  so_far_.body_missing = *size;
}

}  // namespace gamevents::http
