// Goal: who, what and when are found where events say them, and what says none is counted.
// Method: one event at a time.

#include "core/report/scan/game_fields.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

using namespace std::string_literals;

/// Reads the events of a scan and writes down what was found.
class Reading final : public Step {
 public:
  explicit Reading(UserEventFields fields) : reader(std::move(fields)) {}

  Status Take(const Scanned& scanned) override {
    const auto event = reader.Read(scanned);
    found.push_back(event ? fmt::format("{} {}", event->user, event->time - kTestNow) : "-");
    return Done{};
  }

  UserEventReader reader;
  std::vector<std::string> found;
};

std::vector<std::string> Read(UserEventFields fields, const std::vector<Message>& messages) {
  Reading reading(std::move(fields));
  REQUIRE(ScanWith(reading, messages));
  return reading.found;
}

TEST_CASE("the first field that names a user does") {
  CHECK(Read({}, {{R"({"user":"c","user_name":"b","purchase_user":"a"})"},
                  {R"({"user":"c","user_name":"b","purchase_user":null})"},
                  {R"({"user":12.5})"},
                  {R"({"User":"x"})"}}) == std::vector<std::string>{"a 0", "b 0", "12.5 0", "-"});
}

TEST_CASE("a time stands in the record or in a field") {
  Message untimed{R"({"user":"a"})"};
  untimed.time = -1;
  CHECK(Read({}, {untimed}) == std::vector<std::string>{"-"});
  UserEventFields fields;
  fields.time = event::FieldPath{"at"};
  CHECK(Read(fields, {{R"({"user":"a","at":"2026-11-23T10:00:01Z"})"},
                      {R"({"user":"a","at":1795428000002})"},
                      {R"({"user":"a","at":"soon"})"},
                      {R"({"user":"a","at":9223372036854775807})"}}) ==
        std::vector<std::string>{"a 1000", "a 2", "-", "-"});
}

TEST_CASE("what is left out is said") {
  UserEventFields fields;
  fields.user = event::FieldPath{"who"};
  fields.time = event::FieldPath{"at"};
  Reading one(fields);
  Reading other(fields);
  REQUIRE(ScanWith(one, {{R"({"at":1})"}, {R"({"who":"a"})"}}));
  REQUIRE(ScanWith(other, {{R"({"at":1})"}}));
  one.reader.Merge(other.reader);
  CHECK(one.reader.Notes() ==
        std::vector<std::string>{"2 events name no user (who) and are left out",
                                 "1 events have no time (at) and are left out"});
}

TEST_CASE("the item of a purchase stands in its type, if nowhere else") {
  struct Items final : Step {
    Status Take(const Scanned& scanned) override {
      items.push_back(ItemColumn().read(scanned));
      bought.push_back(PurchasedItemColumn().read(scanned));
      return Done{};
    }
    Row items;
    Row bought;
  } step;
  REQUIRE(ScanWith(step, {{R"({"event_type":"purchase_sword"})"},
                          {R"({"event_type":"purchase_sword","item":"axe"})"},
                          {R"({"event_type":"add_to_cart","item":"axe"})"},
                          {R"({"event_type":"default"})"}}));
  CHECK(step.items == Row{"sword"s, "axe"s, "axe"s, {}});
  CHECK(step.bought == Row{"sword"s, "axe"s, {}, {}});
}

}  // namespace
}  // namespace gamevents::report
