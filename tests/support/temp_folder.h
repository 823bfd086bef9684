#pragma once

#include "core/base/check.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace gamevents {

/// A folder of its own for one test, removed after with all that is in it.
class TempFolder {
 public:
  /// Makes it below `parent`, which is there.
  explicit TempFolder(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "gamevents-test-XXXXXX").string();
    INVARIANT(::mkdtemp(name.data()) != nullptr);
    path_ = std::filesystem::canonical(name);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  /// The full name of the folder.
  std::string path() const { return path_.string(); }

  /// Whether there is something of that name in it.
  bool Has(const std::string& name) const { return std::filesystem::exists(path_ / name); }

  /// Writes a file over what was there, makes the folders that it needs, and returns its full name.
  std::string Write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    return file.string();
  }

  /// The content of a file; "" where there is none.
  std::string Read(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

/// A file of its own for one test, in a folder of its own. It is not there until somebody writes
/// it.
class TempFile {
 public:
  /// The full name of the file.
  std::string path() const { return folder_.path() + "/" + kName; }

  /// See TempFolder.
  void Write(const std::string& text) const { folder_.Write(kName, text); }
  std::string Read() const { return folder_.Read(kName); }

 private:
  static constexpr char kName[] = "file";

  TempFolder folder_;
};

}  // namespace gamevents
