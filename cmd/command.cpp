#include "cmd/command.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/note_form.h"
#include "core/base/notes.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace gamevents::cmd {

Exit FailUsage(std::string_view message) {
  PrintError(message);
  return Exit::kUsage;
}

Result<Exit> FailSetUp(const Error& error) {
  if (error.fault != Fault::kBadInput) return error;
  return FailUsage(error.context);
}

void PrintError(std::string_view message) {
  // What has been answered so far comes first where stdout and stderr are the same file.
  std::fflush(stdout);
  const std::string text = FormatFailure(Clock::System().Now(), message, CurrentNoteForm());
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void PrintStatus(std::string_view line) {
  const std::string text = FormatStatus(Clock::System().Now(), line, CurrentNoteForm());
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void PrintNotice(std::string_view line) {
  if (IsNoted(NoteLevel::kInfo)) PrintStatus(line);
}

Exit FailLogged(const Error& error) {
  Note(NoteLevel::kError, error.context);
  return Exit::kFailed;
}

Result<Exit> PrintAnswer(std::string_view text) {
  if (Status written = WriteAll(STDOUT_FILENO, text); !written) {
    return std::move(written).error().In("stdout");
  }
  return Exit::kOk;
}

bool UseColor(ColorMode mode, int fd) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return ::isatty(fd) == 1;
}

}  // namespace gamevents::cmd
