#pragma once

#include "core/access/sasl.h"
#include "core/access/users.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gamevents::access {

/// The server's part of a nonce, which is new for each exchange. Errors: kIo.
Result<std::string> MakeServerNonce();

/// The name in a `saslname` of RFC 5802: "=2C" is a comma, "=3D" an equals sign. Errors: kBadInput.
Result<std::string> DecodeSaslName(std::string_view text);

/// SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677) without channel binding, as Kafka speaks
/// them. Unknown extensions are passed over; Kafka's `tokenauth` and a mandatory one (`m=`) are
/// refused, since they would change what is proven.
class ScramExchange : public Exchange {
 public:
  ScramExchange(ScramHash hash, UserFile& users,
                Result<std::string> (*make_nonce)() = &MakeServerNonce)
      : hash_(hash), users_(users), make_nonce_(make_nonce) {}

  Result<Step> Next(std::string_view message) override;
  std::string_view claimed_name() const override { return name_; }

 private:
  enum class Stage : uint8_t { kFirst, kFinal, kOver };

  Result<Step> OnFirst(std::string_view message);
  Result<Step> OnFinal(std::string_view message);

  const ScramHash hash_;
  UserFile& users_;
  Result<std::string> (*const make_nonce_)();
  Stage stage_ = Stage::kFirst;
  std::string name_;
  std::shared_ptr<const User> user_;  // null: unknown, or without a verifier for this hash
  ScramCredential credential_;
  std::string gs2_header_;
  std::string nonce_;           // the client's and ours
  std::string first_messages_;  // "client-first-message-bare,server-first-message"
};

}  // namespace gamevents::access
