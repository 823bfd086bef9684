#include "core/access/scram_keys.h"

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <utility>

namespace gamevents::access {
namespace {

constexpr size_t kNewSaltBytes = 32;

// OpenSSL fails at these only when memory runs out.
const EVP_MD* DigestOf(ScramHash hash) {
  return hash == ScramHash::kSha256 ? ::EVP_sha256() : ::EVP_sha512();
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// PBKDF2 (RFC 8018) with HMAC, which RFC 5802 calls Hi.
std::string SaltedPassword(ScramHash hash, std::string_view password, std::string_view salt,
                           int32_t iterations) {
  std::string salted(HashBytes(hash), '\0');
  const int done =
      ::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), Bytes(salt),
                          static_cast<int>(salt.size()), iterations, DigestOf(hash),
                          static_cast<int>(salted.size()), Bytes(salted));
  INVARIANT(done == 1);
  return salted;
}

ScramCredential FromSalted(ScramHash hash, std::string salt, std::string_view salted,
                           int32_t iterations) {
  std::string client_key = Hmac(hash, salted, "Client Key");
  ScramCredential credential{iterations, std::move(salt), HashOfText(hash, client_key),
                             Hmac(hash, salted, "Server Key")};
  ::OPENSSL_cleanse(client_key.data(), client_key.size());
  return credential;
}

Status CheckIterations(int32_t iterations) {
  if (iterations >= kIterationsMin && iterations <= kIterationsMax) return Done{};
  return Error{Fault::kBadInput, "the iterations must be " + std::to_string(kIterationsMin) +
                                     " to " + std::to_string(kIterationsMax)};
}

}  // namespace

Status CheckPassword(std::string_view password) {
  const bool readable = std::ranges::none_of(
      password, [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
  const bool fits = !password.empty() && password.size() <= kPasswordBytesMax;
  if (readable && fits && IsUtf8(password)) return Done{};
  return Error{Fault::kBadInput,
               "the password has control characters, is not UTF-8, or is not of 1 to 512 bytes"};
}

Result<ScramCredential> MakeCredential(ScramHash hash, std::string_view password,
                                       int32_t iterations) {
  if (Status sound = CheckPassword(password); !sound) return std::move(sound).error();
  if (Status sound = CheckIterations(iterations); !sound) return std::move(sound).error();
  auto salt = TakeRandomBytes(kNewSaltBytes);
  if (!salt) return std::move(salt).error();
  std::string salted = SaltedPassword(hash, password, *salt, iterations);
  ScramCredential credential = FromSalted(hash, std::move(salt).value(), salted, iterations);
  ::OPENSSL_cleanse(salted.data(), salted.size());
  return credential;
}

Result<ScramCredential> CredentialOfSalted(ScramHash hash, std::string salt,
                                           std::string_view salted_password, int32_t iterations) {
  if (Status sound = CheckIterations(iterations); !sound) return std::move(sound).error();
  if (salt.empty() || salt.size() > kSaltBytesMax) {
    return Error{Fault::kBadInput,
                 "the salt must be of 1 to " + std::to_string(kSaltBytesMax) + " bytes"};
  }
  if (salted_password.size() != HashBytes(hash)) {
    return Error{Fault::kBadInput, "the salted password must be of " +
                                       std::to_string(HashBytes(hash)) + " bytes, as the hash"};
  }
  return FromSalted(hash, std::move(salt), salted_password, iterations);
}

ScramCredential MadeUpCredential(ScramHash hash, std::string_view secret, std::string_view name) {
  const std::string salted = Hmac(hash, secret, name);
  std::string salt = Hmac(ScramHash::kSha256, salted, "Salt");
  static_assert(kNewSaltBytes == 32, "a salt that is made up is as long as any");
  return FromSalted(hash, std::move(salt), salted, kIterationsDefault);
}

bool IsPasswordOf(const ScramCredential& credential, ScramHash hash, std::string_view password) {
  std::string salted = SaltedPassword(hash, password, credential.salt, credential.iterations);
  const ScramCredential made = FromSalted(hash, credential.salt, salted, credential.iterations);
  ::OPENSSL_cleanse(salted.data(), salted.size());
  return EqualInConstantTime(made.stored_key, credential.stored_key);
}

std::string Hmac(ScramHash hash, std::string_view key, std::string_view text) {
  std::string out(HashBytes(hash), '\0');
  unsigned int size = 0;
  const auto* made = ::HMAC(DigestOf(hash), key.data(), static_cast<int>(key.size()), Bytes(text),
                            text.size(), Bytes(out), &size);
  INVARIANT(made != nullptr && size == out.size());
  return out;
}

std::string HashOfText(ScramHash hash, std::string_view text) {
  std::string out(HashBytes(hash), '\0');
  unsigned int size = 0;
  const int made =
      ::EVP_Digest(text.data(), text.size(), Bytes(out), &size, DigestOf(hash), nullptr);
  INVARIANT(made == 1 && size == out.size());
  return out;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace gamevents::access
