// Goal: the fields that are asked for by their names are those that the document has, whether its
// shape is known or not. Method: names that share a place; documents that are read twice and more,
// so that their shapes are known, and compared with what Field says.
#include "core/event/field_names.h"

#include "core/event/document.h"
#include "tests/unit/catch.h"

#include <array>
#include <string>
#include <vector>

namespace gamevents::event {
namespace {

// The first three share a letter and a length.
constexpr auto kAsked = std::to_array<std::string_view>(
    {"event_type", "event_time", "event_note", "n", "nest", "list"});
constexpr FieldNames kAskedNames{kAsked};

// Each field that was asked for: "name=kind token", with a "2" where it is there twice.
std::string Shown(const Document& document) {
  FoundFields found;
  found.there = found.repeated = ~uint32_t{0};  // of another document
  document.Find(kAskedNames, found);
  std::string text;
  for (size_t i = 0; i < kAsked.size(); ++i) {
    const DocumentField* field = found.Get(i);
    REQUIRE((field != nullptr) == found.Has(i));
    if (field == nullptr) {
      REQUIRE(std::holds_alternative<Missing>(document.Field({std::string(kAsked[i])})));
      continue;
    }
    REQUIRE(field->value().index() == document.Field({std::string(kAsked[i])}).index());
    text += std::string(kAsked[i]) + "=" + std::string(field->token);
    text += found.IsRepeated(i) ? "2 " : " ";
  }
  REQUIRE(found.there >> kAsked.size() == 0);
  return text;
}

}  // namespace

TEST_CASE("a name is found among those that share its place, and no other is") {
  for (size_t i = 0; i < kAsked.size(); ++i) CHECK(kAskedNames.Find(kAsked[i]) == i);
  for (const char* other : {"", "event_tip", "event_tipe", "m", "nests", "N"}) {
    INFO(other);
    CHECK(kAskedNames.Find(other) == kAskedNames.size());
  }
}

TEST_CASE("fields are found by their names, of known shapes and of others") {
  struct Case {
    const char* json;
    const char* shown;
  };
  const std::vector<Case> cases = {
      {R"({"x":1,"event_type":"a","n":7})", "event_type=a n=7 "},
      {R"({"event_type":"b","nest":{"n":1,"event_time":2},"list":[{"n":3}]})",
       R"(event_type=b nest={"n":1,"event_time":2} list=[{"n":3}] )"},
      {R"({"n":1,"event_note":"x","n":2,"n":3})", "event_note=x n=32 "},
      {R"({"event_ty\u0070e":"esc\n","n":null})", "event_type=esc\n n=null "},
      {R"({"none":1})", ""},
      {R"({})", ""},
  };
  Document document;
  for (int round = 0; round < 40; ++round) {
    for (const Case& each : cases) {
      INFO(each.json);
      REQUIRE(document.Parse(each.json).ok());
      CHECK(Shown(document) == each.shown);
      CHECK(Shown(document) == each.shown);
    }
  }
}

}  // namespace gamevents::event
