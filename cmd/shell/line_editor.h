#pragma once

#include "core/base/result.h"
#include "core/report/shell/completion.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gamevents::cmd {

/// Statements that the history keeps.
inline constexpr size_t kHistoryMax = 1'000;

/// Lines typed on the terminal that stdin and stdout are, edited as in other programs (libedit,
/// with the user's ~/.editrc), with a history and completion. The only place that knows libedit.
/// One at a time in a process; one thread.
class LineEditor {
 public:
  using Complete = std::function<report::shell::Completion(std::string_view before)>;

  /// `history_file` is made with the mode 0600, its folder with 0700; "" keeps no history.
  /// `complete` is asked for the line up to the cursor when Tab is pressed.
  /// Errors: kIo (the terminal; the history, whose file is named).
  static Result<std::unique_ptr<LineEditor>> Open(const std::string& history_file,
                                                  Complete complete);
  ~LineEditor();

  enum class Ended : uint8_t {
    kLine,       ///< with Enter
    kCancelled,  ///< with Ctrl-C: what was typed is not meant
    kInput       ///< with Ctrl-D, or the terminal is gone, or the process was told to stop
  };
  struct Line {
    Ended ended = Ended::kInput;
    std::string text{};  ///< of kLine, without the line's end
  };

  /// Waits for the next line.
  Line Read(const std::string& prompt);

  /// Adds a statement to the history, in memory and in the file. Errors: kIo.
  Status Remember(std::string_view statement);

 private:
  struct Impl;
  explicit LineEditor(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace gamevents::cmd
