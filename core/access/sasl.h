#pragma once

#include "core/access/users.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::access {

/// The SASL mechanisms of the broker.
enum class Mechanism : uint8_t {
  kPlain,        ///< RFC 4616: the password itself; over TLS only
  kScramSha256,  ///< RFC 7677
  kScramSha512,
};

/// "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512": as clients name them.
std::string_view MechanismName(Mechanism mechanism);
std::optional<Mechanism> ParseMechanism(std::string_view name);

/// The verifier of `password`, with a new salt. Requires: iterations ≥ 4096. Errors: kIo when the
/// kernel gives no random bytes.
Result<ScramCredential> MakeCredential(ScramHash hash, std::string_view password,
                                       int32_t iterations);

/// The verifier of a password that its owner has salted already (AlterUserScramCredentials sends
/// the salted password). Errors: kBadInput.
Result<ScramCredential> CredentialOfSalted(ScramHash hash, std::string salt,
                                           std::string_view salted_password, int32_t iterations);

/// The server's side of one authentication: the client's messages in, answers out. Not
/// thread-safe. A wrong password and a user who is not there are told apart by nobody outside: the
/// same messages, after the same work (RFC 5802 with a made-up salt that stays the same).
class Exchange {
 public:
  /// What the server answers, and whose password was proven.
  struct Step {
    std::string reply;
    std::shared_ptr<const User> user;  ///< null until the last step
  };

  virtual ~Exchange() = default;

  /// Takes the client's next message. Errors: kBadInput for a message that breaks the mechanism's
  /// rules; kDenied (or what core/base calls it) for a password that is not the user's. After an
  /// error or the last step the exchange is over.
  virtual Result<Step> Next(std::string_view message) = 0;
};

/// Begins one over `users`, which must outlive it.
std::unique_ptr<Exchange> BeginExchange(Mechanism mechanism, UserFile& users);

}  // namespace gamevents::access
