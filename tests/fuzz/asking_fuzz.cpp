// Goal: whatever a request asks for in its headers, its query and its body, it is understood or
// refused, and a refusal is valid JSON. Method: the input's lines are an Accept, a Prefer, an
// Idempotency-Key, a Content-Type and a query; the rest is the body. What is read must be within
// its limits, and read again the same.
#include "core/base/check.h"
#include "core/base/text.h"
#include "core/collector/ingest/record_identity.h"
#include "core/collector/request/arguments.h"
#include "core/collector/request/body.h"
#include "core/collector/request/headers.h"
#include "core/http/refusals.h"
#include "tests/fuzz/fuzz.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace gamevents::collector {
namespace {

std::string_view TakeLine(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

// A header that is sent in two says what it says in one, its values joined with a comma.
void TryAccept(std::string_view accept) {
  const size_t comma = accept.find(',');
  if (comma == accept.npos || accept.substr(0, comma).empty()) return;
  const http::Headers two = {{"Accept", std::string(accept.substr(0, comma))},
                             {"accept", std::string(accept.substr(comma + 1))}};
  if (accept.substr(comma + 1).empty()) return;
  INVARIANT(http::AskedFor(two) == problem::AskedBy(accept));
}

void TryPrefer(std::string_view prefer) {
  constexpr std::string_view kWish = "return=representation";
  const http::Headers headers = {{"Prefer", std::string(prefer)}};
  if (Prefers(headers, kWish)) INVARIANT(prefer.size() >= kWish.size());
  http::Headers more = headers;
  more.emplace_back("prefer", "respond-async, RETURN=representation ; x");
  INVARIANT(Prefers(more, kWish));
}

void TryKey(std::string_view text) {
  const auto key = ReadIdempotencyKey({{"Idempotency-Key", std::string(text)}});
  if (!key) return;
  INVARIANT(key->has_value() && !(*key)->empty() && (*key)->size() <= kIdempotencyKeyBytesMax);
  INVARIANT(std::ranges::all_of(**key, [](char c) { return c > ' ' && c < '\x7f'; }));
}

void TryArguments(const http::Request& request) {
  constexpr auto kKnown = std::to_array<std::string_view>({"type", "quantity", "user"});
  const auto read = Arguments::Read(request, kKnown);
  if (!read) {
    INVARIANT(nlohmann::json::accept(problem::ToJson(read.problem())));
    return;
  }
  const auto number = read->Number("quantity", {1, 1000});
  if (number && *number) INVARIANT(**number >= 1 && **number <= 1000);
  if (!number) INVARIANT(nlohmann::json::accept(problem::ToJson(number.problem())));
  for (const std::string_view name : kKnown) INVARIANT(IsUtf8(read->Text(name)));
}

}  // namespace
}  // namespace gamevents::collector

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gamevents::collector;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  TryAccept(TakeLine(rest));
  TryPrefer(TakeLine(rest));
  TryKey(TakeLine(rest));
  const MediaType type = ParseMediaType(TakeLine(rest));
  (void)type.IsJson();
  (void)IsUtf8Charset(type.charset);
  const std::string query(TakeLine(rest));
  TryArguments({"POST", "/purchase/sword", query, {}, std::string(rest), "::1"});
  return 0;
}
