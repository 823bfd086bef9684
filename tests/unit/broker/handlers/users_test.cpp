// Goal: Kafka's requests show and set passwords in the file of users, and tell slips apart as Kafka
// does. Method: requests through Broker::Answer, and the file read again.
#include "tests/unit/access/users.h"

#include "core/access/scram_keys.h"
#include "core/access/user_lines.h"
#include "core/base/file.h"
#include "tests/unit/broker/handlers/fixture.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::broker {
namespace {

constexpr int8_t kScram256 = 1;
constexpr int8_t kScram512 = 2;

struct UsersFixture {
  TempFolder folder;
  std::string path = folder.Write("users", access::FormatUser(access::UserOf("ann", "old")));
  BrokerFixture f{Options()};

  BrokerOptions Options() const {
    BrokerOptions options;
    options.users = access::UserFile::Open(path).value();
    return options;
  }
  std::shared_ptr<const access::User> InFile(const std::string& name) const {
    return access::UserFile::Open(path).value()->Find(name);
  }
  ErrorCode Alter(const AlterUserScramCredentialsRequest& request) {
    const auto answer = f.Ask<AlterUserScramCredentialsResponse>(request);
    REQUIRE(answer.results.size() == 1);
    return answer.results.front().error_code;
  }
  static ScramCredentialUpsertion Upsertion(const std::string& name, int8_t mechanism = kScram256,
                                            int32_t iterations = 4096) {
    ScramCredentialUpsertion made{name, mechanism, iterations, Bytes(26, std::byte{7}), {}};
    made.salted_password.assign(mechanism == kScram256 ? 32 : 64, std::byte{9});
    return made;
  }
};

}  // namespace

TEST_CASE("passwords are shown by mechanism, and not themselves") {
  UsersFixture u;
  const auto all =
      u.f.Ask<DescribeUserScramCredentialsResponse>(DescribeUserScramCredentialsRequest{});
  CHECK(all.error_code == ErrorCode::kNone);
  REQUIRE(all.results.size() == 1);
  CHECK(all.results.front().user == "ann");
  CHECK(all.results.front().credential_infos.size() == 2);
  DescribeUserScramCredentialsRequest named;
  named.users = {{"ann"}, {"bob"}, {"eve"}, {"eve"}};
  const auto some = u.f.Ask<DescribeUserScramCredentialsResponse>(named);
  REQUIRE(some.results.size() == 3);
  CHECK(some.results[0].error_code == ErrorCode::kNone);
  CHECK(some.results[1].error_code == ErrorCode::kResourceNotFound);
  CHECK(some.results[2].error_code == ErrorCode::kDuplicateResource);
}

TEST_CASE("a password is set and removed in the file, and roles stay") {
  UsersFixture u;
  CHECK(u.Alter({{}, {UsersFixture::Upsertion("ann")}}) == ErrorCode::kNone);
  const auto ann = u.InFile("ann");
  REQUIRE(ann != nullptr);
  CHECK(ann->sha256->salt == std::string(26, '\7'));
  CHECK(ann->sha512.has_value());
  CHECK(ann->grants.size() == 1);
  CHECK(u.Alter({{}, {UsersFixture::Upsertion("bob", kScram512)}}) == ErrorCode::kNone);
  REQUIRE(u.InFile("bob") != nullptr);
  CHECK(u.InFile("bob")->grants.empty());
  CHECK(u.Alter({{{"bob", kScram512}}, {}}) == ErrorCode::kNone);
  CHECK(u.InFile("bob") == nullptr);
}

TEST_CASE("what cannot be set changes nothing") {
  UsersFixture u;
  CHECK(u.Alter({{{"bob", kScram256}}, {}}) == ErrorCode::kResourceNotFound);
  CHECK(u.Alter({{{"ann", 7}}, {}}) == ErrorCode::kUnsupportedSaslMechanism);
  CHECK(u.Alter({{}, {UsersFixture::Upsertion("")}}) == ErrorCode::kUnacceptableCredential);
  CHECK(u.Alter({{}, {UsersFixture::Upsertion("ann", kScram256, 4095)}}) ==
        ErrorCode::kUnacceptableCredential);
  CHECK(u.Alter({{}, {UsersFixture::Upsertion("ann", kScram256, 16385)}}) ==
        ErrorCode::kUnacceptableCredential);
  auto short_one = UsersFixture::Upsertion("ann");
  short_one.salted_password.pop_back();
  CHECK(u.Alter({{}, {short_one}}) == ErrorCode::kUnacceptableCredential);
  CHECK(u.Alter({{{"ann", kScram256}}, {UsersFixture::Upsertion("ann")}}) ==
        ErrorCode::kDuplicateResource);
  CHECK(access::FormatUser(*u.InFile("ann")) ==
        access::FormatUser(*u.f.broker->options.users->Find("ann")));
  CHECK(access::IsPasswordOf(*u.InFile("ann")->sha256, access::ScramHash::kSha256, "old"));
}

TEST_CASE("while another process keeps the file of users, others are answered") {
  UsersFixture u;
  AlterUserScramCredentialsRequest request;
  request.upsertions.push_back(UsersFixture::Upsertion("bob"));
  FileDescriptor lock(::open(u.folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(::flock(lock.get(), LOCK_EX | LOCK_NB) == 0);
  const ReplySlot slot = u.f.Start(request, 0);
  const int32_t asked = u.f.correlation;
  for (int i = 0; i < 5; ++i) {
    CHECK(u.f.Ask<DescribeUserScramCredentialsResponse>(DescribeUserScramCredentialsRequest{})
              .results.size() == 1);
  }
  CHECK_FALSE(slot->has_value());
  lock = FileDescriptor();
  const Reply reply = u.f.Await(slot);
  u.f.correlation = asked;
  const auto answer = u.f.Read<AlterUserScramCredentialsResponse>(reply, 0);
  REQUIRE(answer.results.size() == 1);
  CHECK(answer.results.front().error_code == ErrorCode::kNone);
  CHECK(u.InFile("bob") != nullptr);
}

TEST_CASE("without a file of users there are none to show or set") {
  BrokerFixture f;
  CHECK(f.Ask<DescribeUserScramCredentialsResponse>(DescribeUserScramCredentialsRequest{})
            .error_code == ErrorCode::kSecurityDisabled);
  AlterUserScramCredentialsRequest request;
  request.upsertions.push_back(UsersFixture::Upsertion("ann"));
  const auto answer = f.Ask<AlterUserScramCredentialsResponse>(request);
  REQUIRE(answer.results.size() == 1);
  CHECK(answer.results.front().error_code == ErrorCode::kSecurityDisabled);
}

}  // namespace gamevents::broker
