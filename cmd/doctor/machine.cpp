// doctor: the machine's limits, and the processes that run on it.

#include "cmd/doctor/finding.h"
#include "core/base/file.h"
#include "core/base/number.h"
#include "core/base/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <sstream>
#include <string_view>
#include <system_error>

namespace gamevents::cmd {
namespace {

constexpr size_t kProcFileMax = size_t{64} << 10;
// What is open beside connections: segments of the log, files, sockets to Kafka.
constexpr uint64_t kDescriptorsBeside = 1'024;
constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

// The words behind the name of a row in a file of /proc; none where it cannot be read.
std::istringstream WordsBehind(std::string_view row, const std::string& file) {
  const auto text = ReadFile(file, kProcFileMax);
  const size_t at = text ? text->find(row) : std::string::npos;
  return std::istringstream(at == std::string::npos ? "" : text->substr(at + row.size()));
}

// The hard limit on open files of a process, to which gamevents raises its own.
uint64_t DescriptorsOf(pid_t process) {
  auto words = WordsBehind("Max open files", "/proc/" + std::to_string(process) + "/limits");
  std::string soft, hard;
  words >> soft >> hard;
  return ParseWholeNumber<uint64_t>(hard).value_or(kNoLimit);
}

// "MemTotal:  16303428 kB", in bytes.
uint64_t MachineMemory() {
  auto words = WordsBehind("MemTotal:", "/proc/meminfo");
  uint64_t kilobytes = 0;
  return words >> kilobytes ? kilobytes << 10 : kNoLimit;
}

// The limit of the control group (cgroup v2), as containers and MemoryMax= set it.
uint64_t GroupMemory() {
  const auto text = ReadFile("/sys/fs/cgroup/memory.max", kProcFileMax);
  if (!text) return kNoLimit;
  return ParseWholeNumber<uint64_t>(text->substr(0, text->find('\n'))).value_or(kNoLimit);
}

std::string FindOnPath(const std::string& program) {
  if (program.find('/') != std::string::npos) {
    return ::access(program.c_str(), X_OK) == 0 ? program : std::string();
  }
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace

std::vector<Finding> FindDescriptors(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  const pid_t process = examined.holder.value_or(::getpid());
  const uint64_t limit = DescriptorsOf(process);
  auto needed = static_cast<uint64_t>(settings.serve.max_connections) + kDescriptorsBeside;
  if (!examined.data_dir.empty()) needed += static_cast<uint64_t>(settings.embedded.connections);
  const std::string subject = examined.holder ? NameProcess(process) : "this shell";
  if (limit == kNoLimit) return {Ok(subject, "no limit")};
  const std::string found = "at most " + std::to_string(limit);
  if (limit >= needed) return {Ok(subject, found)};
  return {Warn(subject,
               found + ", and serve.max_connections " +
                   std::to_string(settings.serve.max_connections) + " and the log may need " +
                   std::to_string(needed),
               "raise it (ulimit -Hn, LimitNOFILE= in the unit), or lower serve.max_connections; "
               "serve takes as many connections as the limit leaves room for")};
}

std::vector<Finding> FindMemory(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  auto bounds = static_cast<uint64_t>(settings.serve.request_memory) +
                static_cast<uint64_t>(settings.serve.queue_bytes) +
                static_cast<uint64_t>(settings.report.memory);
  if (!examined.data_dir.empty()) {
    bounds += static_cast<uint64_t>(settings.embedded.request_memory);
  }
  const uint64_t there = std::min(MachineMemory(), GroupMemory());
  if (there == kNoLimit) return {};
  const std::string found =
      RoughSize(there) + "; serve's buffers may take " + RoughSize(bounds) + " at most";
  if (bounds <= there / 2) return {Ok("this machine", found)};
  return {
      Warn("this machine", found,
           "lower serve.request_memory, serve.queue_bytes, report.memory and "
           "embedded.request_memory to half of what there is together, or use a larger machine")};
}

std::vector<Finding> FindRunning(const Examined& examined) {
  if (!examined.holder) return {};
  const std::string subject = NameProcess(*examined.holder);
  std::error_code error;
  const std::string executable =
      std::filesystem::read_symlink("/proc/" + std::to_string(*examined.holder) + "/exe", error)
          .string();
  if (error) return {};  // of another user
  if (executable.ends_with(" (deleted)")) {
    return {Warn(subject, "runs an executable that has been replaced or removed since",
                 "restart it, so that it is of the release that is installed")};
  }
  return {Ok(subject, "runs " + executable)};
}

std::vector<Finding> FindSpark(const Examined& examined) {
  const bool is_set = std::ranges::any_of(examined.loaded.origins, [](const auto& origin) {
    return origin.key.starts_with("spark.") && origin.source != "default";
  });
  if (!is_set) return {};
  const std::string& submit = examined.settings().spark.submit;
  const std::string found = FindOnPath(submit);
  if (!found.empty()) return {Ok("spark.submit " + submit, found)};
  return {Fail("spark.submit " + submit, "no such program on PATH",
               "install Spark, or set spark.submit to the path of its spark-submit")};
}

}  // namespace gamevents::cmd
