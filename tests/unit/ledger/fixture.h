#pragma once

#include "core/base/uuid.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace gamevents::ledger {

/// A path for a file of the test's own, which is removed with it.
class TempPath {
 public:
  TempPath() : folder_(std::filesystem::temp_directory_path() / FormatUuid(MakeUuidV4())) {
    std::filesystem::create_directory(folder_);
  }
  ~TempPath() { std::filesystem::remove_all(folder_); }
  TempPath(const TempPath&) = delete;
  TempPath& operator=(const TempPath&) = delete;

  std::string path() const { return folder_ / "ledger"; }
  std::string Content() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Write(const std::string& content) const {
    std::ofstream(path(), std::ios::binary | std::ios::trunc) << content;
  }

 private:
  std::filesystem::path folder_;
};

/// An id that says its number: …-000000000007.
inline std::string IdText(int number) {
  std::string digits = std::to_string(number);
  return "0193a5b2-7c1d-7e34-9f00-" + std::string(12 - digits.size(), '0') + digits;
}
inline Uuid Id(int number) { return ParseUuid(IdText(number)).value(); }

}  // namespace gamevents::ledger
