#pragma once

#include "core/tls/client_rules.h"

#include <cstddef>
#include <cstdint>
#include <map>
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

  /// Takes why the certificate that a broker shows is not taken (called in librdkafka's threads,
  /// within the handshake): `code` of OpenSSL's verification. It is the reason that is kept when
  /// the handshake has failed.
  void OnUntrusted(std::string_view broker, int code);

  /// Whether the client has a certificate of its own to show. To be called before the others.
  void SetOwnCertificate(bool has);

  /// "no broker answers: 127.0.0.1:9092 (connection refused), h:9092 (timed out)", or, where not
  /// every broker of the list has failed, "no answer in time: …" or "no answer in time from HOSTS".
  std::string Describe() const;

  /// The requests that the broker knows, by their keys, and the newest version of each; empty where
  /// that was not logged, as it is with debug=feature. Of several brokers the one that was asked
  /// last.
  std::map<int16_t, int16_t> apis() const;

  static constexpr size_t kAddressesMax = 16;

 private:
  struct Failure {
    std::string address;
    std::string reason;
  };

  std::string ShortReasonOf(std::string_view address, std::string_view reason) const;

  const std::string brokers_;
  tls::ClientFiles files_;
  mutable std::mutex mutex_;
  std::vector<Failure> failures_;   // oldest first
  std::vector<Failure> untrusted_;  // what OnUntrusted was told, an address each
  std::map<int16_t, int16_t> apis_;
};

/// The reason in few words, without librdkafka's way to it: "connection refused", "timed out", and
/// what to do where that is known. What is not known stays as it is, but for the time and the count
/// at its end.
std::string ShortReason(std::string_view reason);

/// The code in an error of OpenSSL's as librdkafka writes it, "… error:0A000412:SSL routines::…";
/// 0 when there is none.
unsigned long OpenSslCode(std::string_view reason);

/// Splits a log line of a connection, "[thrd:…]: HOST:PORT/ID: REASON", into the address and the
/// reason. False when the line is not about a connection.
bool SplitConnectionLine(std::string_view line, std::string_view& address,
                         std::string_view& reason);

}  // namespace gamevents::kafka
