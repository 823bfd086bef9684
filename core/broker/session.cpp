#include "core/broker/session.h"

#include <array>
#include <cstddef>

namespace gamevents::broker {
namespace {

constexpr auto kMechanisms = std::to_array<access::Mechanism>({
    access::Mechanism::kScramSha512,
    access::Mechanism::kScramSha256,
    access::Mechanism::kPlain,
});
constexpr std::chrono::seconds kLookUpEvery{1};
constexpr size_t kClaimedBytesMax = 64;
// As Kafka: who authenticates again and again holds up nobody but himself.
constexpr std::chrono::seconds kBeginEvery{1};

bool BelongsToAuthentication(ApiKey key) {
  return key == ApiKey::kApiVersions || key == ApiKey::kSaslHandshake ||
         key == ApiKey::kSaslAuthenticate;
}

}  // namespace

Status Session::Admit(ApiKey key) {
  if (!asks() || BelongsToAuthentication(key)) return Done{};
  if (user_ == nullptr) {
    return Error{Fault::kUnsupported,
                 std::string(FindApi(key)->name) +
                     " before the client has said who it is; this listener needs SASL, in the "
                     "client's security.protocol and sasl settings"};
  }
  const Clock::time_point now = Clock::now();
  if (admission_.lifetime.count() > 0 && now >= proven_ + admission_.lifetime) {
    return Error{Fault::kClosed, "the authentication of " + user_->name + " is too long ago"};
  }
  if (now < looked_up_ + kLookUpEvery) return Done{};
  looked_up_ = now;
  auto found = admission_.users->Find(user_->name);
  if (found == nullptr) {
    return Error{Fault::kNotFound, "there is no user " + user_->name + " any more"};
  }
  user_ = std::move(found);
  return Done{};
}

std::vector<std::string> Session::Mechanisms() const {
  std::vector<std::string> names;
  if (!asks()) return names;
  for (const access::Mechanism mechanism : kMechanisms) {
    if (mechanism == access::Mechanism::kPlain && !admission_.by_tls) continue;
    names.emplace_back(access::MechanismName(mechanism));
  }
  return names;
}

ErrorCode Session::Begin(std::string_view mechanism) {
  if (!asks()) return ErrorCode::kIllegalSaslState;
  const Clock::time_point now = Clock::now();
  if (user_ != nullptr && now < began_ + kBeginEvery) return ErrorCode::kIllegalSaslState;
  const auto known = access::ParseMechanism(mechanism);
  if (!known || (*known == access::Mechanism::kPlain && !admission_.by_tls)) {
    return ErrorCode::kUnsupportedSaslMechanism;
  }
  began_ = now;
  mechanism_ = known;
  exchange_ = access::BeginExchange(*known, *admission_.users);
  return ErrorCode::kNone;
}

Result<std::string> Session::Next(std::string_view message) {
  auto step = exchange_->Next(message);
  claimed_ = exchange_->claimed_name().substr(0, kClaimedBytesMax);
  if (!step) {
    exchange_.reset();
    return std::move(step).error();
  }
  if (step->user == nullptr) return std::move(step->reply);
  exchange_.reset();
  if (user_ != nullptr && user_->name != step->user->name) {
    return Error{Fault::kDenied, "a connection keeps its user: this is that of " + user_->name};
  }
  user_ = std::move(step->user);
  proven_ = looked_up_ = Clock::now();
  return std::move(step->reply);
}

std::chrono::milliseconds Session::lifetime() const { return admission_.lifetime; }

}  // namespace gamevents::broker
