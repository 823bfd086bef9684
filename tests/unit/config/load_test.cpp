// Goal: the right file is found, and the file, the environment and overrides win in that order.
// Method: folders and environments made for the test; nothing of the machine's own is read.
#include "core/config/load.h"

#include "core/config/keys.h"
#include "tests/unit/catch.h"
#include "tests/unit/config/working_folder.h"

#include <algorithm>

namespace gamevents::config {
namespace {

Loaded MustLoad(const std::optional<std::string>& path, const std::vector<Override>& overrides,
                const Environment& environment) {
  auto loaded = LoadFrom(path, overrides, environment);
  INFO((loaded.ok() ? "" : loaded.error().context));
  REQUIRE(loaded.ok());
  return std::move(loaded).value();
}

std::string SourceOf(const Loaded& loaded, std::string_view key) {
  for (const Origin& origin : loaded.origins) {
    if (origin.key == key) return origin.source;
  }
  return "not there";
}

std::string Port(int port) { return "serve: {port: " + std::to_string(port) + "}\n"; }

}  // namespace

TEST_CASE("overrides win over the environment, that over the file, that over defaults") {
  const WorkingFolder folder;
  const std::string file = folder.Write("f.yaml",
                                        "serve:\n  port: 1\n  threads: 2\n  host: filehost\n"
                                        "kafka: {properties: {a: file, b: file}}\n");
  const Loaded loaded =
      MustLoad(file, {{"serve.port", "3", "--set"}, {"serve.port", "4", "--port"}},
               {{"GAMEVENTS_SERVE_PORT", "5"},
                {"GAMEVENTS_SERVE_THREADS", "6"},
                {"GAMEVENTS_KAFKA_PROPERTIES", "b=environment,c=environment"}});
  CHECK(loaded.settings.serve.port == 4);
  CHECK(SourceOf(loaded, "serve.port") == "--port");
  CHECK(loaded.settings.serve.threads == 6);
  CHECK(SourceOf(loaded, "serve.threads") == "GAMEVENTS_SERVE_THREADS");
  CHECK(loaded.settings.serve.host == "filehost");
  CHECK(SourceOf(loaded, "serve.host") == file + ":4");
  CHECK(SourceOf(loaded, "serve.drain") == "default");
  CHECK(loaded.settings.kafka.properties ==
        std::map<std::string, std::string>{
            {"a", "file"}, {"b", "environment"}, {"c", "environment"}});
  CHECK(loaded.file == file);
}

TEST_CASE("the first file of the search order is read, and only that") {
  const WorkingFolder folder;
  const Environment home{{"HOME", folder.path() + "/home"}};
  const Environment xdg{{"HOME", folder.path() + "/home"},
                        {"XDG_CONFIG_HOME", folder.path() + "/xdg"}};
  folder.Write("home/.config/gamevents/gamevents.yaml", Port(4));
  CHECK(MustLoad({}, {}, home).settings.serve.port == 4);
  // A relative XDG_CONFIG_HOME is ignored, as its rules want.
  CHECK(MustLoad({}, {}, {{"HOME", folder.path() + "/home"}, {"XDG_CONFIG_HOME", "xdg"}})
            .settings.serve.port == 4);
  folder.Write("xdg/gamevents/gamevents.yaml", Port(3));
  CHECK(MustLoad({}, {}, xdg).settings.serve.port == 3);
  folder.Write("gamevents.yaml", Port(2));
  CHECK(MustLoad({}, {}, xdg).settings.serve.port == 2);
  CHECK(MustLoad({}, {}, xdg).file == "gamevents.yaml");
  Environment named = xdg;
  named["GAMEVENTS_CONFIG"] = folder.Write("named.yaml", Port(1));
  CHECK(MustLoad({}, {}, named).settings.serve.port == 1);
  const std::string flag = folder.Write("flag.yaml", Port(9));
  CHECK(MustLoad(flag, {}, named).settings.serve.port == 9);
  named["GAMEVENTS_CONFIG"] = "";
  CHECK(MustLoad({}, {}, named).settings.serve.port == 2);
}

TEST_CASE("a file that is named must be there, and one that is there must be readable") {
  const WorkingFolder folder;
  const auto missing = LoadFrom("nowhere.yaml", {}, {});
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().fault == Fault::kNotFound);
  CHECK(missing.error().context.find("--config: open nowhere.yaml") == 0);
  const auto variable = LoadFrom({}, {}, {{"GAMEVENTS_CONFIG", "nowhere.yaml"}});
  REQUIRE_FALSE(variable.ok());
  CHECK(variable.error().context.find("GAMEVENTS_CONFIG: open nowhere.yaml") == 0);
  std::filesystem::create_directory("gamevents.yaml");
  CHECK(LoadFrom({}, {}, {}).error().fault == Fault::kIo);
  const std::string large = folder.Write("large.yaml", std::string(300 * 1024, '#'));
  CHECK(LoadFrom(large, {}, {}).error().fault == Fault::kFull);
}

TEST_CASE("variables that are surely meant for us must fit a key") {
  const WorkingFolder folder;
  const auto wrong = LoadFrom({}, {}, {{"GAMEVENTS_SERVE_PROT", "1"}});
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().context ==
        "GAMEVENTS_SERVE_PROT: no key has this variable; did you mean GAMEVENTS_SERVE_PORT?");
  const Loaded other = MustLoad(
      {}, {}, {{"GAMEVENTS_SOMETHING", "1"}, {"GAMEVENTS_", ""}, {"GAMEVENTS_SERVER", "x"}});
  CHECK(other.settings.serve.port == 5000);
  // The file may take a secret from a variable that is called like a section's.
  const std::string file = folder.Write(
      "f.yaml", "kafka: {properties: {sasl.password: {env: GAMEVENTS_KAFKA_PASSWORD}}}\n");
  const Environment secret{{"GAMEVENTS_KAFKA_PASSWORD", "hunter2"}};
  CHECK(MustLoad(file, {}, secret).settings.kafka.properties.at("sasl.password") == "hunter2");
  CHECK_FALSE(LoadFrom({}, {}, secret).ok());
}

TEST_CASE("the variables of Kubernetes' services are passed over, slips are not") {
  const WorkingFolder folder;
  // Those of the services gamevents-kafka, -serve and -log-collector, as a pod has them.
  const Environment links{
      {"GAMEVENTS_KAFKA_SERVICE_HOST", "10.96.0.7"},
      {"GAMEVENTS_KAFKA_SERVICE_PORT", "9092"},
      {"GAMEVENTS_KAFKA_SERVICE_PORT_TCP_CLIENT", "9092"},
      {"GAMEVENTS_KAFKA_PORT", "tcp://10.96.0.7:9092"},
      {"GAMEVENTS_KAFKA_PORT_9092_TCP", "tcp://10.96.0.7:9092"},
      {"GAMEVENTS_KAFKA_PORT_9092_TCP_PROTO", "tcp"},
      {"GAMEVENTS_KAFKA_PORT_9092_TCP_PORT", "9092"},
      {"GAMEVENTS_KAFKA_PORT_9092_TCP_ADDR", "10.96.0.7"},
      {"GAMEVENTS_SERVE_PORT", "tcp://10.96.0.8:5000"},  // a key's own name, and no value of it
      {"GAMEVENTS_SERVE_PORT_5000_TCP_ADDR", "10.96.0.8"},
      {"GAMEVENTS_LOG_COLLECTOR_SERVICE_HOST", "10.96.0.9"},
      {"GAMEVENTS_LOG_COLLECTOR_PORT", "udp://10.96.0.9:514"},
      {"GAMEVENTS_LOG_COLLECTOR_PORT_514_UDP", "udp://10.96.0.9:514"},
      {"GAMEVENTS_LOG_COLLECTOR_PORT_515_SCTP_PORT", "515"},
      {"GAMEVENTS_STATE_PORT", "sctp://10.96.0.10:1"},
  };
  CHECK(MustLoad({}, {}, links).settings.serve.port == 5000);
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"GAMEVENTS_KAFKA_PORT", "9092"},
           {"GAMEVENTS_KAFKA_PORT", ""},
           {"GAMEVENTS_SERVE_PORT", "5000x"},
           {"GAMEVENTS_SERVE_PROT", "tcp://10.96.0.8:5000"},
           {"GAMEVENTS_KAFKA_PORT_9092_HTTP", "x"},
           {"GAMEVENTS_KAFKA_PORT_TCP", "x"},
           {"GAMEVENTS_KAFKA_9092_TCP", "x"},
           {"GAMEVENTS_KAFKA_PORT_9092_TCP_ADRR", "x"},
           {"GAMEVENTS_KAFKA_SERVICE_HOSTS", "x"},
           {"GAMEVENTS_KAFKA_TCP", "x"},
       }) {
    INFO(name << "=" << value);
    CHECK_FALSE(LoadFrom({}, {}, {{name, value}}).ok());
  }
}

TEST_CASE("what somebody wrote cannot break an error's line or reach a terminal as a command") {
  const WorkingFolder folder;
  folder.Write("gamevents.yaml", "serve:\n  \"a\\e[31mb\": 1\n  threads: \"1\\n2\"\n");
  const auto loaded = LoadFrom({}, {{"kafka.topic", "a\x1B[31m\nb", "--set"}},
                               {{"GAMEVENTS_LOG_LEVEL", "\tinfo\x7F"}});
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().context ==
        "gamevents.yaml:2:3: unknown key serve.a\\x1B[31mb\n"
        "gamevents.yaml:3:12: serve.threads: '1\\x0A2' is not a whole number\n"
        "GAMEVENTS_LOG_LEVEL: log.level: a text of 6 bytes is out of range: trace, debug, info, "
        "warn, "
        "error\n"
        "--set: kafka.topic: 'a\\x1B[31m\\x0Ab' is no topic's name: letters, digits, '.', '_' and "
        "'-' only, and neither '.' nor '..'");
}

TEST_CASE("everything that is wrong is reported at once, one a line") {
  const WorkingFolder folder;
  folder.Write("gamevents.yaml", "serve:\n  prot: 1\n  threads: 300\n");
  const auto loaded =
      LoadFrom({}, {{"serve.drain", "5", "--set"}}, {{"GAMEVENTS_KAFKA_PARTITIONS", "many"}});
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().fault == Fault::kBadInput);
  CHECK(loaded.error().context ==
        "gamevents.yaml:2:3: unknown key serve.prot; did you mean serve.port?\n"
        "gamevents.yaml:3:12: serve.threads: 300 is out of range: 0 to 256\n"
        "GAMEVENTS_KAFKA_PARTITIONS: kafka.partitions: 'many' is not a whole number\n"
        "--set: serve.drain: '5' has no unit; write it like 100ms, 10s, 5m, 2h or 7d");
}

TEST_CASE("a flood of errors is cut") {
  const WorkingFolder folder;
  std::string text = "serve:\n";
  for (int i = 0; i < 25; ++i) text += "  unknown" + std::to_string(i) + ": 1\n";
  const auto loaded = LoadFrom(folder.Write("f.yaml", text), {}, {});
  REQUIRE_FALSE(loaded.ok());
  const std::string& context = loaded.error().context;
  CHECK(std::count(context.begin(), context.end(), '\n') == 20);
  CHECK(context.ends_with("\nand 5 more errors"));
}

TEST_CASE("every key can be set from the file, the environment and --set") {
  const WorkingFolder folder;
  for (const Key& key : Keys()) {
    INFO(key.name);
    const bool has_entries = key.type == Type::kEntries;
    const std::string entry = key.is_grouped ? "a.sql" : "a";
    const std::string text = has_entries ? entry + "=b" : std::string(key.default_text);
    const std::string name(key.name);
    const std::string shown = has_entries ? name + "." + entry : name;
    CHECK(SourceOf(MustLoad({}, {}, {{EnvironmentName(key), text}}), shown) ==
          EnvironmentName(key));
    CHECK(SourceOf(MustLoad({}, {{name, text, "--set"}}, {}), shown) == "--set");
  }
}

TEST_CASE("the process's own environment is read") {
  const WorkingFolder folder;
  const std::string file = folder.Write("f.yaml", "serve: {host: h}\n");
  REQUIRE(::setenv("GAMEVENTS_SERVE_PORT", "4321", 1) == 0);
  const auto loaded = Load(file, {});
  ::unsetenv("GAMEVENTS_SERVE_PORT");
  REQUIRE(loaded.ok());
  CHECK(loaded->settings.serve.port == 4321);
}

}  // namespace gamevents::config
