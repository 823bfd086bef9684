// Goal: what a file says arrives with its place, and everything wrong is named with line and
// column. Method: texts with one fault each, whole messages compared; hostile texts at the end.
#include "core/config/yaml_file.h"

#include "tests/unit/catch.h"
#include "tests/unit/config/working_folder.h"

namespace gamevents::config {
namespace {

FileContent Read(const std::string& text, const Environment& environment = {}) {
  return ReadYaml("f.yaml", text, environment);
}

/// The one error of a text that has one.
std::string ErrorOf(const std::string& text, const Environment& environment = {}) {
  const FileContent content = Read(text, environment);
  INFO(text);
  REQUIRE(content.errors.size() == 1);
  return content.errors[0];
}

}  // namespace

TEST_CASE("keys arrive in the file's order with their places") {
  const FileContent content = Read(
      "# A comment.\n"
      "serve:\n"
      "  port: 5001\n"
      "  redact_headers: [A, B]\n"
      "kafka:\n"
      "  topic: \"x\"\n"
      "  properties:\n"
      "    security.protocol: SSL\n");
  REQUIRE(content.errors.empty());
  const auto& made = content.assignments;
  REQUIRE(made.size() == 5);
  CHECK(made[0].key->name == "serve.port");
  CHECK(made[0].texts == std::vector<std::string>{"5001"});
  CHECK(made[0].where == "f.yaml:3:9");
  CHECK(made[0].source == "f.yaml:3");
  CHECK(made[1].texts == std::vector<std::string>{"A", "B"});
  CHECK(made[2].texts == std::vector<std::string>{"x"});
  CHECK(made[3].key->name == "kafka.properties");
  CHECK_FALSE(made[3].entry);
  CHECK(made[4].entry == "security.protocol");
  CHECK(made[4].texts == std::vector<std::string>{"SSL"});
  CHECK(made[4].where == "f.yaml:8:24");
}

TEST_CASE("a named report's parts arrive under its name") {
  const FileContent content = Read(
      "reports:\n"
      "  whales:\n"
      "    title: \"Who pays most\"\n"
      "    limit: 5\n"
      "  daily.view: revenue\n");
  REQUIRE(content.errors.empty());
  const auto& made = content.assignments;
  REQUIRE(made.size() == 4);
  CHECK_FALSE(made[0].entry);
  CHECK(made[1].entry == "whales.title");
  CHECK(made[1].texts == std::vector<std::string>{"Who pays most"});
  CHECK(made[2].entry == "whales.limit");
  CHECK(made[2].where == "f.yaml:4:12");
  CHECK(made[3].entry == "daily.view");
  CHECK(Read("reports:\n").errors.empty());
  CHECK(ErrorOf("reports: [a]\n").find("f.yaml:1:10: reports: expected entries") == 0);
  CHECK(ErrorOf("reports:\n  whales: 3\n") ==
        "f.yaml:2:11: reports.whales: expected keys below it");
  CHECK(ErrorOf("reports:\n  whales: {sql: [a]}\n").find("f.yaml:2:17: reports.whales.sql") == 0);
}

TEST_CASE("a report's statement can stand in a file, and is no secret") {
  const WorkingFolder folder;
  folder.Write("q.sql", "SELECT 1\n");
  const FileContent content = Read("reports: {one: {sql: {file: q.sql}}}\n");
  REQUIRE(content.errors.empty());
  CHECK(content.assignments.at(1).texts == std::vector<std::string>{"SELECT 1"});
  CHECK_FALSE(content.assignments.at(1).secret);
}

TEST_CASE("empty files, sections, lists and entries say nothing") {
  for (const char* text : {"", "# only a comment\n", "---\n", "serve:\n", "{}", "serve: {}\n"}) {
    INFO(text);
    CHECK(Read(text).errors.empty());
    CHECK(Read(text).assignments.empty());
  }
  CHECK(Read("serve:\n  redact_headers:\n").assignments.at(0).texts.empty());
  CHECK(Read("kafka:\n  properties:\n").assignments.size() == 1);
}

TEST_CASE("what is unknown is named with its place and its neighbour") {
  CHECK(ErrorOf("serve:\n  host: a\n  prot: 1\n") ==
        "f.yaml:3:3: unknown key serve.prot; did you mean serve.port?");
  CHECK(ErrorOf("sevre: {port: 1}\n").find("f.yaml:1:1: unknown section sevre") == 0);
  CHECK(ErrorOf("port: 1\n") ==
        "f.yaml:1:1: unknown section port; did you mean serve.port?; there are catalogue, "
        "embedded, forward, kafka, log, report, reports, serve, spark, state");
  CHECK(ErrorOf("serve.port: 1\n") ==
        "f.yaml:1:1: serve.port: write it as 'port:', indented below 'serve:'");
}

TEST_CASE("a path is meant from the folder of its file, in the section's place too") {
  for (const std::string text : {"catalogue: items.yaml\n", "catalogue: {file: items.yaml}\n"}) {
    const FileContent content = ReadYaml("/etc/g/f.yaml", text, {});
    REQUIRE(content.errors.empty());
    REQUIRE(content.assignments.size() == 1);
    CHECK(content.assignments[0].key->name == "catalogue.file");
    CHECK(content.assignments[0].texts == std::vector<std::string>{"/etc/g/items.yaml"});
  }
  CHECK(ReadYaml("/etc/g/f.yaml", "catalogue: /i.yaml\n", {}).assignments.at(0).texts.at(0) ==
        "/i.yaml");
  CHECK(ReadYaml("/etc/g/f.yaml", "catalogue: ''\n", {}).assignments.at(0).texts.at(0).empty());
}

TEST_CASE("the wrong kind of value is named") {
  CHECK(ErrorOf("serve: 5\n") == "f.yaml:1:8: serve: expected keys below it");
  CHECK(ErrorOf("[a]\n") == "f.yaml:1:1: expected sections here, like 'serve:'");
  CHECK(ErrorOf("serve:\n  port: [1]\n") == "f.yaml:2:9: serve.port: expected one value");
  CHECK(ErrorOf("serve:\n  port: {file: x}\n") == "f.yaml:2:9: serve.port: expected one value");
  CHECK(ErrorOf("serve:\n  host: ~\n") == "f.yaml:2:9: serve.host: expected text, found nothing");
  CHECK(ErrorOf("serve:\n  redact_headers: X\n") ==
        "f.yaml:2:19: serve.redact_headers: expected a list, like [one, two]");
  CHECK(ErrorOf("serve:\n  redact_headers: [[X]]\n") ==
        "f.yaml:2:20: serve.redact_headers: each item must be a text");
  CHECK(ErrorOf("kafka:\n  properties: [a]\n") ==
        "f.yaml:2:15: kafka.properties: expected entries, like {name: text, name: text}");
  CHECK(ErrorOf("kafka:\n  properties: {a: [b]}\n") ==
        "f.yaml:2:19: kafka.properties.a: expected text");
  CHECK(ErrorOf("serve:\n  [a]: 1\n") == "f.yaml:2:3: a key must be a plain text");
}

TEST_CASE("keys that stand twice are errors at every level") {
  CHECK(ErrorOf("serve: {}\nkafka: {}\nserve: {}\n") == "f.yaml:3:1: duplicate serve; remove one");
  CHECK(ErrorOf("serve:\n  port: 1\n  port: 1\n") ==
        "f.yaml:3:3: duplicate serve.port; remove one");
  CHECK(ErrorOf("kafka:\n  properties:\n    a: 1\n    a: 2\n") ==
        "f.yaml:4:5: duplicate kafka.properties.a; remove one");
}

TEST_CASE("several errors come together") {
  const FileContent content = Read("serve:\n  prot: 1\n  hots: a\n  port: 7\nx: 1\n");
  CHECK(content.errors.size() == 3);
  REQUIRE(content.assignments.size() == 1);
  CHECK(content.assignments[0].key->name == "serve.port");
}

TEST_CASE("what is no YAML, or more than one document, is an error with its place") {
  CHECK(ErrorOf("serve:\n  port: [1\n").find("f.yaml:3:1: not YAML: ") == 0);
  CHECK(ErrorOf("serve:\n\tport: 1\n").find("f.yaml:2:") == 0);
  CHECK(ErrorOf("serve: *nowhere\n").find("f.yaml:1:") == 0);
  CHECK(ErrorOf("serve: {}\n---\nserve: {}\n").find("a second document begins here") !=
        std::string::npos);
  CHECK(ErrorOf("serve: {host: \"\xFF\"}\n") == "f.yaml: not a text in UTF-8");
}

TEST_CASE("a tab that indents is named where it stands") {
  const std::string reason = "not YAML: a tab cannot indent a line; use spaces";
  CHECK(ErrorOf("kafka:\n\ttopic: x\n") == "f.yaml:2:1: " + reason);
  CHECK(ErrorOf("serve:\n\t\tport: 1\n\t\thost: x\n") == "f.yaml:2:1: " + reason);
  CHECK(ErrorOf("serve:\n  host: a\n  \tport: 1\n") == "f.yaml:3:3: " + reason);
  CHECK(ErrorOf("serve:\r\n  host: a\r\n\tport: 1\r\n") == "f.yaml:3:1: " + reason);
  CHECK(ErrorOf("\tserve:\n    port: 1\n") == "f.yaml:1:1: " + reason);
  CHECK(ErrorOf("serve:\n  redact_headers:\n\t- A\n") == "f.yaml:3:1: " + reason);
  // A tab where it may stand is not to blame for what is wrong beside it.
  CHECK(ErrorOf("serve: {port: 1,\n\thost: [}\n").find(reason) == std::string::npos);
  CHECK(ErrorOf("serve:\n\t# a comment\n  port: [1\n").find(reason) == std::string::npos);
  CHECK(Read("serve: {port: 1,\n\thost: x}\n").errors.empty());
}

TEST_CASE("a value that is left out stands at its key") {
  const std::string none = ": expected text, found nothing";
  CHECK(ErrorOf("kafka:\n  topic:\n") == "f.yaml:2:3: kafka.topic" + none);
  CHECK(ErrorOf("kafka:\n  topic:\n\n# the end\n\n") == "f.yaml:2:3: kafka.topic" + none);
  CHECK(ErrorOf("kafka:\n  topic:\n  brokers: embedded\n") == "f.yaml:2:3: kafka.topic" + none);
  CHECK(ErrorOf("kafka:\n  topic:\nserve:\n  port: 1\n") == "f.yaml:2:3: kafka.topic" + none);
  CHECK(ErrorOf("kafka:\n  properties:\n    a:\n") ==
        "f.yaml:3:5: kafka.properties.a: expected text, found nothing");
  CHECK(ErrorOf("serve:\n  redact_headers:\n  - A\n  -\n") ==
        "f.yaml:3:3: serve.redact_headers: each item must be a text");
  CHECK(Read("serve:\n  redact_headers:\n").assignments.at(0).source == "f.yaml:2");
  CHECK(Read("kafka:\n  properties:\n").assignments.at(0).source == "f.yaml:2");
}

TEST_CASE("secrets come from files and variables") {
  const WorkingFolder folder;
  const std::string file = folder.Write("password", "hunter2\n");
  const auto read = [](const std::string& path, const std::string& value) {
    return ReadYaml(path, "kafka: {properties: {sasl.password: " + value + "}}\n",
                    {{"PASSWORD", "from the environment"}});
  };
  const auto text = [](const FileContent& content) {
    REQUIRE(content.errors.empty());
    CHECK(content.assignments.back().secret);
    return content.assignments.back().texts.at(0);
  };
  CHECK(text(read("f.yaml", "{file: " + file + "}")) == "hunter2");
  CHECK(text(read(folder.path() + "/f.yaml", "{file: password}")) == "hunter2");
  CHECK(text(read("f.yaml", "{env: PASSWORD}")) == "from the environment");
  CHECK(read("f.yaml", "{env: PASSWORD}").variables.contains("PASSWORD"));
  folder.Write("windows", "hunter2\r\n");
  CHECK(text(read("f.yaml", "{file: windows}")) == "hunter2");

  const auto error = [&](const std::string& value) {
    const FileContent content = read("f.yaml", value);
    REQUIRE(content.errors.size() == 1);
    return content.errors[0];
  };
  CHECK(error("{file: nowhere}").find("f.yaml:1:37: kafka.properties.sasl.password: open") == 0);
  CHECK(error("{env: NOWHERE}").find("no variable NOWHERE") != std::string::npos);
  for (const char* bad : {"{}", "{fiel: x}", "{file: x, env: y}", "{file: [x]}"}) {
    INFO(bad);
    CHECK(error(bad).find("{file: PATH} or {env: NAME}") != std::string::npos);
  }
  folder.Write("long", std::string(kSecretBytesMax + 1, 'x'));
  CHECK(error("{file: long}").find("longer than") != std::string::npos);
}

TEST_CASE("hostile texts are refused in bounded work") {
  // Nine levels of aliases would be a thousand million texts if anything expanded them.
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 10; ++j) bomb += "," + last;
    bomb += "]\n";
  }
  CHECK(Read(bomb + "serve: {redact_headers: *a9}\n").errors.size() == 11);
  CHECK(Read("serve: &a {port: *a}\n").errors.size() == 1);
  CHECK(Read("serve: {redact_headers: &a [*a]}\n").errors.size() == 1);
  CHECK(Read(std::string(20'000, '[')).errors.size() == 1);
  CHECK(Read(std::string(20'000, '{')).errors.size() == 1);
  std::string items = "serve: {redact_headers: [";
  for (int i = 0; i < 20'000; ++i) items += "x,";
  CHECK(Read(items + "x]}\n").assignments.at(0).texts.size() == 65);
}

}  // namespace gamevents::config
