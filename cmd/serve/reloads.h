#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// What a running command reads again on SIGHUP. Used by one thread.
class Reloads {
 public:
  /// `read` puts the new state in the place of the old one, or gives an error and leaves the old
  /// one as it is. `name` is what messages call it: a key, "serve.api_keys_file".
  void Add(std::string name, std::function<Status()> read);

  /// Reads everything again, in the order in which it was added, and notes what became of each: one
  /// that fails keeps none from being read. Gives how many failed.
  size_t Run() const;

 private:
  struct Named {
    std::string name;
    std::function<Status()> read;
  };
  std::vector<Named> all_;
};

}  // namespace gamevents::cmd
