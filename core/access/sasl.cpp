#include "core/access/sasl.h"

#include "core/access/scram_exchange.h"
#include "core/access/scram_keys.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::access {
namespace {

struct NamedMechanism {
  std::string_view name;
  Mechanism mechanism;
};
constexpr auto kMechanisms = std::to_array<NamedMechanism>({
    {"PLAIN", Mechanism::kPlain},
    {"SCRAM-SHA-256", Mechanism::kScramSha256},
    {"SCRAM-SHA-512", Mechanism::kScramSha512},
});

Error BadPlain(std::string_view why) {
  return Error{Fault::kBadInput, "PLAIN: " + std::string(why)};
}

// PLAIN (RFC 4616): "authorization NUL name NUL password", checked against a SCRAM verifier, since
// no password is kept.
class PlainExchange : public Exchange {
 public:
  explicit PlainExchange(UserFile& users) : users_(users) {}

  Result<Step> Next(std::string_view message) override {
    if (std::exchange(over_, true)) return Error{Fault::kClosed, "PLAIN: the exchange is over"};
    if (message.size() > kSaslMessageBytesMax) return BadPlain("a message above 16 KiB");
    const size_t first = message.find('\0');
    const size_t second = first == message.npos ? first : message.find('\0', first + 1);
    if (second == message.npos || message.find('\0', second + 1) != message.npos) {
      return BadPlain("a message is three texts with a NUL between them");
    }
    const std::string_view acts_as = message.substr(0, first);
    name_ = message.substr(first + 1, second - first - 1);
    const std::string_view password = message.substr(second + 1);
    if (!IsUtf8(message) || name_.empty()) return BadPlain("no user name, or not UTF-8");
    if (password.empty() || password.size() > kPasswordBytesMax) {
      return BadPlain("the password is not of 1 to 512 bytes");
    }
    if (!acts_as.empty() && acts_as != name_) {
      return Error{Fault::kDenied, "the user asks to act as another"};
    }
    return Prove(password);
  }

  std::string_view claimed_name() const override { return name_; }

 private:
  Result<Step> Prove(std::string_view password) {
    const auto user = users_.Find(name_);
    const ScramHash hash =
        user && !user->sha256 && user->sha512 ? ScramHash::kSha512 : ScramHash::kSha256;
    const bool known = user && user->credential(hash);
    const ScramCredential made_up = MadeUpCredential(hash, users_.secret(), name_);
    const ScramCredential& credential = known ? *user->credential(hash) : made_up;
    if (!IsPasswordOf(credential, hash, password) || !known) {
      return Error{Fault::kDenied, "no such user, or a wrong password"};
    }
    return Step{"", user};
  }

  UserFile& users_;
  std::string name_;
  bool over_ = false;
};

}  // namespace

std::string_view MechanismName(Mechanism mechanism) {
  return std::ranges::find(kMechanisms, mechanism, &NamedMechanism::mechanism)->name;
}

std::optional<Mechanism> ParseMechanism(std::string_view name) {
  const auto found = std::ranges::find(kMechanisms, name, &NamedMechanism::name);
  return found == kMechanisms.end() ? std::nullopt : std::optional(found->mechanism);
}

std::unique_ptr<Exchange> BeginExchange(Mechanism mechanism, UserFile& users) {
  if (mechanism == Mechanism::kPlain) return std::make_unique<PlainExchange>(users);
  const bool is_sha256 = mechanism == Mechanism::kScramSha256;
  return std::make_unique<ScramExchange>(is_sha256 ? ScramHash::kSha256 : ScramHash::kSha512,
                                         users);
}

}  // namespace gamevents::access
