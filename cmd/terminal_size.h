#pragma once

#include <cstddef>

namespace gamevents::cmd {

/// How much a terminal shows, in characters.
struct TerminalExtent {
  size_t lines = 24;
  size_t columns = 80;
};

/// The size of the terminal that stdout is; the defaults where it does not say.
TerminalExtent TerminalSize();

}  // namespace gamevents::cmd
