// Goal: each mechanism proves the right password of a user and no other. Method: a client's side
// written here, with right and wrong passwords; PLAIN's message damaged.
#include "core/access/sasl.h"

#include "core/base/text.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <openssl/evp.h>

#include <string>
#include <vector>

namespace gamevents::access {
namespace {

constexpr auto kAll =
    std::to_array({Mechanism::kPlain, Mechanism::kScramSha256, Mechanism::kScramSha512});

// Ann has both verifiers, Bob only that of SHA-512.
struct Users {
  Users() {
    User bob = UserOf("bob, =", "bob's");
    bob.sha256.reset();
    users = UserFile::Open(folder.Write("users", FormatUser(UserOf("ann", "pässwörd")) +
                                                     FormatUser(bob) + "role=read eve\n"))
                .value();
  }

  // One exchange by `mechanism`: its end.
  Result<Exchange::Step> LogIn(Mechanism mechanism, const std::string& name,
                               const std::string& password) {
    const auto exchange = BeginExchange(mechanism, *users);
    if (mechanism == Mechanism::kPlain) {
      return exchange->Next(std::string(1, '\0') + name + '\0' + password);
    }
    std::string escaped;
    for (const char c : name) {
      escaped += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
    }
    const std::string bare = "n=" + escaped + ",r=nonce";
    const auto first = exchange->Next("n,," + bare);
    if (!first) return Error(first.error());
    CHECK(exchange->claimed_name() == name);
    const std::string& reply = first->reply;
    const size_t salt = reply.find(",s=") + 3;
    const size_t iterations = reply.find(",i=");
    const std::string without_proof = "c=biws," + reply.substr(0, salt - 3);
    const bool is_256 = mechanism == Mechanism::kScramSha256;
    const ScramHash hash = is_256 ? ScramHash::kSha256 : ScramHash::kSha512;
    const std::string salt_bytes = Base64Decode(reply.substr(salt, iterations - salt)).value();
    std::string salted(HashBytes(hash), '\0');
    REQUIRE(::PKCS5_PBKDF2_HMAC(
                password.data(), static_cast<int>(password.size()),
                reinterpret_cast<const unsigned char*>(salt_bytes.data()),
                static_cast<int>(salt_bytes.size()), std::stoi(reply.substr(iterations + 3)),
                is_256 ? ::EVP_sha256() : ::EVP_sha512(), static_cast<int>(salted.size()),
                reinterpret_cast<unsigned char*>(salted.data())) == 1);
    std::string proof = Hmac(hash, salted, "Client Key");
    const std::string signature =
        Hmac(hash, HashOfText(hash, proof), bare + "," + reply + "," + without_proof);
    for (size_t i = 0; i < proof.size(); ++i) {
      proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    }
    return exchange->Next(without_proof + ",p=" + Base64Encode(proof));
  }

  TempFolder folder;
  std::shared_ptr<UserFile> users;
};

Fault FaultOf(const Result<Exchange::Step>& step) { return step.error().fault; }

}  // namespace

TEST_CASE("mechanisms are called as clients call them") {
  for (const Mechanism mechanism : kAll) {
    CHECK(ParseMechanism(MechanismName(mechanism)) == mechanism);
  }
  CHECK(MechanismName(Mechanism::kScramSha256) == "SCRAM-SHA-256");
  CHECK_FALSE(ParseMechanism("scram-sha-256"));
  CHECK_FALSE(ParseMechanism("GSSAPI"));
}

TEST_CASE_METHOD(Users, "the right password is proven, and no other") {
  for (const Mechanism mechanism : kAll) {
    INFO(MechanismName(mechanism));
    const auto ann = LogIn(mechanism, "ann", "pässwörd");
    REQUIRE(ann.ok());
    CHECK(ann->user->name == "ann");
    CHECK(FaultOf(LogIn(mechanism, "ann", "passwörd")) == Fault::kDenied);
    CHECK(FaultOf(LogIn(mechanism, "nobody", "pässwörd")) == Fault::kDenied);
    CHECK(FaultOf(LogIn(mechanism, "eve", "pässwörd")) == Fault::kDenied);
    CHECK(LogIn(mechanism, "nobody", "a").error().context ==
          LogIn(mechanism, "ann", "a").error().context);
    const auto bob = LogIn(mechanism, "bob, =", "bob's");
    CHECK(bob.ok() == (mechanism != Mechanism::kScramSha256));
  }
}

TEST_CASE_METHOD(Users, "a PLAIN message that breaks the rules is refused") {
  const auto next = [&](const std::string& message) {
    return BeginExchange(Mechanism::kPlain, *users)->Next(message);
  };
  const std::string nul(1, '\0');
  CHECK(next("ann" + nul + "ann" + nul + "pässwörd").ok());
  CHECK(FaultOf(next("bob" + nul + "ann" + nul + "pässwörd")) == Fault::kDenied);
  for (const std::string& message : std::vector<std::string>{
           std::string(), nul, nul + "ann", nul + "ann" + nul, nul + nul + "pässwörd",
           nul + "ann" + nul + "pässwörd" + nul, nul + "ann" + nul + "p\xE4",
           nul + "ann" + nul + std::string(kPasswordBytesMax + 1, 'a'),
           nul + std::string(kSaslMessageBytesMax, 'a') + nul + "a"}) {
    INFO(message.substr(0, 60));
    CHECK(FaultOf(next(message)) == Fault::kBadInput);
  }
  const auto exchange = BeginExchange(Mechanism::kPlain, *users);
  CHECK(exchange->Next(nul + "ann" + nul + "pässwörd").ok());
  CHECK(exchange->claimed_name() == "ann");
  CHECK(FaultOf(exchange->Next(nul + "ann" + nul + "pässwörd")) == Fault::kClosed);
}

TEST_CASE_METHOD(Users, "a password that was changed is the one that counts") {
  REQUIRE(users
              ->Change([](std::vector<User>& all) {
                all.front() = UserOf("ann", "new");
                return Status(Done{});
              })
              .ok());
  for (const Mechanism mechanism : kAll) {
    CHECK(LogIn(mechanism, "ann", "new").ok());
    CHECK(FaultOf(LogIn(mechanism, "ann", "pässwörd")) == Fault::kDenied);
  }
}

}  // namespace gamevents::access
