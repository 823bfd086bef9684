// Goal: addresses and networks are read as people write them, and membership is by bits. Method:
// tables of texts, the edges of each prefix among them.
#include "core/base/ip.h"

#include "tests/unit/catch.h"

namespace gamevents {
namespace {

std::string Shown(std::string_view text) {
  const auto address = IpAddress::Parse(text);
  return address ? address->ToString() : "none";
}

bool Has(std::string_view network, std::string_view address) {
  return Network::Parse(network).value().Contains(IpAddress::Parse(address).value());
}

}  // namespace

TEST_CASE("addresses are read and shown, mapped ones as IPv4") {
  CHECK(Shown("192.0.2.1") == "192.0.2.1");
  CHECK(Shown("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(Shown("2001:DB8:0:0:0:0:0:1") == "2001:db8::1");
  CHECK(Shown("::") == "::");
  CHECK(IpAddress::Parse("::ffff:10.0.0.1") == IpAddress::Parse("10.0.0.1"));
  for (const std::string_view text :
       {"", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "[::1]", "::1%lo",
        "::1:", "1.2.3.4:80", " 1.2.3.4", "1:2:3:4:5:6:7:8:9",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    INFO(text);
    CHECK(Shown(text) == "none");
  }
  CHECK(Shown(std::string_view("1.2.3.4\0x", 9)) == "none");
}

TEST_CASE("a network holds what begins with its bits") {
  CHECK(Has("10.0.0.0/8", "10.255.255.255"));
  CHECK_FALSE(Has("10.0.0.0/8", "11.0.0.0"));
  CHECK(Has("192.0.2.128/25", "192.0.2.128"));
  CHECK_FALSE(Has("192.0.2.128/25", "192.0.2.127"));
  CHECK(Has("192.0.2.7", "192.0.2.7"));
  CHECK_FALSE(Has("192.0.2.7", "192.0.2.6"));
  CHECK(Has("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(Has("2001:db8::/33", "2001:db8:8000::"));
  CHECK(Has("::1", "::1"));
  // Each version of IP is a world of its own, however many bits are free.
  CHECK(Has("0.0.0.0/0", "255.255.255.255"));
  CHECK_FALSE(Has("0.0.0.0/0", "::1"));
  CHECK(Has("::/0", "fe80::1"));
  CHECK_FALSE(Has("::/0", "10.0.0.1"));
}

TEST_CASE("an address can be cut to its first bits") {
  const auto first = [](std::string_view text, size_t bits) {
    return IpAddress::Parse(text)->FirstBits(bits).ToString();
  };
  CHECK(first("203.0.113.77", 24) == "203.0.113.0");
  CHECK(first("::ffff:203.0.113.77", 30) == "203.0.113.76");
  CHECK(first("203.0.113.77", 32) == "203.0.113.77");
  CHECK(first("203.0.113.77", 0) == "0.0.0.0");
  CHECK(first("2001:db8:1:2::3", 48) == "2001:db8:1::");
  CHECK(first("2001:db8:1:2::3", 128) == "2001:db8:1:2::3");
}

TEST_CASE("what is no network says why") {
  const auto why = [](std::string_view text) { return Network::Parse(text).error().context; };
  CHECK(why("proxy") == "'proxy' is no network: write 10.0.0.0/8, 2001:db8::/32 or one address");
  CHECK(why("10.0.0.0/33") == "'10.0.0.0/33' needs 0 to 32 bits after its '/'");
  CHECK(why("10.0.0.0/") == "'10.0.0.0/' needs 0 to 32 bits after its '/'");
  CHECK(why("::/129") == "'::/129' needs 0 to 128 bits after its '/'");
  CHECK(why("10.0.0.1/8") == "'10.0.0.1/8' has bits set beyond its first 8");
}

}  // namespace gamevents
