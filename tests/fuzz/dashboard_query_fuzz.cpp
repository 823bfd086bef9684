// Goal: whatever stands in an address, it is a page or is refused; a page has one address, and what
// it leads to can be asked for. Method: the input's lines are the parts of a query, in their order.
#include "core/base/check.h"
#include "core/dashboard/controls.h"
#include "core/event/filter_conditions.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace gamevents::dashboard {
namespace {

constexpr TimestampMs kNow{1'795'428'000'000};

void TryQuery(std::string_view input) {
  Query query;
  for (const QueryPart& part : kQueryParts) {
    const size_t end = std::min(input.find('\n'), input.size());
    query.*part.text = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  const auto scope = ScopeOf(query, kNow, "UTC");
  if (!scope) {
    INVARIANT(!scope.error().context.empty());
    return;
  }
  const auto again = ScopeOf(scope->query, kNow, "UTC");
  INVARIANT(again.ok());
  INVARIANT(AddressOf(again->query) == AddressOf(scope->query));
  INVARIANT(RecordsFor(*scope).from.number >= 0);
  INVARIANT(!ControlsOf(*scope).empty());
  if (!scope->where) return;
  const auto conditions = event::ConditionsOf(scope->query.where);
  INVARIANT(!conditions.empty());
  for (const std::string& condition : conditions) {
    // Parentheses of its own may be one level too many.
    const auto parsed = event::Filter::Parse(condition);
    INVARIANT(parsed.ok() || parsed.error().context.find("nested deeper") != std::string::npos ||
              condition.size() > event::kFilterBytesMax);
  }
  if (const auto narrower = WithCondition(scope->query, "level = 1")) {
    INVARIANT(ScopeOf(*narrower, kNow, "UTC").ok());
  }
}

}  // namespace
}  // namespace gamevents::dashboard

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::dashboard::TryQuery({reinterpret_cast<const char*>(data), size});
  return 0;
}
