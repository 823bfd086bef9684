// Goal: a client is told in Kafka's words whether it is let in, and what refuses it is the last
// that it hears. Method: requests as frames over sessions with users.
#include "core/access/user_lines.h"
#include "tests/unit/access/users.h"
#include "tests/unit/broker/handlers/fixture.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gamevents::broker {
namespace {

constexpr std::chrono::milliseconds kDelay{80};
constexpr std::chrono::milliseconds kLifetime{60'000};

// A broker, and a session of a listener that asks.
struct AskingFixture : BrokerFixture {
  explicit AskingFixture(bool by_tls = true) : BrokerFixture(Options()) {
    users = access::UserFile::Open(
                users_folder.Write("users", access::FormatUser(access::UserOf("ann", "right"))))
                .value();
    asking = std::make_unique<Session>(peer, Admission{users, by_tls, kLifetime});
  }
  static BrokerOptions Options() {
    BrokerOptions options;
    options.limits.failed_authentication_delay = kDelay;
    return options;
  }

  template <class Request>
  Reply Get(const Request& request, int16_t version) {
    const auto frame =
        EncodeRequest(request, RequestHeader{Request::kKey, version, ++correlation, "tester"});
    REQUIRE(frame.ok());
    return Await(StartOn(loop, *broker, *asking, std::span(frame->bytes).subspan(kFrameSizeBytes)));
  }
  ErrorCode Handshake(const std::string& mechanism, int16_t version = 1) {
    const Reply reply = Get(SaslHandshakeRequest{mechanism}, version);
    const auto answer = Read<SaslHandshakeResponse>(reply, version);
    CHECK(reply.last == (answer.error_code != ErrorCode::kNone && !asking->admitted()));
    return answer.error_code;
  }
  Reply LogIn(const std::string& password) {
    REQUIRE(Handshake("PLAIN") == ErrorCode::kNone);
    const std::string message = std::string("\0ann\0", 5) + password;
    const auto bytes = AsBytes(message);
    SaslAuthenticateRequest request;
    request.auth_bytes.assign(bytes.begin(), bytes.end());
    return Get(request, 2);
  }

  uint64_t Refused(LoginRefusal why, std::optional<access::Mechanism> mechanism = {}) const {
    return broker->refusals.logins(Refusals::Login{why, mechanism, ""});
  }

  TempFolder users_folder;
  std::shared_ptr<access::UserFile> users;
  std::unique_ptr<Session> asking;
};

}  // namespace

TEST_CASE("the right password lets a client in, for as long as it is told") {
  AskingFixture f;
  CHECK(f.Get(MetadataRequest{}, 12).kind == Reply::Kind::kClose);
  const Reply reply = f.LogIn("right");
  const auto answer = f.Read<SaslAuthenticateResponse>(reply, 2);
  CHECK(answer.error_code == ErrorCode::kNone);
  CHECK(answer.session_lifetime_ms == kLifetime.count());
  CHECK_FALSE(reply.last);
  CHECK(f.Get(MetadataRequest{}, 12).kind == Reply::Kind::kSend);
  CHECK(f.Refused(LoginRefusal::kNotBegun) == 1);
  CHECK(f.broker->refusals.logins() == 1);
}

TEST_CASE("a wrong password is told late, and the connection ends") {
  AskingFixture f;
  const auto began = std::chrono::steady_clock::now();
  const Reply reply = f.LogIn("wrong");
  CHECK(std::chrono::steady_clock::now() - began >= kDelay);
  const auto answer = f.Read<SaslAuthenticateResponse>(reply, 2);
  CHECK(answer.error_code == ErrorCode::kSaslAuthenticationFailed);
  CHECK(answer.error_message == "authentication failed: no such user, or a wrong password");
  CHECK(reply.last);
  CHECK(f.Refused(LoginRefusal::kCredentials, access::Mechanism::kPlain) == 1);
  CHECK(f.broker->refusals.logins() == 1);
}

TEST_CASE("what cannot begin is refused") {
  AskingFixture f;
  CHECK(f.Handshake("GSSAPI") == ErrorCode::kUnsupportedSaslMechanism);
  CHECK(f.Handshake("SCRAM-SHA-512", 0) == ErrorCode::kUnsupportedVersion);
  const Reply reply = f.Get(SaslAuthenticateRequest{}, 2);
  CHECK(f.Read<SaslAuthenticateResponse>(reply, 2).error_code == ErrorCode::kIllegalSaslState);
  CHECK(reply.last);
  AskingFixture plain(false);
  CHECK(plain.Handshake("PLAIN") == ErrorCode::kUnsupportedSaslMechanism);
  CHECK(f.Refused(LoginRefusal::kMechanism) == 2);
}

TEST_CASE("where nobody asks, an authentication is refused, and the connection goes on") {
  BrokerFixture f;
  for (int16_t version = 0; version <= 1; ++version) {
    const auto sasl = f.Ask<SaslHandshakeResponse>(SaslHandshakeRequest{"PLAIN"}, version);
    CHECK(sasl.error_code == ErrorCode::kIllegalSaslState);
    CHECK(sasl.mechanisms.empty());
  }
  const Reply reply = f.Await(f.Start(SaslAuthenticateRequest{}, 2));
  CHECK(f.Read<SaslAuthenticateResponse>(reply, 2).error_code == ErrorCode::kIllegalSaslState);
  CHECK_FALSE(reply.last);
}

}  // namespace gamevents::broker
