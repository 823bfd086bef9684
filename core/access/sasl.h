#pragma once

#include "core/access/scram_keys.h"
#include "core/access/users.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::access {

/// The longest message of a client that is read; Kafka's own bound is larger, and no mechanism
/// needs as much.
inline constexpr size_t kSaslMessageBytesMax = size_t{16} << 10;

/// The SASL mechanisms of the broker.
enum class Mechanism : uint8_t {
  kPlain,        ///< RFC 4616: the password itself; over TLS only
  kScramSha256,  ///< RFC 7677
  kScramSha512,
};

/// "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512": as clients name them.
std::string_view MechanismName(Mechanism mechanism);
std::optional<Mechanism> ParseMechanism(std::string_view name);

/// The server's side of one authentication: the client's messages in, answers out. Not
/// thread-safe. A wrong password and a user who is not there are told apart by nobody outside: the
/// same messages, after the same work (RFC 5802 with a made-up salt that stays the same). Only a
/// user whose verifier another program has salted can be known by its salt's length or by its
/// iterations.
class Exchange {
 public:
  /// What the server answers, and whose password was proven.
  struct Step {
    std::string reply;
    std::shared_ptr<const User> user;  ///< null until the last step
  };

  virtual ~Exchange() = default;

  /// Takes the client's next message. PLAIN's one message costs as many hashes as the verifier has
  /// iterations, a few milliseconds; SCRAM's cost next to nothing. Errors: kBadInput for a message
  /// that breaks the mechanism's rules; kDenied for a password that is not the user's, and for a
  /// user who wants to act as another; kClosed after an error or the last step, when the exchange
  /// is over. No error repeats what a client sent.
  virtual Result<Step> Next(std::string_view message) = 0;

  /// Who the client says it is, proven or not, for logs: as it was sent, so with any characters;
  /// empty before the first message. Valid as long as the exchange.
  virtual std::string_view claimed_name() const = 0;
};

/// Begins one over `users`, which must outlive it.
std::unique_ptr<Exchange> BeginExchange(Mechanism mechanism, UserFile& users);

}  // namespace gamevents::access
