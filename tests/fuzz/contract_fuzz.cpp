// Goal: no contract and no event is read out of bounds, checking ends, and what is said of an event
// does not depend on how it is read. Method: the input is a schema, a line feed and an event; the
// event is held against that schema, where it is one, and against a fixed one with every kind of
// rule. An event that was read as events are gives the same problems as its bare text, and a
// contract does not differ from itself.
#include "core/base/check.h"
#include "core/contracts/compare.h"
#include "core/contracts/contracts.h"
#include "core/contracts/values.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::contracts {
namespace {

constexpr char kFixed[] = R"({"properties":{
  "a":{"type":["integer","string"],"minimum":-5,"multipleOf":0.1},"b":{"enum":["x",1,[2],{"c":3}]},
  "t":{"minLength":1,"maxLength":9,"pattern":"^(a|b)+$"},"n":{"not":{"type":"null"}},
  "l":{"prefixItems":[{"type":"string"}],"items":{"$ref":"#"},"uniqueItems":true,"contains":true}},
  "patternProperties":{"^p":{"type":"number"}},"propertyNames":{"maxLength":20},
  "dependentRequired":{"a":["b"]},"anyOf":[{"required":["a"]},{"minProperties":2}],
  "if":{"required":["t"]},"then":{"maxProperties":9},"additionalProperties":{"$ref":"#/$defs/o"},
  "$defs":{"o":{"oneOf":[{"type":"object","additionalProperties":false},{"type":"array"}]}}})";

bool AreSame(const std::vector<Problem>& a, const std::vector<Problem>& b) {
  return std::ranges::equal(a, b, [](const Problem& left, const Problem& right) {
    return left.pointer == right.pointer && left.reason == right.reason;
  });
}

void TryEvent(const Contract& contract, const event::Document& event, const std::string& text) {
  const std::vector<Problem> problems = Check(contract, event);
  INVARIANT(problems.size() <= kProblemsMax + 1);
  ValueList values;
  const Instance whole = values.Set(text);
  INVARIANT(AreSame(problems, CheckValue(*contract.schema, values, whole)));
}

void TryContract(std::string_view input) {
  static const auto fixed = Contracts::Of({{"a.json", kFixed}});
  INVARIANT(fixed.ok());
  const size_t end = std::min(input.find('\n'), input.size());
  const auto read = Contracts::Of({{"a.json", std::string(input.substr(0, end))}});
  if (read) INVARIANT(Compare(**read, **read).empty());
  if (end == input.size()) return;
  const std::string text(input.substr(end + 1));
  event::Document event;
  if (!event.Parse(text)) return;
  for (const auto& contracts : {&fixed, &read}) {
    if (!*contracts) continue;
    for (const auto& [type, contract] : (**contracts)->all()) TryEvent(contract, event, text);
  }
}

}  // namespace
}  // namespace gamevents::contracts

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::contracts::TryContract({reinterpret_cast<const char*>(data), size});
  return 0;
}
