#pragma once

#include "core/access/users.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The calculations of SCRAM (RFC 5802, section 3), by OpenSSL. Pure functions: any thread.

namespace gamevents::access {

/// The longest password that is hashed, so that nobody has us hash much.
inline constexpr size_t kPasswordBytesMax = 512;

/// What `gamevents users` makes verifiers with, and what a made-up verifier says: Kafka's own
/// default, so that one user cannot be told from another, or from nobody, by the iterations. A
/// password that we make has 256 random bits, and none is guessed faster for fewer iterations.
inline constexpr int32_t kIterationsDefault = kIterationsMin;

/// Whether it can be a password: 1 to 512 bytes of UTF-8 without control characters. Its bytes are
/// taken as they are, as Kafka takes them: no SASLprep (RFC 4013), so that two ways to write one
/// character are two passwords. Errors: kBadInput, which does not repeat it.
Status CheckPassword(std::string_view password);

/// The verifier of `password`, with a new salt. Errors: kBadInput for a password as of
/// CheckPassword, and iterations beyond kIterationsMin to kIterationsMax; kIo when the kernel gives
/// no random bytes.
Result<ScramCredential> MakeCredential(ScramHash hash, std::string_view password,
                                       int32_t iterations);

/// The verifier of a password that its owner has salted already (AlterUserScramCredentials sends
/// the salted password). Errors: kBadInput for a salted password that is not as long as the hash,
/// and a salt or iterations that no user can have.
Result<ScramCredential> CredentialOfSalted(ScramHash hash, std::string salt,
                                           std::string_view salted_password, int32_t iterations);

/// A verifier that no password has: the salt is made from `secret` and `name`, and so stays the
/// same. It is like one of MakeCredential with kIterationsDefault.
ScramCredential MadeUpCredential(ScramHash hash, std::string_view secret, std::string_view name);

/// Whether the password is that of the verifier; takes its iterations of processor time.
bool IsPasswordOf(const ScramCredential& credential, ScramHash hash, std::string_view password);

/// HMAC of `text` (RFC 2104), as bytes.
std::string Hmac(ScramHash hash, std::string_view key, std::string_view text);

/// The hash of `text`, as bytes.
std::string HashOfText(ScramHash hash, std::string_view text);

/// Whether the two are equal; takes the same time wherever they differ.
bool EqualInConstantTime(std::string_view a, std::string_view b);

}  // namespace gamevents::access
