#include "core/http/request_parser.h"

#include "core/http/limits.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace gamevents::http {
namespace {

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// RFC 9110 section 5.6.2: what a method and a header's name are made of.
bool IsToken(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Calls `visit` with each part of a comma-separated list.
template <class Visit>
void ForEachListed(std::string_view list, Visit visit) {
  while (true) {
    const size_t comma = list.find(',');
    visit(Trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

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
  line_.append(part);
  if (newline == std::string_view::npos) return bytes.size();
  if (!line_.ends_with('\r')) {
    Refuse(400, "a line of the request does not end with CRLF");
    return newline + 1;
  }
  line_.pop_back();
  const std::string line = std::exchange(line_, {});
  OnLine(line);
  return newline + 1;
}

size_t RequestParser::LineBytesMax() const {
  switch (phase_) {
    case Phase::kRequestLine:
      return kMethodBytesMax + kTargetBytesMax + sizeof("  HTTP/1.1\r");
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
      return Refuse(
          414, "the request's target is longer than " + std::to_string(kTargetBytesMax) + " bytes");
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
      // Trailers are read to their end and dropped: no event needs them.
      header_bytes_ += line.size() + 2;
      if (header_bytes_ > kHeaderBytesMax) return RefuseLongLine();
      if (line.empty()) state_ = State::kComplete;
      return;
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
}

bool RequestParser::OnTarget(std::string_view target) {
  if (target.size() > kTargetBytesMax) {
    RefuseLongLine();
    return false;
  }
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
  if (!request_.path.starts_with('/') && request_.path != "*") {
    Refuse(400, "the request's target does not begin with '/'");
    return false;
  }
  return true;
}

void RequestParser::OnHeaderLine(std::string_view line) {
  header_bytes_ += line.size() + 2;
  if (header_bytes_ > kHeaderBytesMax) return RefuseLongLine();
  if (request_.headers.size() == kHeaderCountMax) {
    return Refuse(431, "the request has more than " + std::to_string(kHeaderCountMax) + " headers");
  }
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || !IsToken(name)) {
    return Refuse(400, "a header of the request is not a name, a colon and a value");
  }
  const std::string_view value = Trim(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return IsControl(c) && c != '\t'; })) {
    return Refuse(400, "the value of a header has a control character");
  }
  request_.headers.emplace_back(name, value);
}

void RequestParser::OnHeadersEnd() {
  keep_alive_ = !http_1_0_;
  int hosts = 0;
  for (const auto& [name, value] : request_.headers) {
    if (EqualsIgnoringCase(name, "Host")) ++hosts;
    if (EqualsIgnoringCase(name, "Connection")) {
      ForEachListed(value, [this](std::string_view option) {
        if (EqualsIgnoringCase(option, "close")) keep_alive_ = false;
        if (http_1_0_ && EqualsIgnoringCase(option, "keep-alive")) keep_alive_ = true;
      });
    }
    if (EqualsIgnoringCase(name, "Expect")) {
      if (!EqualsIgnoringCase(value, "100-continue")) {
        return Refuse(417, "the only expectation that is met is 100-continue");
      }
      awaits_continue_ = !http_1_0_;
    }
  }
  if (hosts > 1 || (hosts == 0 && !http_1_0_)) {
    return Refuse(400, "the request must have exactly one Host header");
  }
  if (!ReadFraming()) return;
  if (chunked_) {
    phase_ = Phase::kChunkSize;
  } else if (content_length_.value_or(0) > 0) {
    phase_ = Phase::kBody;
    body_missing_ = *content_length_;
  } else {
    state_ = State::kComplete;
  }
}

bool RequestParser::ReadFraming() {
  for (const auto& [name, value] : request_.headers) {
    if (EqualsIgnoringCase(name, "Content-Length") && !ReadContentLength(value)) return false;
    if (!EqualsIgnoringCase(name, "Transfer-Encoding")) continue;
    if (chunked_ || http_1_0_ || !EqualsIgnoringCase(value, "chunked")) {
      Refuse(501, "the only transfer encoding that is understood is chunked, once");
      return false;
    }
    chunked_ = true;
  }
  if (chunked_ && content_length_) {
    Refuse(400, "the request has both Content-Length and Transfer-Encoding");
    return false;
  }
  return true;
}

bool RequestParser::ReadContentLength(std::string_view value) {
  bool good = true;
  ForEachListed(value, [&](std::string_view text) {
    uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    good = good && !text.empty() && error == std::errc() && end == text.data() + text.size() &&
           content_length_.value_or(length) == length;
    content_length_ = length;
  });
  if (!good) {
    Refuse(400, "the request's Content-Length is not one number");
  } else if (*content_length_ > static_cast<uint64_t>(body_bytes_max_)) {
    Refuse(413, "the body is longer than " + std::to_string(body_bytes_max_) + " bytes");
    good = false;
  }
  return good;
}

void RequestParser::OnChunkSize(std::string_view line) {
  awaits_continue_ = false;
  const std::string_view text = Trim(line.substr(0, line.find(';')));
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, 16);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return Refuse(400, "a chunk of the body has no size");
  }
  if (size > static_cast<uint64_t>(body_bytes_max_) - request_.body.size()) {
    return Refuse(413, "the body is longer than " + std::to_string(body_bytes_max_) + " bytes");
  }
  phase_ = size == 0 ? Phase::kTrailers : Phase::kBody;
  body_missing_ = size;
}

}  // namespace gamevents::http
