// Goal: the fields of the first events are offered, and the values of those that have few.
// Method: events in memory.

#include "core/report/shell/vocabulary.h"

#include "tests/unit/catch.h"
#include "tests/unit/report/memory_source.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace gamevents::report::shell {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("fields and their values are offered, where they are few") {
  Vocabulary vocabulary;
  std::vector<Message> messages = {{"7"}, {R"({"kind":"sword","n":1})"}, {R"({"kind":"axe"})"}};
  for (size_t i = 0; i <= kOfferedValuesMax; ++i) {
    messages.push_back({fmt::format(R"({{"id":"{}"}})", i)});
  }
  messages.push_back({R"({"long":")" + std::string(kOfferedBytesMax + 1, 'x') + R"("})"});
  REQUIRE(ScanWith(vocabulary, messages));
  CHECK(vocabulary.Fields() == Texts{"id", "kind", "long", "n"});
  CHECK(vocabulary.ValuesOf("kind") == Texts{"axe", "sword"});
  for (const char* none : {"id", "long", "n", "other"}) {
    INFO(none);
    CHECK(vocabulary.ValuesOf(none).empty());
  }
}

}  // namespace
}  // namespace gamevents::report::shell
