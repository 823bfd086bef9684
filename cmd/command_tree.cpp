#include "cmd/command_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gamevents::cmd {

std::string FlagDetails(const FlagNode& flag) {
  if (!flag.range.empty()) return flag.range;
  if (flag.choices.empty()) return "";
  const std::string& first = flag.choices.front();
  // Keys of the configuration, "serve.port=", have a page of their own.
  const bool is_known = first.ends_with('=') || flag.help.find(first) != flag.help.npos ||
                        flag.value.find(first) != flag.value.npos;
  return is_known ? "" : fmt::format("{}", fmt::join(flag.choices, ", "));
}

}  // namespace gamevents::cmd
