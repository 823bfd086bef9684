#pragma once

#include "core/base/file_mark.h"
#include "core/base/result.h"
#include "core/tls/handles.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

// core/tls is TLS for sockets of this process that accept: which certificate they show, and the
// stream of bytes above a socket. It knows no event loop and no protocol, and is the one room that
// includes OpenSSL's ssl.h.

namespace gamevents::tls {

/// Files in PEM, and what the keys of the configuration that name them are called.
struct CertificateFiles {
  std::string certificate;  ///< the server's own first, then those between it and its issuer
  std::string key;          ///< without a passphrase
  std::string client_ca;    ///< whose clients are taken; empty: no client needs a certificate
  std::string prefix;       ///< "serve.tls"
};

/// Who vouches for a certificate, by its file and what this system trusts.
enum class Trust : uint8_t {
  kSystem,   ///< an authority that this system trusts
  kUnknown,  ///< one that is not known here: clients must be given it
  kItself,   ///< nobody else: clients must be given the certificate
  kBroken,   ///< the certificates behind the first in its file are not of its issuer
};

/// The certificate that new connections are shown. Load reads it, Reload replaces it while
/// connections go on with the one that they began with. Must outlive the connections. Thread-safe.
class Certificates {
 public:
  /// What the server speaks above TLS (RFC 7301, ALPN), the best first: "http/1.1". A client that
  /// offers only others is refused in the handshake; one that offers none is taken. With an empty
  /// list what clients offer is not looked at.
  using Protocols = std::vector<std::string>;

  /// Errors: kBadInput, kNotFound, kIo: which key and file is wrong, and what to do about it.
  static Result<std::shared_ptr<Certificates>> Load(CertificateFiles files, Protocols protocols);

  /// Reads the files again. With an error what was there before stays.
  Status Reload();

  /// Whether the files are others than those that were read last, and have been the same for two
  /// calls: who replaces certificate and key one after the other is given time to end. Call it
  /// every second or so, from one thread.
  bool Changed();

  /// What a handshake that begins now uses.
  ContextHandle Current() const;

  /// "CN=game.example, valid until 2027-01-31".
  std::string Summary() const;
  /// When the certificate ends, in seconds since 1970.
  int64_t EndsAt() const;
  /// What somebody should do about its end soon, in a sentence: it has ended, or does within
  /// kWarnBefore. Empty when there is time.
  std::string Warning(std::chrono::system_clock::time_point now) const;

  /// Who vouches for the certificate. Asks nobody; its time does not matter here.
  Trust TrustOf() const;

  static constexpr std::chrono::hours kWarnBefore{14 * 24};

 private:
  // Of each file. A link that leads to another one has that one's.
  using Marks = std::array<FileMark, 3>;
  struct Loaded {
    ContextHandle context;
    std::string subject;
    int64_t ends_at = 0;
  };

  Certificates(CertificateFiles files, Protocols protocols);
  Marks Look() const;
  Result<Loaded> Read() const;

  const CertificateFiles files_;
  const Protocols protocols_;
  const std::string offered_;  // protocols_ as they go over the wire
  mutable std::mutex mutex_;
  Loaded loaded_;
  Marks read_;  // of what was read, or tried, last
  Marks seen_;  // at the last call of Changed
};

}  // namespace gamevents::tls
