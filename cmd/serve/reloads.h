#pragma once

#include "cmd/command.h"
#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// What a running command reads again on SIGHUP, or when its files change. Used by one thread.
class Reloads {
 public:
  /// `read` puts the new state in the place of the old one, or gives an error and leaves the old
  /// one as it is. `name` is what messages call it: a key, "serve.api_keys_file".
  /// Where `changed` is given, it is asked every kWatchEvery, and `read` called when it says so.
  void Add(std::string name, std::function<Status()> read, std::function<bool()> changed = {});

  /// Reads everything again, in the order in which it was added, and notes what became of each: one
  /// that fails keeps none from being read. Gives how many failed.
  size_t Run() const;

  /// How often files are looked at.
  static constexpr std::chrono::milliseconds kWatchEvery{1'000};
  /// Whether there is something to look at.
  bool watches() const;
  /// Reads again what has changed, and notes it as Run does.
  void RunChanged() const;

 private:
  struct Named {
    std::string name;
    std::function<Status()> read;
    std::function<bool()> changed;
  };
  static bool Read(const Named& each);
  std::vector<Named> all_;
};

/// What the configuration itself has for a running command: log.level is read again, and a warning
/// names what else is not as it was at the start. `context` must outlive `reloads`.
void AddSettings(const Context& context, Reloads& reloads);

}  // namespace gamevents::cmd
