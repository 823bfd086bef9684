// Goal: a client is who the nearest trusted proxy says it is, and nobody can claim to be another.
// Method: tables of headers as proxies and as liars write them.
#include "core/http/forwarded.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::http {
namespace {

std::string Shown(const std::vector<Hop>& hops) {
  std::string text;
  for (const Hop& hop : hops) text += (hop ? hop->ToString() : "?") + " ";
  return text;
}

std::string Forwarded(std::string_view value) {
  const auto hops = ParseForwarded(value);
  return hops ? Shown(*hops) : "malformed";
}

std::string ClientOf(const Headers& headers) {
  const std::vector<Network> trusted = {Network::Parse("10.0.0.0/8").value(),
                                        Network::Parse("fd00::/8").value()};
  return ClientBehindProxy(headers, IpAddress::Parse("10.0.0.1").value(), trusted).ToString();
}

}  // namespace

TEST_CASE("X-Forwarded-For is a list of addresses, with ports or without") {
  CHECK(Shown(ParseForwardedFor("")).empty());
  CHECK(Shown(ParseForwardedFor("  \t")).empty());
  CHECK(Shown(ParseForwardedFor("192.0.2.1")) == "192.0.2.1 ");
  CHECK(Shown(ParseForwardedFor("192.0.2.1:80 ,2001:db8::1,[2001:db8::2]:443, [::1]")) ==
        "192.0.2.1 2001:db8::1 2001:db8::2 ::1 ");
  CHECK(Shown(ParseForwardedFor("unknown, ,1.2.3.4,")) == "? 1.2.3.4 ");
  CHECK(Shown(ParseForwardedFor(",, ,")).empty());
  CHECK(Shown(ParseForwardedFor("[::1, [1.2.3.4], [::1]x, 1.2.3.4:80:80")) == "? ? ? ? ");
  CHECK(Shown(ParseForwardedFor("::ffff:1.2.3.4")) == "1.2.3.4 ");
}

TEST_CASE("Forwarded is read as RFC 7239 writes it") {
  CHECK(Forwarded("").empty());
  CHECK(Forwarded("for=192.0.2.43, for=198.51.100.17;by=203.0.113.60;proto=http;host=a.b") ==
        "192.0.2.43 198.51.100.17 ");
  CHECK(Forwarded("For=\"[2001:db8:cafe::17]:4711\"") == "2001:db8:cafe::17 ");
  CHECK(Forwarded("for=\"192.0.2.43:47011\";proto=https") == "192.0.2.43 ");
  CHECK(Forwarded("for=unknown, for=_hidden, for=\"_SEVKISEK\", by=1.2.3.4") == "? ? ? ? ");
  CHECK(Forwarded("for=1.2.3.4;host=\"a,b;c\\\"d\", ,for=5.6.7.8;") == "1.2.3.4 5.6.7.8 ");
}

TEST_CASE("a malformed Forwarded is none at all") {
  for (const char* value :
       {"192.0.2.43", "for", "for=", "=1.2.3.4", "for=\"1.2.3.4", "for=1.2.3.4\"", "for=a b",
        "for=[::1]", "for=\"a\"b\"", "for=\"1.2.3.4\\", "for=\"\\\"", "for =1.2.3.4",
        "for=1.2.3.4;for=5.6.7.8", "for=1.2.3.4, for=\"5.6.7.8"}) {
    INFO(value);
    CHECK(Forwarded(value) == "malformed");
  }
}

TEST_CASE("the nearest address that is not trusted is the client") {
  CHECK(ClientOf({}) == "10.0.0.1");
  CHECK(ClientOf({{"X-Forwarded-For", ""}}) == "10.0.0.1");
  CHECK(ClientOf({{"x-forwarded-for", "192.0.2.1"}}) == "192.0.2.1");
  // What a client claims stands further away than what the proxies saw.
  CHECK(ClientOf({{"X-Forwarded-For", "6.6.6.6, 192.0.2.1, 10.2.3.4"}}) == "192.0.2.1");
  CHECK(ClientOf({{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "192.0.2.1"}}) ==
        "192.0.2.1");
  CHECK(ClientOf({{"X-Forwarded-For", "192.0.2.1, fd00::7"}}) == "192.0.2.1");
  // All are trusted: the one furthest away began it.
  CHECK(ClientOf({{"X-Forwarded-For", "10.9.9.9, 10.2.3.4"}}) == "10.9.9.9");
  // The trail is lost: beyond it nothing can be known.
  CHECK(ClientOf({{"X-Forwarded-For", "192.0.2.1, unknown, 10.2.3.4"}}) == "10.2.3.4");
  CHECK(ClientOf({{"X-Forwarded-For", "192.0.2.1,"}}) == "192.0.2.1");  // as in Forwarded
  CHECK(ClientOf({{"Forwarded", "for=6.6.6.6, for=192.0.2.1;proto=https"}}) == "192.0.2.1");
  CHECK(ClientOf({{"Forwarded", "for=192.0.2.1"}, {"Forwarded", "for=\"[fd00::1]\""}}) ==
        "192.0.2.1");
}

TEST_CASE("two headers that disagree, and a malformed one, are not believed") {
  CHECK(ClientOf({{"Forwarded", "for=192.0.2.1"}, {"X-Forwarded-For", "192.0.2.1"}}) ==
        "192.0.2.1");
  CHECK(ClientOf({{"Forwarded", "for=6.6.6.6"}, {"X-Forwarded-For", "192.0.2.1"}}) == "10.0.0.1");
  CHECK(ClientOf({{"X-Forwarded-For", "6.6.6.6"}, {"Forwarded", "for=192.0.2.1"}}) == "10.0.0.1");
  CHECK(ClientOf({{"Forwarded", "for=192.0.2.1\""}}) == "10.0.0.1");
  CHECK(ClientOf({{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "nonsense"}}) == "10.0.0.1");
  // Headers of other names are nobody's business, whatever a CGI would make of them.
  CHECK(ClientOf({{"REMOTE_ADDR", "6.6.6.6"}, {"X-Real-IP", "6.6.6.6"}}) == "10.0.0.1");
}

}  // namespace gamevents::http
