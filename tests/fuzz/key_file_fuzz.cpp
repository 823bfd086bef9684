// Goal: no file of API keys is read out of bounds, and what is understood of one is kept when the
// file is changed. Method: the input is the file; each key that it gives must be written as a line
// that reads the same, and adding a key and removing it again must leave the same keys.
#include "core/base/check.h"
#include "core/collector/gate/key_file.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {
namespace {

void TryKeyFile(std::string_view text) {
  const auto keys = ParseApiKeys(text);
  if (!keys) return;
  std::string lines;
  for (const ApiKey& key : *keys) lines += FormatApiKey(key);
  const auto again = ParseApiKeys(lines);
  INVARIANT(again.ok());
  INVARIANT(*again == *keys);

  ApiKey added;
  added.name = "the key of the fuzz target";
  added.sha256.fill(0xA5);
  const auto has = [&](const ApiKey& key) {
    return key.name == added.name || key.sha256 == added.sha256;
  };
  if (keys->empty() || std::ranges::any_of(*keys, has)) return;
  const auto more = WithKey(text, added);
  if (!more) {
    INVARIANT(more.error().fault == Fault::kFull);
    return;
  }
  std::vector<ApiKey> expected = *keys;
  expected.push_back(added);
  INVARIANT(ParseApiKeys(*more).value() == expected);
  INVARIANT(ParseApiKeys(WithoutKey(*more, added.name).value()).value() == *keys);

  const std::string& first = keys->front().name;
  std::erase_if(expected, [&](const ApiKey& key) { return key.name == first; });
  INVARIANT(ParseApiKeys(WithoutKey(*more, first).value()).value() == expected);
}

}  // namespace
}  // namespace gamevents::collector

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::collector::TryKeyFile({reinterpret_cast<const char*>(data), size});
  return 0;
}
