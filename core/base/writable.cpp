#include "core/base/writable.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace gamevents {

Status CheckWritable(const std::string& path, MissingFolders missing) {
  if (::access(path.c_str(), W_OK) == 0) return Done{};
  if (errno != ENOENT) return SystemError("write to " + path, errno);
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string folder = parent.empty() ? "." : parent;
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return Done{};
  const bool is_made = errno == ENOENT && missing == MissingFolders::kAny && folder != path;
  if (is_made && folder != ".") return CheckWritable(folder, missing);
  return SystemError("write to " + folder, errno);
}

}  // namespace gamevents
