#pragma once

#include <chrono>
#include <map>
#include <string>

namespace gamevents::kafka {

class InProcessBroker;

/// How to reach a cluster. One struct for producers, consumers and admin calls.
struct ClientOptions {
  /// "host:port,host:port".
  std::string brokers;
  /// librdkafka properties, passed through as they are (security.protocol, sasl.*, …); they win
  /// over what this room sets itself, except where that would break a promise (see each class).
  std::map<std::string, std::string> properties;
  /// How long a call waits for an unreachable broker before it fails with kUnavailable.
  std::chrono::milliseconds timeout{10'000};
  std::string client_id = "gamevents";  ///< as brokers log it
  /// Where the one broker is in this process: what is opened goes to it directly, and `brokers` is
  /// for messages. It must outlive what is opened. Null: everything goes over the network.
  InProcessBroker* in_process = nullptr;
};

}  // namespace gamevents::kafka
