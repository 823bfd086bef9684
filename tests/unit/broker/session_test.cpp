// Goal: a client is let in by its password and no longer than it may. Method: PLAIN over a file of
// users, in a session as a connection has it; limits of time that are short.
#include "core/broker/session.h"

#include "core/access/user_lines.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::broker {
namespace {

using std::chrono::milliseconds;

struct SessionFixture {
  TempFolder folder;
  std::shared_ptr<access::UserFile> users =
      access::UserFile::Open(
          folder.Write("users", access::FormatUser(access::UserOf("ann", "right")) +
                                    access::FormatUser(access::UserOf("bob", "right"))))
          .value();

  Session Make(bool by_tls = true, milliseconds lifetime = milliseconds(0)) const {
    return Session(Peer{"192.0.2.7", "", 0}, {users, by_tls, lifetime});
  }
  static std::string Plain(const std::string& name, const std::string& password) {
    return std::string("\0", 1) + name + std::string("\0", 1) + password;
  }
  static void LogIn(Session& session, const std::string& name) {
    REQUIRE(session.Begin("PLAIN") == ErrorCode::kNone);
    REQUIRE(session.Next(Plain(name, "right")).ok());
    REQUIRE(session.user() != nullptr);
    REQUIRE(session.user()->name == name);
  }
};

}  // namespace

TEST_CASE("where nobody asks, everybody is let in, and cannot authenticate") {
  Session session(Peer{});
  CHECK(session.admitted());
  CHECK_FALSE(session.asks());
  CHECK(session.Admit(ApiKey::kMetadata).ok());
  CHECK(session.Mechanisms().empty());
  CHECK(session.Begin("PLAIN") == ErrorCode::kIllegalSaslState);
}

TEST_CASE("before a client is known, only what makes it known is answered") {
  const SessionFixture f;
  Session session = f.Make();
  CHECK_FALSE(session.admitted());
  for (const Api& api : kApis) {
    const bool opens = api.key == ApiKey::kApiVersions || api.key == ApiKey::kSaslHandshake ||
                       api.key == ApiKey::kSaslAuthenticate;
    INFO(api.name);
    CHECK(session.Admit(api.key).ok() == opens);
  }
  SessionFixture::LogIn(session, "ann");
  for (const Api& api : kApis) CHECK(session.Admit(api.key).ok());
}

TEST_CASE("a password comes as it is by TLS alone") {
  const SessionFixture f;
  using Names = std::vector<std::string>;
  CHECK(f.Make(true).Mechanisms() == Names{"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"});
  Session plain = f.Make(false);
  CHECK(plain.Mechanisms() == Names{"SCRAM-SHA-512", "SCRAM-SHA-256"});
  CHECK(plain.Begin("PLAIN") == ErrorCode::kUnsupportedSaslMechanism);
  CHECK(plain.Begin("GSSAPI") == ErrorCode::kUnsupportedSaslMechanism);
  CHECK(plain.Begin("SCRAM-SHA-256") == ErrorCode::kNone);
}

TEST_CASE("a wrong password ends the authentication") {
  const SessionFixture f;
  Session session = f.Make();
  REQUIRE(session.Begin("PLAIN") == ErrorCode::kNone);
  const auto wrong = session.Next(SessionFixture::Plain("ann", "wrong"));
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().fault == Fault::kDenied);
  CHECK(session.claimed() == "ann");
  CHECK_FALSE(session.authenticating());
  CHECK_FALSE(session.admitted());
}

TEST_CASE("a connection keeps its user when it authenticates again") {
  const SessionFixture f;
  Session session = f.Make();
  SessionFixture::LogIn(session, "ann");
  CHECK(session.Begin("PLAIN") == ErrorCode::kIllegalSaslState);  // So soon.
  std::this_thread::sleep_for(milliseconds(1050));
  SessionFixture::LogIn(session, "ann");
  std::this_thread::sleep_for(milliseconds(1050));
  REQUIRE(session.Begin("PLAIN") == ErrorCode::kNone);
  CHECK_FALSE(session.Next(SessionFixture::Plain("bob", "right")).ok());
}

TEST_CASE("an authentication that is too old counts no more") {
  const SessionFixture f;
  Session session = f.Make(true, milliseconds(1));
  SessionFixture::LogIn(session, "ann");
  std::this_thread::sleep_for(milliseconds(5));
  CHECK(session.Admit(ApiKey::kMetadata).error().fault == Fault::kClosed);
  CHECK(session.Admit(ApiKey::kSaslHandshake).ok());
}

TEST_CASE("who is removed, or gets other roles, feels it within a second or so") {
  const SessionFixture f;
  Session session = f.Make();
  SessionFixture::LogIn(session, "ann");
  const auto change = [&](auto edit) {
    REQUIRE(f.users
                ->Change([&](std::vector<access::User>& all) -> Status {
                  edit(all);
                  return Done{};
                })
                .ok());
    std::this_thread::sleep_for(milliseconds(1050));
  };
  change([](auto& all) { all.front().grants = {{access::Role::kAdmin, ""}}; });
  CHECK(session.Admit(ApiKey::kMetadata).ok());
  CHECK(access::MayUseCluster(*session.user()));
  change(
      [](auto& all) { std::erase_if(all, [](const auto& user) { return user.name == "ann"; }); });
  CHECK(session.Admit(ApiKey::kMetadata).error().fault == Fault::kNotFound);
}

}  // namespace gamevents::broker
