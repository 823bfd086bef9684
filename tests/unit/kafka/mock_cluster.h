#pragma once

#include "core/kafka/client_options.h"
#include "core/kafka/handles.h"
#include "core/kafka/producer.h"
#include "tests/unit/catch.h"

#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace gamevents::kafka {

/// librdkafka's own mock brokers, in this process and on ephemeral loopback ports: they keep what
/// is produced and can be told to fail. Lives as long as its client.
class MockCluster {
 public:
  explicit MockCluster(int brokers = 1) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char text[256] = "";
    rd_kafka_conf_set(conf, "test.mock.num.brokers", std::to_string(brokers).c_str(), text,
                      sizeof text);
    rd_kafka_conf_set_log_cb(conf, nullptr);
    handle_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text));
    cluster_ = rd_kafka_handle_mock_cluster(handle_.get());
  }

  /// How to reach it, with a time-out that a failing test can wait for.
  ClientOptions client(std::chrono::milliseconds timeout = std::chrono::seconds(10)) const {
    return {rd_kafka_mock_cluster_bootstraps(cluster_), {}, timeout, "test"};
  }

  void CreateTopic(const std::string& name, int partitions) {
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  }

  rd_kafka_mock_cluster_t* get() const { return cluster_; }

 private:
  Handle handle_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

/// A producer to `cluster`, with the options that serve has by default.
inline std::unique_ptr<Producer> ProducerTo(const MockCluster& cluster) {
  ProducerOptions options;
  options.client = cluster.client();
  auto opened = Producer::Open(options);
  REQUIRE(opened.ok());
  return std::move(*opened);
}

/// Kafka's request keys, for errors that are injected.
inline constexpr int16_t kProduceKey = 0;
inline constexpr int16_t kFetchKey = 1;
inline constexpr int16_t kCreateTopicsKey = 19;

}  // namespace gamevents::kafka
