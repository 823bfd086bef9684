// Goal: SCRAM proves a password as RFC 5802 says, and nothing that is damaged passes. Method: RFC
// 7677's exchange to the letter; then each part of each message damaged.
#include "core/access/scram_exchange.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::access {
namespace {

const std::string kFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
const std::string kFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

Result<std::string> NonceOfRfc() { return std::string("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"); }

// The user of RFC 7677.
struct Fixture {
  Fixture() {
    const User user{"user", {}, PencilCredential(), {}};
    users = UserFile::Open(folder.Write("users", FormatUser(user))).value();
  }

  // The exchange's end after both messages.
  Result<Exchange::Step> Run(const std::string& first, const std::string& final) {
    ScramExchange exchange(ScramHash::kSha256, *users, NonceOfRfc);
    auto step = exchange.Next(first);
    if (!step) return step;
    return exchange.Next(final);
  }

  TempFolder folder;
  std::shared_ptr<UserFile> users;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the exchange of RFC 7677") {
  ScramExchange exchange(ScramHash::kSha256, *users, NonceOfRfc);
  CHECK(exchange.claimed_name().empty());
  const auto first = exchange.Next(kFirst);
  REQUIRE(first.ok());
  CHECK(first->reply ==
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  CHECK(first->user == nullptr);
  CHECK(exchange.claimed_name() == "user");
  const auto last = exchange.Next(kFinal);
  REQUIRE(last.ok());
  CHECK(last->reply == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  REQUIRE(last->user);
  CHECK(last->user->name == "user");
  CHECK(exchange.Next(kFinal).error().fault == Fault::kClosed);
}

TEST_CASE_METHOD(Fixture,
                 "a nonce may have the client's before it once more, as of librdkafka 2.0") {
  const std::string server_first =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  const ScramCredential pencil = PencilCredential();
  const auto proof_of = [&](std::string_view key, const std::string& without_proof) {
    std::string proof = Hmac(ScramHash::kSha256, pencil.stored_key,
                             kFirst.substr(3) + "," + server_first + "," + without_proof);
    for (size_t i = 0; i < proof.size(); ++i) proof[i] = static_cast<char>(proof[i] ^ key[i]);
    return proof;
  };
  const size_t proof_at = kFinal.find(",p=");
  const std::string client_key =
      proof_of(Base64Decode(kFinal.substr(proof_at + 3)).value(), kFinal.substr(0, proof_at));
  const std::string twice =
      "c=biws,r=rOprNGfwEbeRWgbNEkqOrOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  CHECK(Run(kFirst, twice + ",p=" + Base64Encode(proof_of(client_key, twice))).ok());
  const std::string cut = "c=biws,r=hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  CHECK_FALSE(Run(kFirst, cut + ",p=" + Base64Encode(proof_of(client_key, cut))).ok());
}

TEST_CASE_METHOD(Fixture, "a first message that breaks the rules is refused") {
  for (const std::string& message :
       std::vector<std::string>{std::string(),
                                std::string("n"),
                                std::string("n,"),
                                std::string("n,,"),
                                std::string("p=tls-unique,,n=user,r=abc"),
                                std::string("x,,n=user,r=abc"),
                                std::string("n,,m=ext,n=user,r=abc"),
                                std::string("n,,n=,r=abc"),
                                std::string("n,,n=user,r="),
                                std::string("n,,n=user"),
                                std::string("n,,r=abc,n=user"),
                                std::string("n,,n=us=er,r=abc"),
                                std::string("n,,n=us=2cer,r=abc"),
                                std::string("n,,n=user=2,r=abc"),
                                std::string("n,,n=user,r=a b"),
                                std::string("n,,n=user,r=abc,"),
                                std::string("n,,n=user,r=abc,x"),
                                std::string("n,,n=user,r=abc,tokenauth=true"),
                                std::string("n,,n=user,r=abc,m=x"),
                                std::string("n,,n=user,r=abc,x=1,,y=2"),
                                std::string("n,b=user,n=user,r=abc"),
                                std::string("n,,n=us\xFF"
                                            "er,r=abc"),
                                std::string("n,,n=us\0er,r=abc", 15),
                                "n,,n=user,r=" + std::string(16 << 10, 'a')}) {
    INFO(message.substr(0, 60));
    ScramExchange exchange(ScramHash::kSha256, *users);
    const auto step = exchange.Next(message);
    REQUIRE_FALSE(step.ok());
    CHECK(step.error().fault == Fault::kBadInput);
    CHECK(exchange.Next(kFirst).error().fault == Fault::kClosed);
  }
}

TEST_CASE_METHOD(Fixture, "an unknown extension is passed over, and signed with the rest") {
  CHECK(ScramExchange(ScramHash::kSha256, *users).Next(kFirst + ",x=1,y=2").ok());
  CHECK(Run(kFirst + ",x=1", kFinal).error().fault == Fault::kDenied);
}

TEST_CASE_METHOD(Fixture, "a user acts as nobody else") {
  CHECK(ScramExchange(ScramHash::kSha256, *users).Next("n,a=user,n=user,r=abc").ok());
  CHECK(ScramExchange(ScramHash::kSha256, *users).Next("y,,n=user,r=abc").ok());
  const auto other = ScramExchange(ScramHash::kSha256, *users).Next("n,a=admin,n=user,r=abc");
  CHECK(other.error().fault == Fault::kDenied);
}

TEST_CASE_METHOD(Fixture, "a last message that is damaged anywhere proves nothing") {
  size_t denied = 0;
  for (size_t at = 0; at < kFinal.size(); ++at) {
    std::string damaged = kFinal;
    damaged[at] = damaged[at] == 'A' ? 'B' : 'A';
    INFO(damaged);
    const auto step = Run(kFirst, damaged);
    // The last digit of base64 before '=' has two bits that say nothing.
    if (step.ok()) {
      CHECK(at == kFinal.size() - 2);
      continue;
    }
    if (step.error().fault == Fault::kDenied) ++denied;
    CHECK((step.error().fault == Fault::kDenied || step.error().fault == Fault::kBadInput));
  }
  CHECK(denied > 30);
  for (size_t size = 0; size < kFinal.size(); ++size) {
    CHECK_FALSE(Run(kFirst, kFinal.substr(0, size)).ok());
  }
  // The header of another first message.
  CHECK(Run("y,,n=user,r=rOprNGfwEbeRWgbNEkqO", kFinal).error().fault == Fault::kBadInput);
  CHECK(Run(kFirst, "c=biws,r=other,p=AAAA").error().fault == Fault::kBadInput);
}

TEST_CASE_METHOD(Fixture, "an unknown user is answered as a known one, and with the same salt") {
  const auto salt_of = [&](const std::string& name, ScramHash hash) {
    const std::string reply = ScramExchange(hash, *users).Next("n,,n=" + name + ",r=abc")->reply;
    return reply.substr(reply.find(",s="));
  };
  CHECK(salt_of("nobody", ScramHash::kSha256) == salt_of("nobody", ScramHash::kSha256));
  CHECK(salt_of("nobody", ScramHash::kSha256) != salt_of("noone", ScramHash::kSha256));
  CHECK(salt_of("nobody", ScramHash::kSha256).ends_with(",i=4096"));
  // Known, without a verifier for this mechanism.
  CHECK(salt_of("user", ScramHash::kSha512) == salt_of("user", ScramHash::kSha512));
  std::string final = kFinal;
  CHECK(Run("n,,n=nobody,r=rOprNGfwEbeRWgbNEkqO", kFinal).error().context ==
        Run(kFirst, final.replace(final.find("p=d"), 3, "p=e")).error().context);
}

TEST_CASE("a name is decoded") {
  CHECK(DecodeSaslName("a=2Cb=3D=2C").value() == "a,b=,");
  CHECK(DecodeSaslName("zoë").value() == "zoë");
  CHECK(DecodeSaslName("=3D2C").value() == "=2C");
  CHECK_FALSE(DecodeSaslName("").ok());
  CHECK_FALSE(DecodeSaslName("a=").ok());
}

TEST_CASE("nonces are new") {
  CHECK(MakeServerNonce().value() != MakeServerNonce().value());
  CHECK(MakeServerNonce()->size() == 32);
}

}  // namespace gamevents::access
