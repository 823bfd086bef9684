#include "cmd/confirm.h"

#include "core/base/ascii.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

namespace gamevents::cmd {

Result<bool> Confirm(std::string_view question) {
  if (::isatty(STDIN_FILENO) == 0) {
    return Error{Fault::kBadInput, "nobody can be asked here; --yes says that it is meant"};
  }
  fmt::print(stderr, "{} [y/N] ", question);
  std::fflush(stderr);
  std::string line;
  if (!std::getline(std::cin, line)) return false;
  const std::string answer = Lower(line);
  return answer == "y" || answer == "yes";
}

}  // namespace gamevents::cmd
