// Goal: names from outside the file find their key; the later assignment wins; secrets stay in the
// settings. Method: assignments by hand, one after another.
#include "core/config/apply.h"

#include "tests/unit/catch.h"

namespace gamevents::config {
namespace {

void MustApply(Layers& layers, std::string_view name, std::string_view text,
               const std::string& where) {
  const auto made = Assign(name, text, where);
  REQUIRE(made.ok());
  for (const Assignment& each : *made) REQUIRE(layers.Apply(each).ok());
}

const Origin* Find(const Loaded& loaded, std::string_view key) {
  for (const Origin& origin : loaded.origins) {
    if (origin.key == key) return &origin;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("without assignments every key has its default") {
  const Loaded loaded = Layers().Take();
  REQUIRE(loaded.origins.size() == Keys().size());
  for (size_t i = 0; i < Keys().size(); ++i) {
    INFO(Keys()[i].name);
    CHECK(loaded.origins[i].key == Keys()[i].name);
    CHECK(loaded.origins[i].value == Keys()[i].default_text);
    CHECK(loaded.origins[i].source == "default");
  }
  CHECK(loaded.settings.serve.port == 5000);
  CHECK(loaded.settings.kafka.brokers == "embedded");
  CHECK(loaded.settings.kafka.topic == "eventsForm");
  CHECK(loaded.settings.serve.max_body == 1 << 20);
  CHECK(loaded.settings.kafka.timeout == std::chrono::seconds(10));
}

TEST_CASE("the later assignment wins and is named") {
  Layers layers;
  MustApply(layers, "serve.port", "1", "GAMEVENTS_SERVE_PORT");
  MustApply(layers, "serve.port", "2", "--set");
  const Loaded loaded = std::move(layers).Take();
  CHECK(loaded.settings.serve.port == 2);
  CHECK(Find(loaded, "serve.port")->source == "--set");
}

TEST_CASE("a refused assignment leaves everything as it was") {
  Layers layers;
  MustApply(layers, "serve.port", "1", "--set");
  const auto refused = layers.Apply(Assign("serve.port", "70000", "--port").value().at(0));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kBadInput);
  CHECK(refused.error().context == "--port: serve.port: 70000 is out of range: 0 to 65535");
  const Loaded loaded = std::move(layers).Take();
  CHECK(loaded.settings.serve.port == 1);
  CHECK(Find(loaded, "serve.port")->source == "--set");
}

TEST_CASE("one entry is set by its dotted name") {
  Layers layers;
  MustApply(layers, "kafka.properties", "acks=1,linger.ms=5", "GAMEVENTS_KAFKA_PROPERTIES");
  MustApply(layers, "kafka.properties.acks", "all,=", "--set");
  const Loaded loaded = std::move(layers).Take();
  CHECK(loaded.settings.kafka.properties ==
        std::map<std::string, std::string>{{"acks", "all,="}, {"linger.ms", "5"}});
  CHECK(Find(loaded, "kafka.properties") == nullptr);
  CHECK(Find(loaded, "kafka.properties.acks")->source == "--set");
  CHECK(Find(loaded, "kafka.properties.linger.ms")->source == "GAMEVENTS_KAFKA_PROPERTIES");
}

TEST_CASE("unknown names and empty entries are refused") {
  CHECK(Assign("serve.prot", "1", "--set").error().context ==
        "--set: unknown key serve.prot; did you mean serve.port?");
  CHECK(Assign("kafka.properties", "acks", "--set")
            .error()
            .context.find("--set: kafka.properties: item 1 has no '='") == 0);
  Layers layers;
  CHECK_FALSE(layers.Apply(Assign("kafka.properties.", "x", "--set").value().at(0)).ok());
}

TEST_CASE("secrets are in the settings and nowhere else") {
  Layers layers;
  MustApply(layers, "kafka.properties.sasl.password", "hunter2", "--set");
  Assignment named{FindKey("kafka.properties"), "sasl.username", {"hunter2"}, "f:1:1", "f:1", true};
  REQUIRE(layers.Apply(named).ok());
  Assignment whole{FindKey("kafka.topic"), std::nullopt, {"hunter2"}, "f:2:1", "f:2", true};
  REQUIRE(layers.Apply(whole).ok());
  whole.texts = {"hunter2 with spaces"};
  const auto refused = layers.Apply(whole);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().context == "f:2:1: kafka.topic: the secret's text cannot be used here");

  const Loaded loaded = std::move(layers).Take();
  CHECK(loaded.settings.kafka.properties.at("sasl.password") == "hunter2");
  CHECK(loaded.settings.kafka.properties.at("sasl.username") == "hunter2");
  CHECK(loaded.settings.kafka.topic == "hunter2");
  for (const char* key :
       {"kafka.properties.sasl.password", "kafka.properties.sasl.username", "kafka.topic"}) {
    INFO(key);
    CHECK(Find(loaded, key)->value == "(secret)");
    CHECK(Find(loaded, key)->secret);
  }
  for (const Origin& origin : loaded.origins) {
    CHECK(origin.value.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("a plain text over a secret one is printed again") {
  Layers layers;
  Assignment secret{FindKey("kafka.topic"), std::nullopt, {"hidden"}, "f:2:1", "f:2", true};
  REQUIRE(layers.Apply(secret).ok());
  MustApply(layers, "kafka.topic", "open", "--set");
  const Loaded loaded = std::move(layers).Take();
  CHECK(Find(loaded, "kafka.topic")->value == "open");
}

}  // namespace gamevents::config
