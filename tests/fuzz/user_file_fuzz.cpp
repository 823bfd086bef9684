// Goal: no file of users is read out of bounds, and what is understood of one is kept when the file
// is changed. Method: the input is the file; its users must be written as lines that read the same,
// a change of nothing must leave the text, and a user that is added and removed again the users.
#include "core/access/user_lines.h"
#include "core/base/check.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::access {
namespace {

void TryUserFile(std::string_view text) {
  const auto users = ParseUsers(text);
  if (!users) return;
  std::string lines;
  for (const User& user : *users) lines += FormatUser(user);
  INVARIANT(ParseUsers(lines).value() == *users);
  INVARIANT(ReplaceUsers(text, *users).value() == text);

  const User added{"the user of the fuzz target", {{Role::kWrite, "game-"}}, {}, {}};
  if (std::ranges::find(*users, added.name, &User::name) != users->end()) return;
  std::vector<User> expected = *users;
  expected.push_back(added);
  const auto more = ReplaceUsers(text, expected);
  if (!more) {
    INVARIANT(more.error().fault == Fault::kFull);
    return;
  }
  INVARIANT(ParseUsers(*more).value() == expected);
  INVARIANT(ParseUsers(ReplaceUsers(*more, *users).value()).value() == *users);
  if (users->empty()) return;
  expected.front().grants = {{Role::kAdmin, ""}};
  INVARIANT(ParseUsers(ReplaceUsers(text, expected).value()).value() == expected);
}

}  // namespace
}  // namespace gamevents::access

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::access::TryUserFile({reinterpret_cast<const char*>(data), size});
  return 0;
}
