#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::kafka {

/// What one client handle's connections have been saying: librdkafka tries again for ever and
/// answers a call only with "timed out", so the reason (refused, not resolved, not authenticated)
/// has to be kept from its log for the error that a person reads. And how far a consumer's fetchers
/// are, which only its statistics tell. Thread-safe; must outlive the handle that it belongs to.
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

  /// Takes the handle's statistics (called by rd_kafka_poll).
  void OnStatistics(std::string_view json);

  /// The next offset that is fetched of a partition, as of the last statistics; it moves on over
  /// what holds no record, too. Nothing before the first, or of a partition that is not fetched.
  std::optional<int64_t> FetchedUpTo(int32_t partition) const;

  static constexpr size_t kAddressesMax = 16;

 private:
  struct Failure {
    std::string address;
    std::string reason;
  };

  const std::string brokers_;
  mutable std::mutex mutex_;
  std::vector<Failure> failures_;  // oldest first
  std::map<int32_t, int64_t> fetched_;
};

/// The reason in few words, without librdkafka's way to it: "connection refused", "timed out". What
/// is not known stays as it is, but for the time and the count at its end.
std::string ShortReason(std::string_view reason);

/// Splits a log line of a connection, "[thrd:…]: HOST:PORT/ID: REASON", into the address and the
/// reason. False when the line is not about a connection.
bool SplitConnectionLine(std::string_view line, std::string_view& address,
                         std::string_view& reason);

/// The partitions of the one topic that a handle reads, and the next offset that is fetched of
/// each, out of librdkafka's statistics (its STATISTICS.md).
std::map<int32_t, int64_t> FetchPositions(std::string_view statistics);

}  // namespace gamevents::kafka
