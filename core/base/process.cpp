#include "core/base/process.h"

#include "core/base/file.h"
#include "core/base/number.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

namespace gamevents {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTableBytesMax = size_t{8} << 20;
constexpr size_t kArgumentsBytesMax = size_t{64} << 10;
// A socket's state in /proc/net/tcp.
constexpr std::string_view kListens = "0A";

/// The sockets that listen on `port`, as the links in a process's fd folder name them. A line of
/// /proc/net/tcp begins "sl local:port remote:port state" and has the inode in its tenth place
/// (proc(5)).
void AddListeners(const std::string& table, uint16_t port, std::set<std::string>& sockets) {
  const auto text = ReadFile(table, kTableBytesMax);
  if (!text) return;
  std::istringstream lines(*text);
  std::string line;
  std::getline(lines, line);  // the headings
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, skipped, inode;
    words >> number >> local >> remote >> state;
    for (int i = 0; i < 5; ++i) words >> skipped;
    if (!(words >> inode) || state != kListens) continue;
    const size_t colon = local.find(':');
    if (colon == local.npos) continue;
    const auto local_port = ParseWholeNumber<uint16_t>(local.substr(colon + 1), 16);
    if (local_port == port) sockets.insert("socket:[" + inode + "]");
  }
}

bool HasOneOf(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code error;
  fs::directory_iterator each(process / "fd", error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    std::error_code unread;
    if (sockets.contains(fs::read_symlink(each->path(), unread).string())) return true;
  }
  return false;
}

}  // namespace

std::optional<pid_t> ListenerOn(uint16_t port) {
  std::set<std::string> sockets;
  AddListeners("/proc/net/tcp", port, sockets);
  AddListeners("/proc/net/tcp6", port, sockets);
  if (sockets.empty()) return std::nullopt;
  std::error_code error;
  fs::directory_iterator each("/proc", error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    const auto process = ParseWholeNumber<pid_t>(each->path().filename().string());
    if (process && HasOneOf(each->path(), sockets)) return process;
  }
  return std::nullopt;
}

std::string CommandLineOf(pid_t process) {
  auto text = ReadFile("/proc/" + std::to_string(process) + "/cmdline", kArgumentsBytesMax);
  if (!text || text->empty()) return {};
  if (text->back() == '\0') text->pop_back();
  const size_t end = std::min(text->find('\0'), text->size());
  const size_t slash = text->rfind('/', end);
  if (slash != text->npos) text->erase(0, slash + 1);
  std::ranges::replace(*text, '\0', ' ');
  return *text;
}

bool RunsWith(pid_t process, std::string_view name, std::string_view argument) {
  const std::string line = CommandLineOf(process) + " ";
  return line.starts_with(std::string(name) + " ") &&
         line.find(" " + std::string(argument) + " ") != line.npos;
}

}  // namespace gamevents
