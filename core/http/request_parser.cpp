#include "core/http/request_parser.h"

#include "core/base/number.h"
#include "core/http/characters.h"
#include "core/http/limits.h"

#include <algorithm>
#include <utility>

namespace gamevents::http {

size_t RequestParser::Feed(std::string_view bytes) {
  size_t taken = 0;
  if (!bytes.empty()) started_ = true;
  while (state_ == State::kNeedsMore && taken < bytes.size()) {
    const std::string_view rest = bytes.substr(taken);
    taken += phase_ == Phase::kBody ? FeedBody(rest) : FeedLine(rest);
  }
  return taken;
}

size_t RequestParser::FeedBody(std::string_view bytes) {
  awaits_continue_ = false;
  const size_t taken = std::min<uint64_t>(body_missing_, bytes.size());
  request_.body.append(bytes.substr(0, taken));
  body_missing_ -= taken;
  if (body_missing_ > 0) return taken;
  if (chunked_) {
    phase_ = Phase::kChunkEnd;
  } else {
    state_ = State::kComplete;
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
  // A line that came whole, as most do, is read where it is.
  const std::string begun = std::exchange(line_, {});
  const std::string joined = begun.empty() ? std::string() : begun + std::string(part);
  std::string_view line = begun.empty() ? part : std::string_view(joined);
  if (!line.ends_with('\r')) {
    Refuse(400, "a line of the request does not end with CRLF");
  } else {
    line.remove_suffix(1);
    OnLine(line);
  }
  return newline + 1;
}

size_t RequestParser::LineBytesMax() const {
  switch (phase_) {
    case Phase::kRequestLine:
      return kRequestLineBytesMax + 1;  // and its '\r'
    case Phase::kHeaders:
    case Phase::kTrailers:
      return kHeaderBytesMax - header_bytes_ + 1;  // the '\r' of the empty line at the end
    case Phase::kChunkSize:
      return kChunkLineBytesMax;
    case Phase::kChunkEnd:
    case Phase::kBody:
      break;
  }
  return 1;  // the '\r' after a chunk
}

void RequestParser::RefuseLongLine() {
  switch (phase_) {
    case Phase::kRequestLine:
      return Refuse(414, "the request's first line is longer than " +
                             std::to_string(kRequestLineBytesMax) + " bytes");
    case Phase::kHeaders:
    case Phase::kTrailers:
      return Refuse(431, "the request's headers are longer than " +
                             std::to_string(kHeaderBytesMax) + " bytes");
    case Phase::kChunkSize:
    case Phase::kChunkEnd:
    case Phase::kBody:
      return Refuse(400, "a chunk of the body is malformed");
  }
}

void RequestParser::Refuse(int status, std::string reason) {
  state_ = State::kRefused;
  refusal_ = Refusal{status, std::move(reason)};
}

void RequestParser::OnLine(std::string_view line) {
  switch (phase_) {
    case Phase::kRequestLine:
      // RFC 9112 section 2.2: an empty line before the request is skipped, once.
      if (line.empty() && !std::exchange(skipped_empty_line_, true)) return;
      return OnRequestLine(line);
    case Phase::kHeaders:
      return line.empty() ? OnHeadersEnd() : OnHeaderLine(line);
    case Phase::kChunkSize:
      return OnChunkSize(line);
    case Phase::kChunkEnd:
      if (!line.empty()) return Refuse(400, "a chunk of the body is longer than its size");
      phase_ = Phase::kChunkSize;
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
    return Refuse(400, "the request line is not a method, a target and a version");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view version = line.substr(last + 1);
  if (!IsToken(method)) return Refuse(400, "the request's method is malformed");
  if (method.size() > kMethodBytesMax) return Refuse(501, "the request's method is not known");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    if (version.starts_with("HTTP/")) return Refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken");
    return Refuse(400, "the request line does not end with a version of HTTP");
  }
  http_1_0_ = version == "HTTP/1.0";
  request_.method = method;
  if (OnTarget(line.substr(first + 1, last - first - 1))) phase_ = Phase::kHeaders;
  text_bytes_ = line.size();
}

bool RequestParser::OnTarget(std::string_view target) {
  if (std::ranges::any_of(target, [](char c) { return IsControl(c) || c == ' '; })) {
    Refuse(400, "the request's target has a space or a control character");
    return false;
  }
  // The absolute form, as sent to a proxy: what counts begins after the authority.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() ||
        !EqualsIgnoringCase(target.substr(0, scheme.size()), scheme)) {
      continue;
    }
    target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
    if (!target.starts_with('/')) request_.path = "/";
  }
  const size_t question = target.find('?');
  request_.path += target.substr(0, question);
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  if (request_.path.starts_with('/')) return true;
  if (request_.path == "*" && request_.method == "OPTIONS") return true;
  Refuse(400, "the request's target does not begin with '/'");
  return false;
}

// Whether a header or trailer line is one, and within the limits.
bool RequestParser::CheckHeaderLine(std::string_view line) {
  header_bytes_ += line.size() + 2;
  if (header_bytes_ > kHeaderBytesMax) {
    RefuseLongLine();
    return false;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    Refuse(400, "a header of the request is not a name, a colon and a value");
    return false;
  }
  const std::string_view value = line.substr(colon + 1);
  if (std::ranges::any_of(value, [](char c) { return IsControl(c) && c != '\t'; })) {
    Refuse(400, "the value of a header has a control character");
    return false;
  }
  return true;
}

void RequestParser::OnHeaderLine(std::string_view line) {
  if (request_.headers.size() == kHeaderCountMax) {
    return Refuse(431, "the request has more than " + std::to_string(kHeaderCountMax) + " headers");
  }
  if (!CheckHeaderLine(line)) return;
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trim(line.substr(colon + 1));
  if (!OnMeaningfulHeader(name, value)) return;
  request_.headers.emplace_back(name, value);
  text_bytes_ += line.size();
}

// Trailers are read to their end and dropped: no event needs them.
void RequestParser::OnTrailerLine(std::string_view line) {
  if (line.empty()) {
    state_ = State::kComplete;
  } else {
    (void)CheckHeaderLine(line);
  }
}

// Takes what a header says of the request's framing or its connection. False when it is refused.
bool RequestParser::OnMeaningfulHeader(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case std::string_view("Host").size():
      if (!EqualsIgnoringCase(name, "Host")) return true;
      ++hosts_;
      host_index_ = request_.headers.size();
      if (IsMadeOf(value, kHostBytes)) return true;
      Refuse(400, "the Host header is not a name and a port");
      return false;
    case std::string_view("Expect").size():
      return !EqualsIgnoringCase(name, "Expect") || OnExpect(value);
    case std::string_view("Connection").size():
      if (EqualsIgnoringCase(name, "Connection")) OnConnection(value);
      return true;
    case std::string_view("Content-Length").size():
      return !EqualsIgnoringCase(name, "Content-Length") || OnContentLength(value);
    case std::string_view("Content-Encoding").size():
      encoded_ = encoded_ || EqualsIgnoringCase(name, "Content-Encoding");
      return true;
    case std::string_view("Transfer-Encoding").size():
      return !EqualsIgnoringCase(name, "Transfer-Encoding") || OnTransferEncoding(value);
    default:
      return true;
  }
}

bool RequestParser::OnExpect(std::string_view value) {
  awaits_continue_ = !http_1_0_;
  if (EqualsIgnoringCase(value, "100-continue")) return true;
  Refuse(417, "the only expectation that is met is 100-continue");
  return false;
}

void RequestParser::OnConnection(std::string_view value) {
  ForEachListed(value, [this](std::string_view option) {
    close_ = close_ || EqualsIgnoringCase(option, "close");
    keep_ = keep_ || EqualsIgnoringCase(option, "keep-alive");
  });
}

// RFC 9112 section 6.1: HTTP/1.0 has no chunks, and a server that reads them anyway may be of
// another mind than the proxy before it.
bool RequestParser::OnTransferEncoding(std::string_view value) {
  if (http_1_0_) {
    Refuse(400, "a request of HTTP/1.0 has no Transfer-Encoding");
  } else if (value.empty()) {
    Refuse(400, "the request's Transfer-Encoding is empty");
  } else if (chunked_ || !EqualsIgnoringCase(value, "chunked")) {
    Refuse(501, "the only transfer encoding that is understood is chunked, once");
  }
  chunked_ = true;
  return state_ == State::kNeedsMore;
}

bool RequestParser::OnContentLength(std::string_view value) {
  bool good = true;
  ForEachListed(value, [&](std::string_view text) {
    const auto length = ParseWholeNumber<uint64_t>(text);
    good = good && length && content_length_.value_or(*length) == *length;
    content_length_ = length;
  });
  if (!good) {
    Refuse(400, "the request's Content-Length is not one number");
  } else if (*content_length_ > static_cast<uint64_t>(body_bytes_max_)) {
    Refuse(413, "the body is longer than " + std::to_string(body_bytes_max_) + " bytes");
  }
  return state_ == State::kNeedsMore;
}

void RequestParser::OnHeadersEnd() {
  keep_alive_ = !close_ && (keep_ || !http_1_0_);
  if (hosts_ > 1 || (hosts_ == 0 && !http_1_0_)) {
    return Refuse(400, "the request must have exactly one Host header");
  }
  if (chunked_ && content_length_) {
    return Refuse(400, "the request has both Content-Length and Transfer-Encoding");
  }
  header_bytes_ = 0;  // the trailers are counted from zero
  if (chunked_) {
    phase_ = Phase::kChunkSize;
  } else if (content_length_.value_or(0) > 0) {
    phase_ = Phase::kBody;
    body_missing_ = *content_length_;
  } else {
    state_ = State::kComplete;
  }
}

void RequestParser::OnChunkSize(std::string_view line) {
  awaits_continue_ = false;
  const size_t semicolon = std::min(line.find(';'), line.size());
  std::string_view text = line.substr(0, semicolon);
  // RFC 9112 section 7.1.1: there may be spaces before an extension's semicolon, nowhere else.
  if (semicolon < line.size()) text = text.substr(0, text.find_last_not_of(" \t") + 1);
  const auto size = ParseWholeNumber<uint64_t>(text, 16);
  if (!size || std::ranges::any_of(line, [](char c) { return IsControl(c) && c != '\t'; })) {
    return Refuse(400, "a chunk of the body has no size");
  }
  chunk_extension_bytes_ += line.size() - semicolon;
  if (chunk_extension_bytes_ > kChunkExtensionBytesMax) {
    return Refuse(400, "the chunks' extensions are longer than " +
                           std::to_string(kChunkExtensionBytesMax) + " bytes");
  }
  if (*size > static_cast<uint64_t>(body_bytes_max_) - request_.body.size()) {
    return Refuse(413, "the body is longer than " + std::to_string(body_bytes_max_) + " bytes");
  }
  phase_ = *size == 0 ? Phase::kTrailers : Phase::kBody;
  body_missing_ = *size;
}

}  // namespace gamevents::http
