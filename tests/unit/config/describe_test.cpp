// Goal: what is printed is the table and the settings, can be read back, and has no secrets.
// Method: the renderings parsed again by the libraries that their readers use.
#include "core/config/describe.h"

#include "core/config/apply.h"
#include "core/config/value.h"
#include "tests/unit/catch.h"
#include "tests/unit/config/working_folder.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <set>
#include <sstream>

namespace gamevents::config {
namespace {

Loaded Example() {
  auto loaded = LoadFrom("f.yaml",
                         {{"kafka.properties.sasl.password", "hunter2", "--set"},
                          {"serve.redact_headers", "X-A,X-B", "--set"}},
                         {});
  REQUIRE(loaded.ok());
  return std::move(loaded).value();
}

/// A folder with the file that Example reads.
struct Fixture {
  WorkingFolder folder;
  Fixture() {
    folder.Write("f.yaml",
                 "kafka:\n  properties: {ssl.ca.pem: \"a\\nb: # c\", empty: \"\", yes: \"true\"}\n"
                 "serve: {port: 5001, host: \"~\"}\n"
                 "reports: {tokens: {sql: \"SELECT 1 -- a: b\"}}\n");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "columns line up and are always three") {
  const std::string text = RenderColumns(Example());
  CHECK(text.find("hunter2") == std::string::npos);
  std::istringstream lines(text);
  std::string line;
  REQUIRE(std::getline(lines, line));
  const size_t value_at = line.find("value");
  const size_t source_at = line.find("source");
  size_t count = 0;
  while (std::getline(lines, line)) {
    INFO(line);
    ++count;
    CHECK(line[value_at - 1] == ' ');
    CHECK(line[value_at] != ' ');
    CHECK(line[source_at - 1] == ' ');
    CHECK(line[source_at] != ' ');
  }
  CHECK(count == Keys().size() + 3);  // Four entries stand for kafka.properties.
  CHECK(text.find("a\\nb: # c") != std::string::npos);
  CHECK(text.find("serve.port ") != std::string::npos);
  CHECK(text.find("f.yaml:3\n") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "JSON has the kinds of the keys") {
  const std::string text = RenderJson(Example());
  CHECK(text.find("hunter2") == std::string::npos);
  const auto json = nlohmann::json::parse(text);
  CHECK(json.at("file") == "f.yaml");
  std::map<std::string, nlohmann::json> values;
  for (const auto& row : json.at("keys")) values[row.at("key")] = row.at("value");
  CHECK(values.size() == Keys().size() + 3);
  CHECK(values.at("serve.port") == 5001);
  CHECK(values.at("serve.drain") == "10s");
  CHECK(values.at("serve.redact_headers") == nlohmann::json({"X-A", "X-B"}));
  CHECK(values.at("kafka.properties.sasl.password") == "(secret)");
  CHECK(nlohmann::json::parse(RenderJson(Layers().Take())).at("file").is_null());
}

TEST_CASE_METHOD(Fixture, "YAML is a configuration that says the same") {
  const Loaded before = Example();
  const std::string text = RenderYaml(before);
  INFO(text);
  CHECK(text.find("hunter2") == std::string::npos);
  const auto after = LoadFrom(folder.Write("again.yaml", text), {}, {});
  REQUIRE(after.ok());
  REQUIRE(after->origins.size() == before.origins.size());
  for (size_t i = 0; i < before.origins.size(); ++i) {
    CHECK(after->origins[i].key == before.origins[i].key);
    CHECK(after->origins[i].value == before.origins[i].value);
    CHECK(after->origins[i].source.find("again.yaml:") != std::string::npos);
  }
  CHECK(after->settings.serve.redact_headers == before.settings.serve.redact_headers);
  CHECK(after->settings.kafka.properties.at("ssl.ca.pem") == "a\nb: # c");
  CHECK(after->settings.reports.at("tokens.sql") == "SELECT 1 -- a: b");
}

TEST_CASE("the schema has every key with its default, range and help") {
  const auto schema = nlohmann::json::parse(RenderSchema());
  CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema.at("additionalProperties") == false);
  size_t count = 0;
  const std::function<void(const std::string&, const nlohmann::json&)> check =
      [&](const std::string& group, const nlohmann::json& body) {
        CHECK(body.at("additionalProperties") == false);
        for (const auto& [name, value] : body.at("properties").items()) {
          const std::string full = group + "." + name;
          INFO(full);
          if (IsGroup(full)) {
            check(full, value);
            continue;
          }
          const Key* key = FindKey(full);
          REQUIRE(key != nullptr);
          ++count;
          CHECK(value.at("description").get<std::string>() ==
                std::string(key->help) + " (" + FormatRange(*key) + ")");
          CHECK(value.contains("default"));
          CHECK(value.contains("anyOf") != value.contains("type"));
        }
      };
  for (const auto& [section, body] : schema.at("properties").items()) {
    if (FindKey(section) == nullptr) {
      check(section, body);
      continue;
    }
    ++count;
    CHECK(body.at("additionalProperties").at("additionalProperties") == false);
  }
  CHECK(count == Keys().size());
  const auto& port = schema.at("properties").at("serve").at("properties").at("port");
  CHECK(port == nlohmann::json{{"type", "integer"},
                               {"minimum", 0},
                               {"maximum", 65535},
                               {"default", 5000},
                               {"description", port.at("description")}});
}

TEST_CASE("the reference has one row a key") {
  const std::string text = RenderReference();
  for (const Key& key : Keys()) {
    INFO(key.name);
    CHECK(text.find("\n| `" + std::string(key.name) + "` | ") != std::string::npos);
    CHECK(text.find(EnvironmentName(key)) != std::string::npos);
  }
  const auto rows = std::count(text.begin(), text.end(), '\n');
  std::set<std::string_view> sections;
  for (const Key& key : Keys()) sections.insert(SectionOf(key));
  // Four lines a section, and a blank one between two.
  CHECK(static_cast<size_t>(rows) == Keys().size() + sections.size() * 5 - 1);
}

}  // namespace gamevents::config
