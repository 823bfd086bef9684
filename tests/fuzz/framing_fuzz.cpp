// Goal: requests are framed the same however their bytes are cut, and what is taken for one keeps
// every limit. Method: the first two bytes say where to cut, the rest is what a client sends; it is
// read whole and in parts. Each request that comes out is written anew and must read the same.
#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/limits.h"
#include "core/http/request_parser.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::http {
namespace {

constexpr int64_t kBodyBytesMax = 1000;

// What becomes of a client's bytes: the requests in them and, at the end, a refusal or the wish for
// more.
struct Outcome {
  std::vector<Request> requests;
  std::vector<bool> kept;
  int refused = 0;
  bool continues = false;
};

bool Same(const Request& a, const Request& b) {
  return a.method == b.method && a.path == b.path && a.query == b.query && a.headers == b.headers &&
         a.body == b.body;
}

bool Same(const Outcome& a, const Outcome& b) {
  return a.kept == b.kept && a.refused == b.refused && a.continues == b.continues &&
         std::ranges::equal(a.requests, b.requests,
                            [](const Request& x, const Request& y) { return Same(x, y); });
}

Outcome Read(std::string_view bytes, size_t first_part, size_t part) {
  Outcome outcome;
  RequestParser parser(kBodyBytesMax);
  size_t next = first_part;
  while (!bytes.empty()) {
    std::string_view given = bytes.substr(0, next);
    bytes.remove_prefix(given.size());
    next = part;
    while (!given.empty()) {
      const size_t taken = parser.Feed(given);
      INVARIANT(taken > 0);
      INVARIANT(taken <= given.size());
      given.remove_prefix(taken);
      if (parser.state() == RequestParser::State::kRefused) {
        outcome.refused = parser.refusal().status();
        INVARIANT(!parser.refusal().reason.empty());
        INVARIANT(parser.Feed("x") == 0);
        return outcome;
      }
      if (parser.state() != RequestParser::State::kComplete) continue;
      outcome.requests.push_back(parser.request());
      outcome.kept.push_back(parser.keep_alive());
      parser = RequestParser(kBodyBytesMax);
    }
  }
  outcome.continues = parser.started();
  return outcome;
}

void CheckLimits(const Request& request) {
  INVARIANT(IsToken(request.method));
  INVARIANT(request.method.size() + request.path.size() + request.query.size() <=
            kRequestLineBytesMax);
  INVARIANT(request.path.starts_with('/') || request.path == "*");
  INVARIANT(request.headers.size() <= kHeaderCountMax);
  INVARIANT(request.body.size() <= static_cast<size_t>(kBodyBytesMax));
  size_t bytes = 0;
  for (const auto& [name, value] : request.headers) {
    bytes += name.size() + value.size();
    INVARIANT(IsToken(name));
    INVARIANT(std::ranges::none_of(value, [](char c) { return IsControl(c) && c != '\t'; }));
  }
  INVARIANT(bytes <= kHeaderBytesMax);
}

// As another client would have sent it: without chunks and without an Expect.
std::string Written(const Request& request) {
  std::string text = request.method + " " + request.path +
                     (request.query.empty() ? "" : "?" + request.query) + " HTTP/1.1\r\n";
  bool has_host = false;
  for (const auto& [name, value] : request.headers) {
    if (EqualsIgnoringCase(name, "Content-Length") || EqualsIgnoringCase(name, "Expect") ||
        EqualsIgnoringCase(name, "Transfer-Encoding")) {
      continue;
    }
    has_host = has_host || EqualsIgnoringCase(name, "Host");
    text += name + ":" + value + "\r\n";
  }
  if (!has_host) text += "Host:\r\n";
  return text + "Content-Length:" + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
}

void TryFraming(std::string_view input) {
  if (input.size() < 2) return;
  const auto first_part = static_cast<size_t>(static_cast<unsigned char>(input[0])) + 1;
  const auto part = static_cast<size_t>(static_cast<unsigned char>(input[1])) + 1;
  input.remove_prefix(2);
  const Outcome whole = Read(input, input.size(), 1);
  INVARIANT(Same(whole, Read(input, first_part, part)));
  INVARIANT(Same(whole, Read(input, 1, 1)));
  for (const Request& request : whole.requests) {
    CheckLimits(request);
    // One more header (Host) or a longer line could pass a limit that it kept.
    if (request.headers.size() >= kHeaderCountMax - 2) continue;
    const Outcome again = Read(Written(request), kRequestLineBytesMax * 8, 1);
    if (again.refused == 414 || again.refused == 431) continue;
    INVARIANT(again.requests.size() == 1);
    INVARIANT(again.refused == 0);
    INVARIANT(again.requests[0].method == request.method);
    INVARIANT(again.requests[0].path == request.path);
    INVARIANT(again.requests[0].query == request.query);
    INVARIANT(again.requests[0].body == request.body);
  }
}

}  // namespace
}  // namespace gamevents::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::http::TryFraming({reinterpret_cast<const char*>(data), size});
  return 0;
}
