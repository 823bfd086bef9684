// Goal: verifiers are those of RFC 5802, whoever made them. Method: RFC 7677's example, and values
// that Python's hashlib and hmac gave.
#include "core/access/scram_keys.h"

#include "core/base/text.h"
#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::access {
namespace {

// hashlib.pbkdf2_hmac('sha512', 'pässwörd'.encode(), b'salt', 4096), and what RFC 5802 makes of it.
const std::string kSalted =
    Base64Decode(
        "yArwqbLxiCTOKDDMQfEZySTZvQnZU6BUf11R1hDjkkZGxIyjstoEahaqm6Rj5gPT0S9vQVMt0PUkUg3n"
        "eG27Ww==")
        .value();
const ScramCredential kOfPython{
    4096, "salt",
    Base64Decode("6ICOxcxNgesi7QZFm+UFOb0X73dEjeR8pBze6UBJUfsGp/ziBbupvm4u1q7BTyFgWCjZUEu1RPHNR9lf"
                 "6dUj/w==")
        .value(),
    Base64Decode("AEPIIjESHZLsd74nTs2ONVLD4JKLzdOaW/QHRcKD5ZdqBWt/I2/x1qIpGsPLEg7k3pV2EvqqrXD6D77h"
                 "9h+YiQ==")
        .value()};

}  // namespace

TEST_CASE("verifiers are those of other implementations") {
  CHECK(IsPasswordOf(PencilCredential(), ScramHash::kSha256, "pencil"));
  CHECK_FALSE(IsPasswordOf(PencilCredential(), ScramHash::kSha256, "Pencil"));
  CHECK_FALSE(IsPasswordOf(PencilCredential(), ScramHash::kSha256, ""));
  CHECK(IsPasswordOf(kOfPython, ScramHash::kSha512, "pässwörd"));
  CHECK(CredentialOfSalted(ScramHash::kSha512, "salt", kSalted, 4096).value() == kOfPython);
  const auto pencil = CredentialOfSalted(
      ScramHash::kSha256, PencilCredential().salt,
      Base64Decode("xKSVEDI6tPlSysH6mUQZOeeOp01r6B3fcJbodRPcYV0=").value(), 4096);
  CHECK(pencil.value() == PencilCredential());
}

TEST_CASE("a verifier that is made is of its password, with a salt of its own") {
  for (const ScramHash hash : {ScramHash::kSha256, ScramHash::kSha512}) {
    const auto one = MakeCredential(hash, "secret", kIterationsMax).value();
    const auto two = MakeCredential(hash, "secret", kIterationsMax).value();
    CHECK(IsPasswordOf(one, hash, "secret"));
    CHECK_FALSE(IsPasswordOf(one, hash, "secreT"));
    CHECK(one.salt != two.salt);
    CHECK(one.stored_key != two.stored_key);
    CHECK(CheckUser({"ann",
                     {},
                     hash == ScramHash::kSha256 ? std::optional(one) : std::nullopt,
                     hash == ScramHash::kSha512 ? std::optional(one) : std::nullopt})
              .ok());
  }
}

TEST_CASE("what cannot be a verifier is refused") {
  const auto make = [](std::string_view password, int32_t iterations) {
    return MakeCredential(ScramHash::kSha256, password, iterations).ok();
  };
  CHECK(make(std::string(kPasswordBytesMax, 'x'), kIterationsMin));
  CHECK_FALSE(make(std::string(kPasswordBytesMax + 1, 'x'), kIterationsMin));
  CHECK_FALSE(make("", kIterationsMin));
  CHECK_FALSE(make("a\nb", kIterationsMin));
  CHECK_FALSE(make("\xFF", kIterationsMin));
  CHECK_FALSE(make("a", kIterationsMin - 1));
  CHECK_FALSE(make("a", kIterationsMax + 1));
  const auto salted = [](const std::string& salt, size_t size, int32_t iterations) {
    return CredentialOfSalted(ScramHash::kSha256, salt, std::string(size, 'x'), iterations).ok();
  };
  CHECK(salted(std::string(kSaltBytesMax, 's'), 32, kIterationsMax));
  CHECK_FALSE(salted(std::string(kSaltBytesMax + 1, 's'), 32, kIterationsMin));
  CHECK_FALSE(salted("", 32, kIterationsMin));
  CHECK_FALSE(salted("s", 31, kIterationsMin));
  CHECK_FALSE(salted("s", 32, -1));
}

TEST_CASE("a made-up verifier stays the same, looks like any, and differs by name and secret") {
  const auto made = [](std::string_view secret, std::string_view name) {
    return MadeUpCredential(ScramHash::kSha256, secret, name);
  };
  const auto real = MakeCredential(ScramHash::kSha256, "secret", kIterationsDefault).value();
  CHECK(made("s", "ann") == made("s", "ann"));
  CHECK(made("s", "ann").salt != made("s", "bob").salt);
  CHECK(made("s", "ann").salt != made("t", "ann").salt);
  CHECK(made("s", "ann").salt != MadeUpCredential(ScramHash::kSha512, "s", "ann").salt);
  CHECK(made("s", "ann").salt.size() == real.salt.size());
  CHECK(made("s", "ann").iterations == real.iterations);
}

}  // namespace gamevents::access
