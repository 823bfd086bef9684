#pragma once

#include "core/base/check.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace gamevents::spark {

/// A folder of its own for one test, removed after.
class TemporaryFiles {
 public:
  TemporaryFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "spark-test-XXXXXX").string();
    INVARIANT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFiles() { std::filesystem::remove_all(path_); }
  TemporaryFiles(const TemporaryFiles&) = delete;
  TemporaryFiles& operator=(const TemporaryFiles&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file and gives its full name.
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

  /// The same as a program for the shell.
  std::string Script(const std::string& name, const std::string& body) const {
    const std::string file = Write(name, "#!/bin/sh\n" + body);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace gamevents::spark
