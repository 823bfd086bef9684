// Goal: an event is read into exactly the command that it states, or is told apart as another's or
// as malformed. Method: JSON texts, whole and with one thing wrong each.

#include "core/state/command.h"

#include "tests/unit/catch.h"

namespace gamevents::state {
namespace {

/// The document must outlive the command's views.
struct Read {
  explicit Read(const std::string& json) {
    REQUIRE(document.Parse(json));
    reading = ReadCommand(document, command, &flaw);
  }
  event::Document document;
  Command command;
  Flaw flaw;
  Reading reading = Reading::kOther;
};

TEST_CASE("every field of a purchase is read") {
  const Read read(R"({"event_type":"purchase_sword","purchase_user":"u","user":"v","item":"axe",)"
                  R"("kind":"blade","type":"katana","quantity":2,"price":5,"stack_limit":9,)"
                  R"("unique":true,"event_id":"e"})");
  REQUIRE(read.reading == Reading::kCommand);
  CHECK(read.command.verb == Verb::kPurchase);
  CHECK(read.command.user == "u");
  CHECK(read.command.item == "sword");  // The event's type says what was bought.
  CHECK(read.command.kind == "blade");
  CHECK(read.command.type == "katana");
  CHECK(read.command.quantity == 2);
  CHECK(read.command.price == 5);
  CHECK(read.command.stack_limit == 9);
  CHECK(read.command.unique);
  CHECK(read.command.event_id == "e");
}

TEST_CASE("what is not named has its meaning too") {
  const Read read(R"({"event_type":"use_item","user":"u","item":"potion"})");
  REQUIRE(read.reading == Reading::kCommand);
  CHECK(read.command.kind == "potion");
  CHECK(read.command.type.empty());
  CHECK(read.command.quantity == 0);
  CHECK(read.command.stack_limit == event::kQuantityMax);
  CHECK(read.command.event_id.empty());
}

TEST_CASE("a user is named by the verb's own field, or by another that names one") {
  const auto user = [](const std::string& fields) {
    const Read read("{" + fields + "}");
    CHECK(read.reading == Reading::kCommand);
    return std::string(read.command.user);
  };
  const std::string all = R"(,"user_id":"i","user":"u","user_name":"n","purchase_user":"p")";
  CHECK(user(R"("event_type":"purchase_sword")" + all) == "p");
  CHECK(user(R"("event_type":"join_a_guild","joined_guild":"g")" + all) == "n");
  CHECK(user(R"("event_type":"checkout")" + all) == "u");
  CHECK(user(R"("event_type":"purchase_sword","user_name":"n","user_id":7)") == "n");
  CHECK(user(R"("event_type":"purchase_sword","user_id":7,"user":"u")") == "u");
  CHECK(user(R"("event_type":"checkout","purchase_user":"p")") == "p");
  CHECK(user(R"("event_type":"use_item","item":"a","user_id":"i")") == "i");
}

TEST_CASE("what keeps an event from being a command is named") {
  const auto why = [](const std::string& fields) {
    const Read read("{" + fields + "}");
    CHECK(read.reading == Reading::kMalformed);
    return DescribeFlaw(read.flaw);
  };
  CHECK(why(R"("event_type":"purchase_sword")") ==
        "purchase_user must be a text of 1 to 1024 bytes");
  CHECK(why(R"("event_type":"purchase_sword","user_id":7)") ==
        "user_id must be a text of 1 to 1024 bytes");
  CHECK(why(R"("event_type":"checkout","user":"")") == "user must be a text of 1 to 1024 bytes");
  CHECK(why(R"("event_type":"use_item","user":"u")") == "item must be a text of 1 to 64 bytes");
  CHECK(why(R"("event_type":"purchase_a","user":"u","quantity":0)") ==
        "quantity must be a whole number from 1 to 1000000");
  CHECK(why(R"("event_type":"purchase_a","user":"u","unique":1)") ==
        "unique must be true or false");
  CHECK(why(R"("event_type":"join_a_guild","user":"u")") ==
        "joined_guild must be a text of 1 to 1024 bytes");
}

TEST_CASE("one wrong field makes a command malformed") {
  const std::string start = R"({"event_type":"add_to_cart","user":"u","item":"a")";
  CHECK(Read(start + "}").reading == Reading::kCommand);
  for (const std::string field :
       {R"("quantity":0)", R"("quantity":1000001)", R"("quantity":1.0)", R"("quantity":"1")",
        R"("price":-1)", R"("price":1000000001)", R"("stack_limit":0)", R"("unique":1)",
        R"("kind":"")", R"("type":null)", R"("event_id":7)", R"("user":"")"}) {
    INFO(field);
    CHECK(Read(start + "," + field + "}").reading == Reading::kMalformed);
  }
  CHECK(Read(start + R"(,"type":")" + std::string(65, 'x') + "\"}").reading == Reading::kMalformed);
  const std::string user(kNameBytesMax + 1, 'x');
  CHECK(Read(R"({"event_type":"checkout","user":")" + user + "\"}").reading == Reading::kMalformed);
}

TEST_CASE("other events are none of the fold's") {
  for (const std::string json : {R"({})", R"({"event_type":"default"})", R"({"event_type":7})",
                                 R"({"event_type":"Checkout","user":"u"})"}) {
    INFO(json);
    CHECK(Read(json).reading == Reading::kOther);
  }
  CHECK(IsCommandType("purchase_x"));
  CHECK(IsCommandType("checkout"));
  CHECK_FALSE(IsCommandType("purchase_"));
  CHECK_FALSE(IsCommandType("Checkout"));
}

}  // namespace
}  // namespace gamevents::state
