#pragma once

#include "core/config/keys.h"
#include "core/config/load.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::config {

/// What one place says about one key, before it is read as the key's type.
struct Assignment {
  const Key* key = nullptr;
  std::optional<std::string> entry;  ///< of a kEntries key: which one; nullopt: none at all
  std::vector<std::string> texts;    ///< the items of a list; one text otherwise
  std::string where;                 ///< before messages: "gamevents.yaml:3:9", "--set"
  std::string source;                ///< for `config show`: "gamevents.yaml:3", "--set"
  bool secret = false;               ///< the text came out of a secret's file or variable
};

/// Finds the key, or the kEntries key and its entry, that a dotted name from outside the file
/// means, and splits `text` as its type wants. `where` is also the source.
/// Errors: kBadInput, with `where`.
Result<std::vector<Assignment>> Assign(std::string_view name, std::string_view text,
                                       const std::string& where);

/// Puts assignments onto the defaults, a later one over an earlier, and remembers who set what.
class Layers {
 public:
  /// Begins with every key's default.
  Layers();

  /// Errors: kBadInput: "gamevents.yaml:3:9: serve.port: 70000 is out of range: 0 to 65535". The
  /// settings are then as before.
  Status Apply(const Assignment& assignment);

  /// The settings and origins so far.
  Loaded Take() &&;

 private:
  struct Source {
    std::string name;
    bool secret = false;
  };

  Settings settings_;
  std::map<std::string, Source, std::less<>> sources_;  ///< by key, or by key.entry
};

}  // namespace gamevents::config
