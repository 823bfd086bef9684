// Goal: what we write is what Kafka's own classes write, in every version of every message.
// Method: vectors made by those (tests/interop/java/WireVectors.java) are decoded, compared field
// by field with the values that the fields' names imply, and encoded again to the same bytes.
#include "core/base/file.h"
#include "tests/support/messages/message_case.h"
#include "tests/unit/catch.h"

#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace gamevents::broker {
namespace {

struct Vector {
  std::string message;
  int16_t version = 0;
  bool filled = false;
  Bytes bytes;
};

Bytes FromHex(const std::string& hex) {
  Bytes bytes;
  if (hex == "-") return bytes;
  REQUIRE(hex.size() % 2 == 0);
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::vector<Vector> ReadVectors() {
  const auto text = ReadFile(GAMEVENTS_SOURCE_DIR "/tests/data/wire/messages.txt", 1u << 20);
  REQUIRE(text.ok());
  std::vector<Vector> vectors;
  std::istringstream lines(*text);
  std::string kind;
  std::string hex;
  for (Vector each; lines >> each.message >> each.version >> kind >> hex;) {
    each.filled = kind == "filled";
    each.bytes = FromHex(hex);
    vectors.push_back(each);
  }
  return vectors;
}

}  // namespace

TEST_CASE("Kafka's own bytes decode to the values that it was given, and encode back") {
  size_t compared = 0;
  for (const Vector& vector : ReadVectors()) {
    INFO(vector.message << " version " << vector.version << (vector.filled ? " filled" : " bare"));
    const MessageCase* message = FindMessage(vector.message);
    REQUIRE(message != nullptr);
    if (!message->versions.Has(vector.version)) {
      const auto refused = message->Reencode(vector.bytes, vector.version);
      REQUIRE(!refused.ok());
      REQUIRE(refused.error().fault == Fault::kUnsupported);
      continue;
    }
    NamedValues named;
    BareValues bare;
    ValueSource& values = vector.filled ? named : bare;
    REQUIRE(message->Compare(vector.bytes, values, vector.version) == "");
    const auto made = message->Make(values, vector.version);
    REQUIRE(made.ok());
    REQUIRE(*made == vector.bytes);
    const auto reencoded = message->Reencode(vector.bytes, vector.version);
    REQUIRE(reencoded.ok());
    REQUIRE(*reencoded == vector.bytes);
    ++compared;
  }
  size_t versions = 0;
  for (const MessageCase& each : AllMessages()) {
    versions += static_cast<size_t>(each.versions.max - each.versions.min) + 1;
  }
  CHECK(compared == 2 * versions);
}

TEST_CASE("every message of the API table, in every version, has its vectors") {
  std::map<std::pair<std::string, int16_t>, int> counts;
  for (const Vector& vector : ReadVectors()) ++counts[{vector.message, vector.version}];
  size_t found = 0;
  for (const Api& api : kApis) {
    for (const char* side : {"Request", "Response"}) {
      for (int16_t version = api.versions.min; version <= api.versions.max; ++version) {
        INFO(api.name << side << " version " << version);
        CHECK(counts[{std::string(api.name) + side, version}] == 2);
        ++found;
      }
    }
  }
  CHECK(found >= 2 * kApis.size());
  CHECK(AllMessages().size() == 2 * kApis.size() + 4);  // the four stored records
}

}  // namespace gamevents::broker
