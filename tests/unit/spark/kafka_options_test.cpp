// Goal: Spark reaches the cluster that our own client reaches, or says why not. Method: properties
// of librdkafka and the exact options of Spark's source.
#include "core/spark/kafka_options.h"

#include "tests/unit/catch.h"

#include <map>
#include <string>

namespace gamevents::spark {
namespace {

using Options = std::map<std::string, std::string>;

Options Given(const Options& properties, const Options& java = {}) {
  kafka::ClientOptions client;
  client.brokers = "a:1,b:2";
  client.properties = properties;
  const auto options = KafkaOptions(client, java);
  INFO((options ? "" : options.error().context));
  REQUIRE(options);
  return *options;
}

TEST_CASE("without properties only the brokers and what is committed") {
  CHECK(Given({}) == Options{{"kafka.bootstrap.servers", "a:1,b:2"},
                             {"kafka.isolation.level", "read_committed"}});
  CHECK(Given({{"fetch.wait.max.ms", "5"}, {"isolation.level", "read_uncommitted"}}) ==
        Options{{"kafka.bootstrap.servers", "a:1,b:2"},
                {"kafka.isolation.level", "read_uncommitted"}});
}

TEST_CASE("security goes by Java's names") {
  auto options = Given({{"security.protocol", "sasl_ssl"},
                        {"sasl.mechanisms", "SCRAM-SHA-512"},
                        {"sasl.username", "me"},
                        {"sasl.password", "a\"b\\c"},
                        {"ssl.ca.location", "/ca.pem"},
                        {"ssl.endpoint.identification.algorithm", "none"}});
  CHECK(options["kafka.security.protocol"] == "SASL_SSL");
  CHECK(options["kafka.sasl.mechanism"] == "SCRAM-SHA-512");
  CHECK(options["kafka.sasl.jaas.config"] ==
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"me\" "
        "password=\"a\\\"b\\\\c\";");
  CHECK(options["kafka.ssl.truststore.location"] == "/ca.pem");
  CHECK(options["kafka.ssl.truststore.type"] == "PEM");
  CHECK(options["kafka.ssl.endpoint.identification.algorithm"].empty());
  CHECK(options.size() == 8);
  options = Given({{"sasl.mechanism", "PLAIN"}, {"sasl.username", "me"}});
  CHECK(options["kafka.sasl.jaas.config"].find("plain.PlainLoginModule") != std::string::npos);
}

TEST_CASE("Java's own properties stand in for all of librdkafka's") {
  CHECK(Given({{"ssl.key.pem", "x"}}, {{"security.protocol", "SSL"}}) ==
        Options{{"kafka.bootstrap.servers", "a:1,b:2"},
                {"kafka.isolation.level", "read_committed"},
                {"kafka.security.protocol", "SSL"}});
}

TEST_CASE("security without a counterpart is refused, and the key named") {
  for (const auto& [name, value] :
       Options{{"ssl.key.location", "/k"}, {"sasl.username", "me"}, {"sasl.oauthbearer.x", "y"}}) {
    kafka::ClientOptions client;
    client.properties = {{name, value}, {"sasl.mechanism", "GSSAPI"}};
    const auto options = KafkaOptions(client, {});
    INFO(name);
    REQUIRE(!options);
    CHECK(options.error().fault == Fault::kUnsupported);
    CHECK(options.error().context.find("spark.kafka_properties") != std::string::npos);
  }
}

TEST_CASE("secrets are known by their names") {
  CHECK(IsSecretOption("kafka.sasl.jaas.config"));
  CHECK(IsSecretOption("kafka.ssl.keystore.key"));
  CHECK(IsSecretOption("kafka.ssl.key.password"));
  CHECK(!IsSecretOption("kafka.bootstrap.servers"));
}

}  // namespace
}  // namespace gamevents::spark
