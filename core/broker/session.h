#pragma once

#include "core/access/sasl.h"
#include "core/access/users.h"
#include "core/base/result.h"
#include "core/broker/protocol/api_table.h"
#include "core/broker/protocol/error_code.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::broker {

/// The connection that a request came over.
struct Peer {
  std::string client_host;      ///< the client's address, as groups and logs name it
  std::string advertised_host;  ///< where this client can reach the broker again
  uint16_t advertised_port = 0;
};

/// Whom a listener lets in, and how.
struct Admission {
  /// The users; null: everybody is let in, and may do everything.
  std::shared_ptr<access::UserFile> users;
  bool by_tls = false;  ///< whether a password may come as it is (PLAIN)
  /// How long one authentication counts; 0: as long as the connection.
  std::chrono::milliseconds lifetime{0};
};

/// A connection's client: where it is, and who it is as far as it has proven that by SASL. Owned by
/// the connection, and used on its executor alone.
class Session {
 public:
  explicit Session(Peer peer, Admission admission = {})
      : peer_(std::move(peer)), admission_(std::move(admission)) {}

  const Peer& peer() const { return peer_; }
  /// Whether the client must say who it is.
  bool asks() const { return admission_.users != nullptr; }
  /// Whether it has, or need not.
  bool admitted() const { return !asks() || user_ != nullptr; }
  /// Who it is; null where nobody is asked.
  const access::User* user() const { return user_.get(); }

  /// Whether a request of this API is answered now. Looks the user up again once a second, so that
  /// who is removed or gets other roles feels it. Errors: kUnsupported (only what belongs to an
  /// authentication is answered now), kNotFound (the user was removed), kClosed (the lifetime is
  /// over); the connection is to be closed then.
  Status Admit(ApiKey key);

  /// The names of the mechanisms that the client may use.
  std::vector<std::string> Mechanisms() const;
  /// Begins an authentication, of a client that is known already too (KIP-368). Gives kNone,
  /// kUnsupportedSaslMechanism, or kIllegalSaslState where nobody is asked, or not again so soon.
  ErrorCode Begin(std::string_view mechanism);
  /// The mechanism of the one that was begun last.
  std::optional<access::Mechanism> mechanism() const { return mechanism_; }
  /// Whether one has begun and is not over.
  bool authenticating() const { return exchange_ != nullptr; }
  /// Takes the client's next message, and gives the answer to it. The last one makes the user
  /// known. Requires: authenticating(). Errors: as access::Exchange::Next; kDenied for another user
  /// than before. The connection is to be closed then.
  Result<std::string> Next(std::string_view message);
  /// Who the client last said that it is, for logs; empty where it has not.
  const std::string& claimed() const { return claimed_; }
  /// How long the client may stay before it has to authenticate again; 0: for ever.
  std::chrono::milliseconds lifetime() const;

 private:
  using Clock = std::chrono::steady_clock;

  const Peer peer_;
  const Admission admission_;
  std::optional<access::Mechanism> mechanism_;
  std::unique_ptr<access::Exchange> exchange_;
  std::shared_ptr<const access::User> user_;
  std::string claimed_;
  Clock::time_point began_;      // the last authentication
  Clock::time_point looked_up_;  // user_
  Clock::time_point proven_;     // user_
};

}  // namespace gamevents::broker
