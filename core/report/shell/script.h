#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::shell {

/// The longest statement that is gathered; a longer one is handed over as it is then, to be
/// refused.
inline constexpr size_t kGatheredBytesMax = size_t{1} << 20;

/// One thing that was typed whole.
struct Typed {
  enum class Kind : uint8_t {
    kStatement,  ///< SQL, without its semicolon
    kCommand     ///< "\x", "\o FILE": a line that begins with a backslash
  };
  Kind kind = Kind::kStatement;
  std::string text;
  bool operator==(const Typed&) const = default;
};

/// Gathers lines until they are statements: up to a semicolon that stands outside quotes and
/// comments. Not thread-safe.
class Script {
 public:
  /// Takes a line, without its end; returns what it completes, in the order typed. A line that
  /// begins with a backslash outside quotes and comments is a command, also amid a statement.
  std::vector<Typed> Add(std::string_view line);

  /// Whether a statement has begun and waits for its end.
  bool InStatement() const;

  /// Takes away what has begun; "" where nothing has.
  std::string TakeRest();

 private:
  enum class State : uint8_t { kPlain, kQuoted, kLineComment, kBlockComment };

  void Step(char c, char next);

  std::string text_;
  State state_ = State::kPlain;
  char quote_ = 0;     ///< that ends kQuoted
  bool skip_ = false;  ///< the next character was read with the one before
};

}  // namespace gamevents::report::shell
