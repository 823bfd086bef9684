#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::kafka {

/// What one client handle's connections have been saying: librdkafka tries again for ever and
/// answers a call only with "timed out", so the reason (refused, not resolved, not authenticated)
/// has to be kept from its log for the error that a person reads. Thread-safe; must outlive the
/// handle that logs into it.
class Contact {
 public:
  /// `brokers` is the bootstrap list, named when no connection has said anything.
  explicit Contact(std::string brokers);

  /// Takes a line of librdkafka's log (called in its threads). `level` is syslog's; failures of
  /// connections are kept, the newest one an address, kAddressesMax at most.
  void OnLog(int level, std::string_view facility, std::string_view line);

  /// "127.0.0.1:9999: Connect … Connection refused; …", or "no answer from HOSTS" when no
  /// connection failed by itself.
  std::string Reasons() const;

  static constexpr size_t kAddressesMax = 16;

 private:
  struct Failure {
    std::string address;
    std::string reason;
  };

  const std::string brokers_;
  mutable std::mutex mutex_;
  std::vector<Failure> failures_;  // oldest first
};

/// Splits a log line of a connection, "[thrd:…]: HOST:PORT/ID: REASON", into the address and the
/// reason. False when the line is not about a connection.
bool SplitConnectionLine(std::string_view line, std::string_view& address,
                         std::string_view& reason);

}  // namespace gamevents::kafka
