#pragma once

#include "tests/support/temp_folder.h"

#include <filesystem>

namespace gamevents::config {

/// A folder of its own for one test, and the working directory while it lives.
class WorkingFolder : public TempFolder {
 public:
  WorkingFolder() { std::filesystem::current_path(path()); }
  ~WorkingFolder() { std::filesystem::current_path(before_); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
};

}  // namespace gamevents::config
