// Goal: no message of a client breaks an exchange, and none proves a user that it does not name.
// Method: the input's first byte says the mechanism, each line behind it is a message ('|' stands
// for PLAIN's NUL). The user and the server's nonce are RFC 7677's, so that its exchange succeeds.
#include "core/access/scram_exchange.h"
#include "core/base/check.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace gamevents::access {
namespace {

Result<std::string> FixedNonce() { return std::string("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"); }

// "user" with the password "pencil".
UserFile& Users() {
  static const TempFolder folder;
  static const std::shared_ptr<UserFile> users =
      UserFile::Open(folder.Write("users",
                                  "sha256=4096:W22ZaJ0SNY7soEsUEjb6gQ==:"
                                  "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                                  "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU= user\n"))
          .value();
  return *users;
}

std::unique_ptr<Exchange> Begin(char mechanism) {
  if (mechanism == 'p') return BeginExchange(Mechanism::kPlain, Users());
  return std::make_unique<ScramExchange>(mechanism == '5' ? ScramHash::kSha512 : ScramHash::kSha256,
                                         Users(), &FixedNonce);
}

void TrySasl(std::string_view input) {
  if (input.empty()) return;
  const auto exchange = Begin(input.front());
  bool over = false;
  for (const std::string_view line : SplitLines(input.substr(1))) {
    std::string message(line);
    if (input.front() == 'p') std::ranges::replace(message, '|', '\0');
    const auto step = exchange->Next(message);
    if (over) {
      INVARIANT(!step.ok() && step.error().fault == Fault::kClosed);
      continue;
    }
    if (step.ok() && step->user) {
      INVARIANT(step->user->name == "user");
      INVARIANT(exchange->claimed_name() == "user");
    }
    over = !step.ok() || step->user != nullptr;
  }
}

}  // namespace
}  // namespace gamevents::access

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::access::TrySasl({reinterpret_cast<const char*>(data), size});
  return 0;
}
