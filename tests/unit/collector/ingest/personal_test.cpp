// Goal: fields that say whose an event is are cut or left out, and nothing else changes. Method:
// events as our clients and SDKs write them.
#include "core/collector/ingest/personal.h"

#include "tests/unit/catch.h"

#include <string>
#include <string_view>

namespace gamevents::collector {
namespace {

std::string Hidden(std::string_view json, Hiding hiding) {
  std::string out;
  AppendHiding(out, json, hiding);
  return out + "}";
}

constexpr Hiding kCut{AddressForm::kTruncated, false};
constexpr Hiding kGone{AddressForm::kNone, false};
constexpr Hiding kAnonymous{AddressForm::kNone, true};

}  // namespace

TEST_CASE("an event without such fields stays as it is, in one line") {
  for (const Hiding& hiding : {kCut, kGone, kAnonymous}) {
    CHECK(Hidden(R"({"event_type":"a","n":1.50,"t":[1,{"ip":"1.2.3.4"}],"u\u0073er2":"x"})",
                 hiding) ==
          R"({"event_type":"a","n":1.50,"t":[1,{"ip":"1.2.3.4"}],"u\u0073er2":"x"})");
    CHECK(Hidden("{ \"a\" :\n  1,\n \"context\" : {\n } }  ", hiding) == R"({"a":1,"context":{}})");
  }
}

TEST_CASE("addresses are cut at the top and where SDKs put them") {
  CHECK(Hidden(R"({"a":1,"ip":"203.0.113.77","context":{"ip":"2001:db8:1:2::9","os":"x"}})",
               kCut) == R"({"a":1,"ip":"203.0.113.0","context":{"ip":"2001:db8:1::","os":"x"}})");
  CHECK(Hidden(R"({"$ip":"203.0.113.77","properties":{"$ip":"203.0.113.77"},"a":1})", kGone) ==
        R"({"properties":{},"a":1})");
  CHECK(Hidden(R"({"remote_ip":"10.1.2.3","remote ip":"10.1.2.3","ip_address":"10.1.2.3","a":1})",
               kCut) ==
        R"({"remote_ip":"10.1.2.0","remote ip":"10.1.2.0","ip_address":"10.1.2.0","a":1})");
  // However it is written.
  CHECK(Hidden(R"({"\u0069p":"203.0.113.\u0037","a":1})", kCut) ==
        R"({"\u0069p":"203.0.113.0","a":1})");
  // What is no address may hold one; what is no text is none.
  CHECK(Hidden(R"({"ip":"203.0.113.77, 10.0.0.1","a":1})", kCut) == R"({"a":1})");
  CHECK(Hidden(R"({"ip":1,"a":1})", kCut) == R"({"ip":1,"a":1})");
}

TEST_CASE("users, devices and agents are left out where the sender is not to be known") {
  CHECK(Hidden(R"({"user":"divya","user_name":"d","purchase_user":"d","user_id":7,"level":3,)"
               R"("anonymousId":"x","context":{"userAgent":"curl","traits":{"email":"a@b.c"},)"
               R"("os":"x"},"$set":{"name":"d"},"device_id":"y"})",
               kAnonymous) == R"({"level":3,"context":{"os":"x"}})");
  CHECK(Hidden(R"({"user":"divya","ip":"10.1.2.3"})", kCut) ==
        R"({"user":"divya","ip":"10.1.2.0"})");
}

}  // namespace gamevents::collector
