#pragma once

#include "cmd/command_tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// A page for man(1): "gamevents-report.1", as roff with the macros of man(7).
struct ManualPage {
  std::string file;
  std::string text;
};

/// A page for the program, one for each command below it with the commands below that one, and
/// gamevents.yaml.5 for the configuration's keys. `version` is what --version prints.
std::vector<ManualPage> ManualPages(const CommandTree& program, std::string_view version);

}  // namespace gamevents::cmd
