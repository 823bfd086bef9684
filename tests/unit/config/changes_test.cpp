// Goal: what differs between two configurations is named, secrets too, and nothing else.
// Method: the defaults, and settings that are changed by hand.
#include "core/config/changes.h"

#include "core/config/load.h"
#include "tests/unit/catch.h"

#include <string>
#include <utility>
#include <vector>

namespace gamevents::config {
namespace {

using Names = std::vector<std::string>;

Settings Defaults() {
  auto loaded = LoadFrom(std::nullopt, {}, {});
  REQUIRE(loaded.ok());
  return std::move(loaded->settings);
}

}  // namespace

TEST_CASE("the same settings have no changes") {
  CHECK(ChangedKeys(Defaults(), Defaults()) == Names());
}

TEST_CASE("a value of each type is compared") {
  const Settings before = Defaults();
  Settings after = before;
  after.kafka.topic = "game";
  after.serve.port = 1;
  after.serve.dashboard = !before.serve.dashboard;
  after.serve.drain += std::chrono::milliseconds(1);
  after.serve.hosts = {"game.example"};
  CHECK(ChangedKeys(before, after) ==
        Names{"kafka.topic", "serve.port", "serve.drain", "serve.hosts", "serve.dashboard"});
}

TEST_CASE("entries are named that came, went or changed, be they secret") {
  Settings before = Defaults();
  before.kafka.properties = {{"sasl.password", "old"}, {"sasl.username", "u"}, {"a", "1"}};
  Settings after = before;
  after.kafka.properties = {{"sasl.password", "new"}, {"sasl.username", "u"}, {"b", "1"}};
  CHECK(ChangedKeys(before, after) ==
        Names{"kafka.properties.a", "kafka.properties.b", "kafka.properties.sasl.password"});
}

}  // namespace gamevents::config
