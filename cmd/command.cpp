#include "cmd/command.h"

#include "core/base/notes.h"
#include "core/base/terminal.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace gamevents::cmd {

Exit FailUsage(std::string_view message) {
  PrintError(message);
  return Exit::kUsage;
}

void PrintError(std::string_view message) {
  // What has been answered so far comes first where stdout and stderr are the same file.
  std::fflush(stdout);
  std::string text;
  while (true) {
    const size_t end = message.find('\n');
    text.append("gamevents: ").append(EscapeControls(message.substr(0, end), "\t")).append("\n");
    if (end == std::string_view::npos || end + 1 == message.size()) break;
    message.remove_prefix(end + 1);
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void PrintStatus(std::string_view line) {
  const std::string text = EscapeControls(line, "\t") + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
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
