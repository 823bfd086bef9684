#pragma once

#include "core/access/sasl.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

namespace gamevents::broker {

/// Why a client was not let in, or not any more.
enum class LoginRefusal : uint8_t {
  kCredentials,  ///< no such user, or a wrong password: nobody is told which
  kMessage,      ///< a message that breaks the mechanism's rules
  kMechanism,    ///< a mechanism that is not offered, or asked for out of turn
  kNotBegun,     ///< a request before the client has said who it is
  kUnfinished,   ///< too slow, or given up because too many others wait
  kOver,         ///< the authentication is too long ago, or the user was removed
};

/// Whom the broker did not let in: counts them, and notes one at most once a second, in a line that
/// says how many were left out. Thread-safe.
class Refusals {
 public:
  /// What is counted of logins: one row for each reason and mechanism that come together.
  struct Login {
    LoginRefusal why;
    std::optional<access::Mechanism> mechanism;  ///< none where the client has begun none
    std::string_view why_name;                   ///< "credentials", as /metrics names it
  };
  static std::span<const Login> Logins();

  /// Counts a client that is not let in, and notes "`what`" as a warning where there is room for
  /// it. `mechanism` is what the client has begun.
  void AddLogin(LoginRefusal why, std::optional<access::Mechanism> mechanism,
                std::string_view what);
  /// Counts a TLS handshake that has begun, and one that came to nothing.
  void AddHandshake() { ++handshakes_; }
  void AddFailedHandshake() { ++failed_handshakes_; }

  /// How many logins of a row of Logins there were, and of all.
  uint64_t logins(const Login& row) const;
  uint64_t logins() const;
  uint64_t handshakes() const { return handshakes_; }
  uint64_t failed_handshakes() const { return failed_handshakes_; }

 private:
  void NoteOne(std::string_view what);

  static constexpr size_t kLoginsMax = 16;
  std::array<std::atomic<uint64_t>, kLoginsMax> logins_{};  // by the rows of Logins
  std::atomic<uint64_t> handshakes_{0};
  std::atomic<uint64_t> failed_handshakes_{0};

  std::mutex mutex_;
  uint64_t left_out_ = 0;  // of the lines since the last one
  std::chrono::steady_clock::time_point next_;
};

}  // namespace gamevents::broker
