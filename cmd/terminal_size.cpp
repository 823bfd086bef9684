#include "cmd/terminal_size.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace gamevents::cmd {

TerminalExtent TerminalSize() {
  TerminalExtent extent;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return extent;
  if (size.ws_row > 0) extent.lines = size.ws_row;
  if (size.ws_col > 0) extent.columns = size.ws_col;
  return extent;
}

}  // namespace gamevents::cmd
