#pragma once

#include "core/base/check.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace gamevents::config {

/// A folder of its own for one test, the working directory while it lives, removed after.
class TempFolder {
 public:
  TempFolder() : before_(std::filesystem::current_path()) {
    std::string name = (std::filesystem::temp_directory_path() / "config-XXXXXX").string();
    INVARIANT(::mkdtemp(name.data()) != nullptr);
    path_ = std::filesystem::canonical(name);
    std::filesystem::current_path(path_);
  }
  ~TempFolder() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(path_);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path() const { return path_.string(); }

  /// Writes a file, its folders too, and gives its full name.
  std::string Write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

}  // namespace gamevents::config
