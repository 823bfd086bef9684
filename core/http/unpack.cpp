#include "core/http/unpack.h"

#include "core/base/gunzip.h"
#include "core/http/characters.h"
#include "core/http/limits.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::http {
namespace {

using problem::Code;
using problem::Problem;

// Whether gzip is the only coding, under either of its names.
bool IsGzip(const Request& request) {
  int codings = 0;
  int gzips = 0;
  for (const auto& [name, value] : request.headers) {
    if (!EqualsIgnoringCase(name, "Content-Encoding")) continue;
    ++codings;
    if (EqualsIgnoringCase(value, "gzip") || EqualsIgnoringCase(value, "x-gzip")) ++gzips;
  }
  return codings == 1 && gzips == 1;
}

bool IsIdentity(const Request& request) {
  return std::ranges::all_of(request.headers, [](const auto& header) {
    return !EqualsIgnoringCase(header.first, "Content-Encoding") ||
           EqualsIgnoringCase(header.second, "identity");
  });
}

}  // namespace

std::optional<problem::Problem> Unpacker::Unpack(Request& request) const {
  if (IsIdentity(request)) return {};
  if (!IsGzip(request)) {
    return Problem{.code = Code::kUnsupportedEncoding,
                   .detail = "the only Content-Encoding that is understood is gzip",
                   .field = "Content-Encoding",
                   .allowed = {"gzip"}};
  }
  if (request.body.empty()) return {};
  const size_t bytes_max =
      std::min(bytes_max_, std::max(kUnpackedBytesAlways, kUnpackRatioMax * request.body.size()));
  auto body = Gunzip(request.body, bytes_max);
  if (body) {
    request.body = std::move(body).value();
    return {};
  }
  if (body.error().fault == Fault::kFull) {
    return Problem{.code = Code::kBodyTooLarge,
                   .detail = "the body becomes longer than " + std::to_string(bytes_max) +
                             " bytes when unpacked"};
  }
  return Problem{.code = Code::kMalformedBody, .detail = "the body is " + body.error().context};
}

}  // namespace gamevents::http
