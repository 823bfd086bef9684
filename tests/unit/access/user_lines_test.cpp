// Goal: a line says what it says, is written as it is read, a mistake is named with its line and
// never repeated, and lines that need not change do not. Method: lines of every setting, each
// mistake, and texts with comments that are changed.
#include "core/access/user_lines.h"

#include "core/base/ascii.h"
#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::access {
namespace {

// RFC 7677's example: the password is "pencil".
const std::string kPencil =
    "4096:W22ZaJ0SNY7soEsUEjb6gQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

}  // namespace

TEST_CASE("a line has settings in any order, and a name that may have blanks") {
  const auto users = ParseUsers("# ours\n\n\trole=read  sha256=" + kPencil +
                                " role=write:game-   the game = ours \r\nrole=admin x");
  REQUIRE(users.ok());
  REQUIRE(users->size() == 2);
  const User& game = users->front();
  CHECK(game.name == "the game = ours");
  CHECK(game.grants == std::vector<Grant>{{Role::kRead, ""}, {Role::kWrite, "game-"}});
  CHECK(game.sha256 == PencilCredential());
  CHECK_FALSE(game.sha512);
  CHECK(FormatUser(game) == "role=read role=write:game- sha256=" + kPencil + " the game = ours\n");
  CHECK(users->back() == User{"x", {{Role::kAdmin, ""}}, {}, {}});
  CHECK(ParseUsers("")->empty());
}

TEST_CASE("a user is written as it is read") {
  User user = UserOf("zoë, from QA", "pencil");
  user.grants = {{Role::kRead, "a"}, {Role::kWrite, ""}};
  CHECK(ParseUsers(FormatUser(user)).value() == std::vector<User>{user});
}

TEST_CASE("a mistake is named with its line, and what stands there is not repeated") {
  const std::string secret = "hunter2";
  for (const std::string& line : std::vector<std::string>{
           secret, "role=" + secret + " a", "role=read", "sha256=" + secret + " a",
           "sha256=" + kPencil + secret + " a", "sha256=" + kPencil + " sha256=" + kPencil + " a",
           "sha512=" + kPencil + " a", "role=read:" + secret + ": a", "role=read role=read a",
           "sha256=4095" + kPencil.substr(4) + " a",
           "sha256=99999999999" + kPencil.substr(4) + " a",
           "sha256=4096::" + kPencil.substr(30) + " a", "role=read a\x01" + secret,
           "role=read ann"}) {
    INFO(line);
    const auto users = ParseUsers("role=read ann\n# here\n" + line + "\n");
    REQUIRE_FALSE(users.ok());
    CHECK(users.error().fault == Fault::kBadInput);
    CHECK(users.error().context.starts_with("3: "));
    CHECK(users.error().context.find(secret) == std::string::npos);
    CHECK(users.error().context.find("W22Za") == std::string::npos);
  }
}

TEST_CASE("there are limits") {
  std::string text;
  for (size_t i = 0; i < kUsersMax; ++i) text += "role=read u" + std::to_string(i) + "\n";
  auto users = ParseUsers(text);
  REQUIRE(users.ok());
  CHECK(ParseUsers(text + "role=read more").error().fault == Fault::kFull);
  users->push_back({"more", {{Role::kRead, ""}}, {}, {}});
  CHECK(ReplaceUsers(text, *users).error().fault == Fault::kFull);
  std::string many;
  for (size_t i = 0; i <= kGrantsMax; ++i) many += "role=read:t" + std::to_string(i) + " ";
  CHECK(ParseUsers(many + "a").error().fault == Fault::kFull);
}

TEST_CASE("only the lines of users that changed are written") {
  const std::string text =
      "# ours\n  role=read   ann\r\nrole=read bob\n\nrole=read eve # no\n# end";
  auto users = ParseUsers(text).value();
  CHECK(ReplaceUsers(text, users).value() == text);
  users[1].grants.push_back({Role::kWrite, "b"});
  users.erase(users.begin() + 2);
  users.insert(users.begin(), User{"new", {{Role::kAdmin, ""}}, {}, {}});
  CHECK(ReplaceUsers(text, users).value() ==
        "# ours\n  role=read   ann\r\nrole=read role=write:b bob\n\n# end\nrole=admin new\n");
  CHECK(ReplaceUsers("", users)->starts_with("role=admin new\n"));
  CHECK(ReplaceUsers(text, {}).value() == "# ours\n\n# end");
}

TEST_CASE("what cannot be written is refused with the user's name") {
  CHECK(ReplaceUsers("", {{"ann", {}, {}, {}}}).error().context.starts_with("ann: "));
  const User ann{"ann", {{Role::kRead, ""}}, {}, {}};
  CHECK(ReplaceUsers("", {ann, ann}).error().fault == Fault::kExists);
  CHECK(ReplaceUsers("broken", {ann}).error().context.starts_with("1: "));
}

}  // namespace gamevents::access
