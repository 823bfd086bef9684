// Goal: what may stand at the cursor is offered, and nothing else. Method: a table of beginnings.

#include "core/report/shell/completion.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::shell {
namespace {

using Texts = std::vector<std::string>;

Completion Of(std::string_view before) {
  Words words;
  words.fields = {"event_type", "price", "\"remote ip\"", "\u5263"};
  words.tables = {"events"};
  words.commands = {"\\d", "\\o", "\\timing"};
  words.values = [](std::string_view field) -> Texts {
    if (field == "event_type") return {"buy", "bye", "it's"};
    if (field == "remote ip") return {"::1"};
    return {};
  };
  return Complete(before, words);
}

TEST_CASE("the word at the cursor is completed") {
  CHECK(Of("SELECT pri").words == Texts{"price"});
  CHECK(Of("SELECT pri").begin == 7);
  CHECK(Of("SELECT \u5263").words == Texts{"\u5263"});
  CHECK(Of("SELECT \"rem").words == Texts{"\"remote ip\""});
  CHECK(Of("sel").words == Texts{"select"});
  CHECK(Of("SEL").words == Texts{"SELECT"});
  CHECK(Of("SELECT cou").words == Texts{"count("});
  CHECK(Of("SELECT * FROM ").words == Texts{"events"});
  CHECK(Of("select * from ev").words == Texts{"events"});
  CHECK(Of("SELECT EV").words == Texts{"event_type", "events"});
  CHECK(Of("SELECT nothing_like").words.empty());
  CHECK(Of("").words.size() > 20);
}

TEST_CASE("commands are completed at the beginning") {
  CHECK(Of("\\t").words == Texts{"\\timing"});
  CHECK(Of("\\").words == Texts{"\\d", "\\o", "\\timing"});
}

TEST_CASE("a field's values are offered behind what compares it") {
  const std::string where = "SELECT 1 FROM events WHERE ";
  CHECK(Of(where + "event_type = ").words == Texts{"'buy'", "'bye'", "'it''s'"});
  CHECK(Of(where + "event_type = 'b").words == Texts{"'buy'", "'bye'"});
  CHECK(Of(where + "event_type = 'b").begin == where.size() + 13);
  CHECK(Of(where + "event_type <> 'bu").words == Texts{"'buy'"});
  CHECK(Of(where + "event_type IN ('buy', 'by").words == Texts{"'bye'"});
  CHECK(Of(where + "event_type not in (").words == Texts{"'buy'", "'bye'", "'it''s'"});
  CHECK(Of(where + "\"remote ip\" = '").words == Texts{"'::1'"});
  CHECK(Of(where + "price = 'b").words.empty());
  CHECK(Of("SELECT 'pri").words.empty());
  CHECK(Of(where + "price = ").words.size() > 20);  // another field, or a function
}

TEST_CASE("the common beginning is of whole characters") {
  CHECK(CommonBeginning({"buy", "bye"}) == "b");
  CHECK(CommonBeginning({"one"}) == "one");
  CHECK(CommonBeginning({"a", "b"}).empty());
  CHECK(CommonBeginning({"x\u00E4", "x\u00F6"}) == "x");
  CHECK(CommonBeginning({}).empty());
}

}  // namespace
}  // namespace gamevents::report::shell
