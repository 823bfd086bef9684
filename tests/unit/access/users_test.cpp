// Goal: a role gives what it says for the topics of its prefix, and nothing else; what no user can
// be is refused. Method: a table of grants and topics, and users at and beyond each limit.
#include "core/access/users.h"

#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::access {
namespace {

User WithGrants(std::initializer_list<std::string_view> texts) {
  User user{"ann", {}, {}, {}};
  for (const std::string_view text : texts) user.grants.push_back(ParseGrant(text).value());
  return user;
}

}  // namespace

TEST_CASE("roles and grants are written as they are read") {
  for (const std::string text : {"read", "write:game-", "admin", "admin:a.b_c-9"}) {
    CHECK(FormatGrant(ParseGrant(text).value()) == text);
  }
  CHECK(ParseGrant("write:game-").value() == Grant{Role::kWrite, "game-"});
  CHECK(ParseGrant("read:" + std::string(249, 'a')).ok());
  for (const std::string& text : std::vector<std::string>{
           std::string(), std::string("Read"), std::string("owner"), std::string(":a"),
           std::string("read:"), std::string("read:a b"), std::string("read:a:b"),
           std::string("write:é"), "read:" + std::string(250, 'a')}) {
    INFO(text);
    CHECK(ParseGrant(text).error().fault == Fault::kBadInput);
  }
}

TEST_CASE("a role is for the topics of its prefix, and admin contains the others") {
  const User user = WithGrants({"read:game-", "write:scores", "admin:own."});
  CHECK(MayUseTopic(user, Role::kRead, "game-1"));
  CHECK(MayUseTopic(user, Role::kRead, "game-"));
  CHECK_FALSE(MayUseTopic(user, Role::kRead, "game"));
  CHECK_FALSE(MayUseTopic(user, Role::kWrite, "game-1"));
  CHECK_FALSE(MayUseTopic(user, Role::kAdmin, "game-1"));
  CHECK(MayUseTopic(user, Role::kWrite, "scores"));
  CHECK_FALSE(MayUseTopic(user, Role::kRead, "scores"));
  for (const Role role : {Role::kRead, Role::kWrite, Role::kAdmin}) {
    CHECK(MayUseTopic(user, role, "own.topic"));
    CHECK_FALSE(MayUseTopic(user, role, "other"));
    CHECK(HasRole(user, role));
  }
  CHECK_FALSE(MayUseCluster(user));
  CHECK_FALSE(MayUseCluster(WithGrants({"read", "write"})));
  CHECK(MayUseCluster(WithGrants({"read:a", "admin"})));
  CHECK_FALSE(HasRole(WithGrants({"read"}), Role::kWrite));
  CHECK(MayUseTopic(WithGrants({"write"}), Role::kWrite, "any"));
  CHECK_FALSE(HasRole(WithGrants({}), Role::kRead));
}

TEST_CASE("a user that cannot be a line of the file is refused") {
  CHECK(CheckUser(UserOf("ann", "pencil")).ok());
  CHECK(CheckUser(WithGrants({"read"})).ok());
  const auto refused = [](const User& user) { return !CheckUser(user); };
  CHECK(refused(WithGrants({})));
  CHECK(refused(WithGrants({"read", "read"})));
  for (const std::string name : {"", " a", "a ", "a\nb", "a\x7F", "role=read", "sha256=", "\xC3"}) {
    INFO(name);
    User user = WithGrants({"read"});
    user.name = name;
    CHECK(refused(user));
  }
  User user = UserOf("ann", "pencil");
  user.sha256->iterations = kIterationsMax + 1;
  CHECK(refused(user));
  user = UserOf("ann", "pencil");
  user.sha512->stored_key.pop_back();
  CHECK(refused(user));
  user = UserOf("ann", "pencil");
  user.sha256->salt = std::string(kSaltBytesMax + 1, 's');
  CHECK(refused(user));
  user = WithGrants({});
  for (size_t i = 0; i <= kGrantsMax; ++i) {
    CHECK((i == 0 || CheckUser(user).ok()));
    user.grants.push_back({Role::kRead, "t" + std::to_string(i)});
  }
  CHECK(CheckUser(user).error().fault == Fault::kFull);
}

}  // namespace gamevents::access
