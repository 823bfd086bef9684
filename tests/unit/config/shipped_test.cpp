// Goal: the files that users get say what the table says. Method: each is read from the source
// tree and compared key by key, or text by text, with what the table gives.
#include "core/base/file.h"
#include "core/config/describe.h"
#include "core/config/keys.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <sstream>

namespace gamevents::config {
namespace {

const std::string kSource = GAMEVENTS_SOURCE_DIR;

std::string MustRead(const std::string& name) {
  auto text = ReadFile(kSource + "/" + name, 1 << 20);
  REQUIRE(text.ok());
  return std::move(text).value();
}

/// The comments of a YAML text as one line, so that a sentence may be wrapped.
std::string Comments(const std::string& text) {
  std::string joined;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t mark = line.find_first_not_of(' ');
    if (mark != std::string::npos && line[mark] == '#') joined += line.substr(mark + 1);
  }
  return joined;
}

}  // namespace

TEST_CASE("configs/gamevents.yaml has every key with its default and its help") {
  const std::string path = kSource + "/configs/gamevents.yaml";
  const auto loaded = LoadFrom(path, {}, {});
  REQUIRE(loaded.ok());
  REQUIRE(loaded->origins.size() == Keys().size());
  const std::string comments = Comments(MustRead("configs/gamevents.yaml"));
  for (size_t i = 0; i < Keys().size(); ++i) {
    const Key& key = Keys()[i];
    INFO(key.name);
    CHECK(loaded->origins[i].source.find(path + ":") == 0);
    CHECK(loaded->origins[i].value == key.default_text);
    CHECK(comments.find(key.help) != std::string::npos);
  }
}

TEST_CASE("configs/cluster.yaml loads once its password is there") {
  const TempFolder folder;
  const std::string kept = "/etc/gamevents/kafka-password";
  std::string text = MustRead("configs/cluster.yaml");
  REQUIRE(text.find(kept) != std::string::npos);
  text.replace(text.find(kept), kept.size(), folder.Write("password", "hunter2\n"));
  const auto loaded = LoadFrom(folder.Write("cluster.yaml", text), {}, {});
  REQUIRE(loaded.ok());
  CHECK(loaded->settings.kafka.replication_factor == 3);
  CHECK(loaded->settings.kafka.properties.at("sasl.password") == "hunter2");
  CHECK(loaded->settings.kafka.properties.at("security.protocol") == "SASL_SSL");
  CHECK(RenderColumns(*loaded).find("hunter2") == std::string::npos);
}

TEST_CASE("docs/configuration.md is what the table gives") {
  const std::string page = MustRead("docs/configuration.md");
  const std::string begin =
      "<!-- keys: begin. Written by `gamevents config docs`; a test compares. -->\n\n";
  const size_t from = page.find(begin);
  const size_t to = page.find("\n<!-- keys: end -->");
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  CHECK(page.substr(from + begin.size(), to - from - begin.size()) == RenderReference());
}

}  // namespace gamevents::config
