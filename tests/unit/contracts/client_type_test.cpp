// Goal: what people wrote in a contract is a comment in a client, and no more than that.
// Method: texts that would end a comment or a line.
#include "core/contracts/client_type.h"

#include "tests/unit/catch.h"

namespace gamevents::contracts {

TEST_CASE("a text stays in its line and its comment") {
  CHECK(OneLine("a\nb\tc") == "a b c");
  CHECK(OneLine("a */ b") == "a *  b");
}

TEST_CASE("a remark says what a field can be") {
  ClientField field{"rarity", "rarity", Shown::kText, false, {"common", "a\"b"}, "how rare"};
  CHECK(Remark(field) == "how rare One of \"common\", \"a\\\"b\"");
  field.choices.clear();
  CHECK(Remark(field) == "how rare");
}

}  // namespace gamevents::contracts
