// Goal: a manifest reads back as it was written; any byte that has changed is found; nothing in one
// leads out of the backup. Method: one manifest, damaged at each of its bytes and rewritten.
#include "core/backup/manifest.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/log/data_directory.h"
#include "tests/unit/catch.h"

#include <fmt/format.h>

#include <string>

namespace gamevents::backup {
namespace {

Manifest Example() {
  Manifest manifest;
  manifest.gamevents = "1.2.3";
  manifest.made_at = "2026-11-27T17:00:00.000Z";
  manifest.cluster_id = "cluster \"of\" mine";
  manifest.data_format = log::kMetaVersion;
  manifest.folder = "data-7";
  manifest.topics = {{"eventsForm", "AAAAAAAAAAAAAAAAAAAAAA", {{0, 5}, {INT64_MAX - 1, INT64_MAX}}},
                     {"game", "", {}}};
  manifest.files = {{"meta.properties", 99, 0xFFFFFFFF, 0},
                    {"eventsForm-0/00000000000000000000.log", UINT64_MAX, 0, INT64_MAX}};
  return manifest;
}

// The text with another last line that fits.
std::string Resealed(std::string text) {
  text.erase(text.rfind("  \"manifest_crc32c\""));
  return text + fmt::format("  \"manifest_crc32c\": \"{:08x}\"\n}}\n", Crc32c(0, AsBytes(text)));
}

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  const size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return Resealed(text.replace(at, what.size(), by));
}

}  // namespace

TEST_CASE("a manifest reads back as it was written") {
  for (const Manifest& manifest : {Example(), [] {
                                     Manifest empty = Example();
                                     empty.topics.clear();
                                     empty.files.resize(1);
                                     return empty;
                                   }()}) {
    const auto read = ParseManifest(PrintManifest(manifest));
    REQUIRE(read.ok());
    CHECK(*read == manifest);
  }
  CHECK(MessagesOf(Example()) == 6);
}

TEST_CASE("a byte of a manifest that has changed, is missing or too many is found") {
  const std::string text = PrintManifest(Example());
  for (size_t i = 0; i < text.size(); ++i) {
    for (const int flip : {1, 32, 128}) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      const auto read = ParseManifest(damaged);
      REQUIRE(!read.ok());
      CHECK(read.error().fault == Fault::kCorrupt);
    }
    CHECK(!ParseManifest(text.substr(0, i)).ok());
  }
  CHECK(!ParseManifest(text + "\n").ok());
}

TEST_CASE("a manifest of a newer version is named as that") {
  const std::string text = PrintManifest(Example());
  for (const auto& newer : {Replaced(text, "\"format\": 1", "\"format\": 2"),
                            Replaced(text, "\"data_format\": 1", "\"data_format\": 2")}) {
    const auto read = ParseManifest(newer);
    REQUIRE(!read.ok());
    CHECK(read.error().fault == Fault::kUnsupported);
    CHECK(read.error().context.find("gamevents 1.2.3") != std::string::npos);
  }
}

TEST_CASE("what is not a manifest is refused, though its checksum fits") {
  const std::string text = PrintManifest(Example());
  for (const char* path : {"../x", "..", ".", "/etc", "a/../b", "a/b/c", "a//b", "a/", "", "a/."}) {
    CAPTURE(path);
    CHECK(!ParseManifest(Replaced(text, "\"eventsForm-0/00000000000000000000.log\"",
                                  fmt::format("\"{}\"", path)))
               .ok());
  }
  CHECK(!ParseManifest(Replaced(text, "eventsForm-0/00000000000000000000.log", "meta.properties"))
             .ok());
  CHECK(!ParseManifest(Replaced(text, "\"meta.properties\"", "\"other\"")).ok());
  CHECK(!ParseManifest(Replaced(text, "data-7", "data-x")).ok());
  CHECK(!ParseManifest(Replaced(text, "data-7", "/tmp")).ok());
  CHECK(
      !ParseManifest(Replaced(text, "\"start\": 0, \"end\": 5", "\"start\": 6, \"end\": 5")).ok());
  CHECK(!ParseManifest(Replaced(text, "\"size\": 99", "\"size\": -1")).ok());
  CHECK(!ParseManifest(Replaced(text, "\"size\": 99", "\"size\": 1.5")).ok());
  CHECK(!ParseManifest(Replaced(text, "\"crc32c\": 4294967295", "\"crc32c\": 4294967296")).ok());
  CHECK(!ParseManifest(Replaced(text, "\"topics\"", "\"topisc\"")).ok());
  CHECK(!ParseManifest(Resealed("[1,\n  \"manifest_crc32c\"")).ok());
}

}  // namespace gamevents::backup
