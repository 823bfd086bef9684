// Goal: what an operator does not want to know of a sender is nowhere. Method: each setting, over
// requests that ask for more or less.
#include "core/collector/request/privacy.h"

#include "tests/unit/catch.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

std::string AddressOf(PrivacyOptions options, http::Headers headers = {},
                      const std::string& ip = "203.0.113.77") {
  return Privacy(std::move(options))
      .AddressOf(http::Request{"GET", "/", "", std::move(headers), "", ip});
}

}  // namespace

TEST_CASE("an address is kept in full, cut or not at all") {
  CHECK(AddressOf({}) == "203.0.113.77");
  CHECK(AddressOf({.addresses = AddressForm::kTruncated}) == "203.0.113.0");
  CHECK(AddressOf({.addresses = AddressForm::kNone}).empty());
  CHECK(AddressAs(AddressForm::kTruncated, "2001:db8:1:2:3:4:5:6") == "2001:db8:1::");
  CHECK(AddressAs(AddressForm::kTruncated, "::1") == "::");
  CHECK(AddressAs(AddressForm::kTruncated, "::ffff:203.0.113.77") == "203.0.113.0");
  for (const char* no_address : {"", "unknown", "203.0.113.77:80", "fe80::1%eth0"}) {
    CHECK(AddressAs(AddressForm::kTruncated, no_address).empty());
    CHECK(AddressAs(AddressForm::kFull, no_address) == no_address);
  }
  CHECK(Privacy({.addresses = AddressForm::kTruncated}).AddressOf("203.0.113.77") == "203.0.113.0");
}

TEST_CASE("headers are kept but for those that let in a person, unless there is a list") {
  const Privacy all;
  CHECK(all.KeepsHeader("User-Agent"));
  CHECK(all.KeepsHeader("X-Forwarded-For"));
  for (const char* secret : {"authorization", "Cookie", "proxy-authorization", "X-API-KEY"}) {
    CHECK_FALSE(all.KeepsHeader(secret));
  }
  const Privacy some({.headers = {"accept", "Cookie", "Host"}, .redact_headers = {"HOST"}});
  CHECK(some.KeepsHeader("Accept"));
  CHECK_FALSE(some.KeepsHeader("Cookie"));
  CHECK_FALSE(some.KeepsHeader("Host"));
  CHECK_FALSE(some.KeepsHeader("User-Agent"));
  CHECK_FALSE(Privacy({.headers = {}}).KeepsHeader("Accept"));
}

TEST_CASE("the headers of addresses go with the address") {
  for (const AddressForm form : {AddressForm::kTruncated, AddressForm::kNone}) {
    const Privacy privacy({.addresses = form});
    for (const char* name : {"Forwarded", "x-forwarded-for", "X-Real-IP", "CF-Connecting-IP"}) {
      CHECK_FALSE(privacy.KeepsHeader(name));
    }
    CHECK(privacy.KeepsHeader("User-Agent"));
  }
}

TEST_CASE("who asks not to be tracked is treated as configured") {
  const http::Headers dnt = {{"dnt", "1"}};
  const http::Headers gpc = {{"Sec-GPC", " 1 "}};
  CHECK(Privacy().Treats(dnt) == DoNotTrack::kIgnore);
  for (const DoNotTrack what : {DoNotTrack::kAnonymous, DoNotTrack::kDrop}) {
    const PrivacyOptions options{.do_not_track = what};
    const Privacy privacy(options);
    for (const http::Headers& headers : {dnt, gpc}) {
      CHECK(privacy.Treats(headers) == what);
      CHECK(privacy.HidingOf(headers).sender);
      CHECK(AddressOf(options, headers).empty());
    }
    for (const char* other : {"0", "", "yes"}) {
      CHECK(privacy.Treats({{"DNT", other}}) == DoNotTrack::kIgnore);
    }
    CHECK_FALSE(privacy.HidingOf({}).any());
    CHECK(AddressOf(options) == "203.0.113.77");
  }
}

TEST_CASE("what is changed or dropped is counted") {
  std::vector<std::pair<DoNotTrack, size_t>> counts;
  const Privacy privacy(
      {.count = [&](DoNotTrack what, size_t events) { counts.emplace_back(what, events); }});
  privacy.Count(DoNotTrack::kDrop, 3);
  privacy.Count(DoNotTrack::kAnonymous, 0);
  privacy.Count(DoNotTrack::kIgnore, 5);
  CHECK(counts == std::vector<std::pair<DoNotTrack, size_t>>{{DoNotTrack::kDrop, 3}});
  Privacy().Count(DoNotTrack::kDrop, 1);  // nobody listens
}

}  // namespace gamevents::collector
