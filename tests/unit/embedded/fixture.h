#pragma once

#include "core/base/check.h"
#include "core/embedded/runner.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace gamevents::embedded {

/// A folder of its own for one test, removed after.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "embedded-XXXXXX").string();
    INVARIANT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path() const { return path_.string(); }
  bool Has(const std::string& name) const { return std::filesystem::exists(path_ / name); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

/// A broker over `directory` on any free loopback port.
inline EmbeddedOptions OptionsFor(const std::string& directory) {
  EmbeddedOptions options;
  options.log.directory = directory;
  return options;
}

/// The lock, which must be free.
inline DirectoryLock MustLock(const std::string& directory) {
  auto lock = DirectoryLock::TryTake(directory);
  INVARIANT(lock.ok());
  INVARIANT(lock->has_value());
  return std::move(**lock);
}

}  // namespace gamevents::embedded
