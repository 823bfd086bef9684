#include "core/spark/kafka_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace gamevents::spark {
namespace {

using Properties = std::map<std::string, std::string>;

/// What is spelt alike but for its name.
constexpr auto kSameMeaning = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"client.id", "client.id"},
    {"isolation.level", "isolation.level"},
    {"sasl.mechanism", "sasl.mechanism"},
    {"sasl.mechanisms", "sasl.mechanism"},
    {"ssl.ca.location", "ssl.truststore.location"},
});
/// What Translate reads itself.
constexpr auto kTranslated =
    std::to_array<std::string_view>({"security.protocol", "sasl.username", "sasl.password",
                                     "ssl.endpoint.identification.algorithm"});

/// `text` between the quotes of a JAAS configuration.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Jaas(const std::string& mechanism, const std::string& user,
                 const std::string& password) {
  const std::string_view module = mechanism.starts_with("SCRAM")
                                      ? "org.apache.kafka.common.security.scram.ScramLoginModule"
                                      : "org.apache.kafka.common.security.plain.PlainLoginModule";
  return fmt::format("{} required username={} password={};", module, Quoted(user),
                     Quoted(password));
}

bool IsSecurity(std::string_view name) {
  return name.starts_with("ssl.") || name.starts_with("sasl.") || name.starts_with("enable.ssl") ||
         name.starts_with("enable.sasl");
}

template <class Names>
bool Has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

Result<Properties> Translate(const Properties& properties) {
  Properties java;
  for (const auto& [name, value] : properties) {
    const auto* same =
        std::ranges::find(kSameMeaning, name, [](const auto& row) { return row.first; });
    if (same != kSameMeaning.end()) {
      java.emplace(same->second, value);
    } else if (IsSecurity(name) && !Has(kTranslated, name)) {
      return Error{Fault::kUnsupported,
                   fmt::format("kafka.properties: {} has no counterpart that is known in Java's "
                               "client, which Spark uses: set spark.kafka_properties",
                               name)};
    }
  }
  const auto given = [&](const char* name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string() : found->second;
  };
  if (std::string protocol = given("security.protocol"); !protocol.empty()) {
    std::ranges::transform(protocol, protocol.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    java["security.protocol"] = protocol;
  }
  if (java.contains("ssl.truststore.location")) java["ssl.truststore.type"] = "PEM";
  if (const std::string user = given("sasl.username"); !user.empty()) {
    const std::string mechanism = java.contains("sasl.mechanism") ? java["sasl.mechanism"] : "";
    if (mechanism != "PLAIN" && !mechanism.starts_with("SCRAM-")) {
      return Error{Fault::kUnsupported,
                   fmt::format("kafka.properties: sasl.mechanism '{}' is neither PLAIN nor SCRAM: "
                               "set spark.kafka_properties for Java's client, which Spark uses",
                               mechanism)};
    }
    java["sasl.jaas.config"] = Jaas(mechanism, user, given("sasl.password"));
  }
  if (const std::string check = given("ssl.endpoint.identification.algorithm"); !check.empty()) {
    java["ssl.endpoint.identification.algorithm"] = check == "none" ? "" : check;
  }
  return java;
}

}  // namespace

Result<Properties> KafkaOptions(const kafka::ClientOptions& client, const Properties& java) {
  auto properties = java.empty() ? Translate(client.properties) : Result<Properties>(java);
  if (!properties) return properties;
  // As our own reader: what a transaction has not committed is not there.
  properties->emplace("isolation.level", "read_committed");
  Properties options;
  for (const auto& [name, value] : *properties) options["kafka." + name] = value;
  options["kafka.bootstrap.servers"] = client.brokers;
  return options;
}

bool IsSecretOption(const std::string& name) {
  constexpr auto kTelling =
      std::to_array<std::string_view>({"jaas", "password", "secret", "token", ".key"});
  return std::ranges::any_of(
      kTelling, [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

}  // namespace gamevents::spark
