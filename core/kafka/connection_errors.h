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
/// handle that it belongs to.
class ConnectionErrors {
 public:
  /// `brokers` is the bootstrap list, named when no connection has said anything.
  explicit ConnectionErrors(std::string brokers);

  /// Takes a line of librdkafka's log (called in its threads). `level` is syslog's; failures of
  /// connections are kept, the newest one an address, kAddressesMax at most.
  void OnLog(int level, std::string_view facility, std::string_view line);

  /// "no broker answers: 127.0.0.1:9092 (connection refused), h:9092 (timed out)", or, where not
  /// every broker of the list has failed, "no answer in time: …" or "no answer in time from HOSTS".
  std::string Describe() const;

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

/// The reason in few words, without librdkafka's way to it: "connection refused", "timed out". What
/// is not known stays as it is, but for the time and the count at its end.
std::string ShortReason(std::string_view reason);

/// Splits a log line of a connection, "[thrd:…]: HOST:PORT/ID: REASON", into the address and the
/// reason. False when the line is not about a connection.
bool SplitConnectionLine(std::string_view line, std::string_view& address,
                         std::string_view& reason);

}  // namespace gamevents::kafka
