#include "core/broker/refusals.h"

#include "core/base/notes.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace gamevents::broker {
namespace {

using access::Mechanism;
using enum LoginRefusal;

constexpr std::chrono::seconds kLineEvery{1};

constexpr auto kLogins = std::to_array<Refusals::Login>({
    {kCredentials, Mechanism::kPlain, "credentials"},
    {kCredentials, Mechanism::kScramSha256, "credentials"},
    {kCredentials, Mechanism::kScramSha512, "credentials"},
    {kMessage, Mechanism::kPlain, "message"},
    {kMessage, Mechanism::kScramSha256, "message"},
    {kMessage, Mechanism::kScramSha512, "message"},
    {kMechanism, std::nullopt, "mechanism"},
    {kNotBegun, std::nullopt, "not_begun"},
    {kUnfinished, std::nullopt, "unfinished"},
    {kOver, std::nullopt, "over"},
});

// The row of both; for want of one with the mechanism, that without.
size_t RowOf(LoginRefusal why, std::optional<Mechanism> mechanism) {
  const auto row = std::ranges::find_if(kLogins, [&](const Refusals::Login& login) {
    return login.why == why && (!login.mechanism || login.mechanism == mechanism);
  });
  return static_cast<size_t>(row - kLogins.begin());
}

}  // namespace

std::span<const Refusals::Login> Refusals::Logins() {
  static_assert(kLogins.size() <= kLoginsMax);
  return kLogins;
}

void Refusals::AddLogin(LoginRefusal why, std::optional<Mechanism> mechanism,
                        std::string_view what) {
  ++logins_.at(RowOf(why, mechanism));
  NoteOne(what);
}

uint64_t Refusals::logins(const Login& row) const {
  return logins_.at(RowOf(row.why, row.mechanism));
}

uint64_t Refusals::logins() const {
  return std::accumulate(logins_.begin(), logins_.end(), uint64_t{0});
}

void Refusals::NoteOne(std::string_view what) {
  uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
      ++left_out_;
      return;
    }
    next_ = now + kLineEvery;
    left_out = std::exchange(left_out_, 0);
  }
  std::string line(what);
  if (left_out > 0) line += " (and " + std::to_string(left_out) + " more before)";
  Note(NoteLevel::kWarning, line);
}

}  // namespace gamevents::broker
