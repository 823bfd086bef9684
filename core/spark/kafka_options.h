#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <map>
#include <string>

namespace gamevents::spark {

/// The options of Spark's Kafka source that reach the cluster that `client` reaches, by their
/// names with "kafka." before them. `java` are properties of Kafka's Java client; when there are
/// any, they stand in for the client's own properties. Else security and what is read are carried
/// over from librdkafka's names to Java's (docs/report.md has the list), and what only tunes
/// librdkafka is left out.
/// Errors: kUnsupported for a property of security that has no counterpart, naming it and the key
/// that takes Java's.
Result<std::map<std::string, std::string>> KafkaOptions(
    const kafka::ClientOptions& client, const std::map<std::string, std::string>& java);

/// Whether the option's value is a secret, which is not shown.
bool IsSecretOption(const std::string& name);

}  // namespace gamevents::spark
