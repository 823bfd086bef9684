// Goal: every message in every version comes back as it was sent; broken bytes are refused.
// Method: random messages of all types round trip; then their bytes are cut at every length, given
// unknown tagged fields, and changed at random (seeds are printed).
#include "core/broker/protocol/configs.h"
#include "core/broker/protocol/groups.h"
#include "core/broker/protocol/metadata.h"
#include "tests/support/messages/message_case.h"
#include "tests/unit/catch.h"

#include <memory>
#include <random>

namespace gamevents::broker {
namespace {

/// Calls `visit` with each message and each of its versions; gives how many there were.
template <class Visit>
size_t ForEachVersion(Visit visit) {
  size_t turns = 0;
  for (const MessageCase& message : AllMessages()) {
    for (int16_t version = message.versions.min; version <= message.versions.max; ++version) {
      INFO(message.name << " version " << version);
      visit(message, version);
      ++turns;
    }
  }
  return turns;
}

}  // namespace

TEST_CASE("random messages round trip in every version") {
  const size_t turns = ForEachVersion([](const MessageCase& message, int16_t version) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      INFO("seed " << seed);
      RandomValues values(seed);
      const auto bytes = message.Make(values, version);
      REQUIRE(bytes.ok());
      RandomValues again(seed);
      REQUIRE(message.Compare(*bytes, again, version) == "");
      const auto reencoded = message.Reencode(*bytes, version);
      REQUIRE(reencoded.ok());
      REQUIRE(*reencoded == *bytes);
    }
  });
  CHECK(turns > 250);
}

TEST_CASE("a message that is cut anywhere is refused") {
  size_t cuts = 0;
  size_t bytes_in_all = 0;
  ForEachVersion([&](const MessageCase& message, int16_t version) {
    NamedValues values;
    const auto bytes = message.Make(values, version);
    REQUIRE(bytes.ok());
    bytes_in_all += bytes->size();
    for (size_t size = 0; size < bytes->size(); ++size, ++cuts) {
      // An allocation of exactly this size: the address sanitizer sees a read beyond it.
      const auto cut = std::make_unique<std::byte[]>(size);
      std::copy_n(bytes->begin(), size, cut.get());
      const auto decoded = message.Reencode({cut.get(), size}, version);
      if (decoded.ok()) FAIL("accepted after " << size << " of " << bytes->size() << " bytes");
      if (decoded.error().fault != Fault::kCorrupt) FAIL(decoded.error().context);
    }
  });
  CHECK(cuts == bytes_in_all);
  CHECK(cuts > 30'000);
}

TEST_CASE("unknown tagged fields are skipped") {
  size_t flexible = 0;
  ForEachVersion([&](const MessageCase& message, int16_t version) {
    if (version < message.flexible_from) return;
    BareValues values;
    const auto plain = message.Make(values, version);
    REQUIRE(plain.ok());
    REQUIRE(plain->back() == std::byte{0});  // The count of the message's own tagged fields.
    WireWriter tagged;
    tagged.WriteRaw(std::span(*plain).first(plain->size() - 1));
    tagged.WriteUnsignedVarint(2);
    tagged.WriteUnsignedVarint(77);
    tagged.WriteUnsignedVarint(3);
    tagged.WriteRaw(AsBytes("abc"));
    tagged.WriteUnsignedVarint(100'000);
    tagged.WriteUnsignedVarint(0);
    const auto reencoded = message.Reencode(tagged.bytes(), version);
    REQUIRE(reencoded.ok());
    REQUIRE(*reencoded == *plain);
    ++flexible;
  });
  CHECK(flexible > 80);
}

TEST_CASE("changed bytes give an error or a message, and that message is stable") {
  std::mt19937_64 random(20261124);
  size_t accepted = 0;
  size_t refused = 0;
  ForEachVersion([&](const MessageCase& message, int16_t version) {
    NamedValues values;
    const Bytes good = *message.Make(values, version);
    for (int i = 0; i < 100 && !good.empty(); ++i) {
      Bytes bad = good;
      const size_t changes = 1 + random() % 4;
      for (size_t c = 0; c < changes; ++c) {
        bad[random() % bad.size()] = static_cast<std::byte>(random());
      }
      const auto first = message.Reencode(bad, version);
      first.ok() ? ++accepted : ++refused;
      if (!first.ok()) continue;
      const auto second = message.Reencode(*first, version);
      REQUIRE(second.ok());
      REQUIRE(*second == *first);
    }
  });
  CHECK(accepted > 1'000);
  CHECK(refused > 1'000);
}

TEST_CASE("a field that the version lacks may only be dropped if that is harmless") {
  WireWriter out;
  JoinGroupRequest request;
  request.group_instance_id = "static-1";
  const auto refused = Encode(request, 4, out);
  REQUIRE(!refused.ok());
  CHECK(refused.error().fault == Fault::kUnsupported);
  CHECK(refused.error().context == "group_instance_id: is set, but version 4 does not have it");

  WireWriter dropped;
  MetadataResponse response;
  response.cluster_id = "ignorable";
  CHECK(Encode(response, 1, dropped).ok());
}

TEST_CASE("null is refused where a version has none, both ways") {
  WireWriter out;
  MetadataResponse response;
  response.topics.emplace_back().name = std::nullopt;
  const auto unwritten = Encode(response, 11, out);
  REQUIRE(!unwritten.ok());
  CHECK(unwritten.error().context == "name: is null, which version 11 does not allow");

  WireWriter null_topics;
  null_topics.WriteCount(std::nullopt, Form::kPlain);
  WireReader all(null_topics.bytes());
  const auto version_1 = Decode<MetadataRequest>(all, 1);
  REQUIRE(version_1.ok());
  CHECK(!version_1->topics);
  WireReader none(null_topics.bytes());
  const auto version_0 = Decode<MetadataRequest>(none, 0);
  REQUIRE(!version_0.ok());
  CHECK(version_0.error().fault == Fault::kCorrupt);
  CHECK(version_0.error().context ==
        "topics: is null, which this version does not allow (at byte 4 of 4)");
}

TEST_CASE("a version outside the table is refused") {
  WireReader in({});
  const auto request = Decode<HeartbeatRequest>(in, 5);
  REQUIRE(!request.ok());
  CHECK(request.error().fault == Fault::kUnsupported);
  CHECK(request.error().context == "version 5 is not one of 0 to 4");
  WireWriter out;
  CHECK(!Encode(DescribeConfigsRequest{}, 0, out).ok());
}

}  // namespace gamevents::broker
