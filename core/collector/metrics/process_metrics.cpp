#include "core/collector/metrics/process_metrics.h"

#include "core/base/file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr size_t kStatBytesMax = 4096;
constexpr size_t kSystemStatBytesMax = size_t{1} << 20;
constexpr char kDescriptors[] = "/proc/self/fd";

// The fields of /proc/self/stat by their numbers in proc_pid_stat(5), the first that is a number.
constexpr size_t kFirstField = 3;
constexpr size_t kUserTicks = 14;
constexpr size_t kSystemTicks = 15;
constexpr size_t kThreads = 20;
constexpr size_t kStartTicks = 22;
constexpr size_t kVirtualBytes = 23;
constexpr size_t kResidentPages = 24;

// One number of that file; nullopt where it cannot be read.
std::optional<double> StatField(size_t number) {
  const auto stat = ReadFile("/proc/self/stat", kStatBytesMax);
  if (!stat) return std::nullopt;
  // Behind the name, which may hold spaces and brackets.
  size_t at = stat->rfind(')');
  for (size_t field = kFirstField - 1; at != std::string::npos && field < number; ++field) {
    at = stat->find(' ', at + 1);
  }
  if (at == std::string::npos) return std::nullopt;
  return std::strtod(stat->c_str() + at, nullptr);
}

double SecondsOf(double ticks) { return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

std::optional<double> CpuSeconds() {
  const auto user = StatField(kUserTicks);
  const auto system = StatField(kSystemTicks);
  if (!user || !system) return std::nullopt;
  return SecondsOf(*user + *system);
}

// Since 1970: the system's start, and the ticks from there on.
std::optional<double> StartSeconds() {
  const auto ticks = StatField(kStartTicks);
  const auto system = ReadFile("/proc/stat", kSystemStatBytesMax);
  if (!ticks || !system) return std::nullopt;
  const std::string name = "\nbtime ";
  const size_t at = system->find(name);
  if (at == std::string::npos) return std::nullopt;
  return std::strtod(system->c_str() + at + name.size(), nullptr) + SecondsOf(*ticks);
}

std::optional<double> ResidentBytes() {
  const auto pages = StatField(kResidentPages);
  if (!pages) return std::nullopt;
  return *pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::optional<double> VirtualBytes() { return StatField(kVirtualBytes); }

std::optional<double> Threads() { return StatField(kThreads); }

// Since Linux 6.2 the folder's size is how many there are. Before, they must be counted.
std::optional<double> OpenDescriptors() {
  struct stat folder = {};
  if (::stat(kDescriptors, &folder) == 0 && folder.st_size > 0) {
    return static_cast<double>(folder.st_size);
  }
  std::error_code error;
  std::filesystem::directory_iterator each(kDescriptors, error);
  if (error) return std::nullopt;
  double count = -1;  // but for that of the folder itself
  for (const std::filesystem::directory_iterator end; each != end && !error;) {
    ++count;
    each.increment(error);
  }
  return count;
}

std::optional<double> MaxDescriptors() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::nullopt;
  }
  return static_cast<double>(limit.rlim_cur);
}

struct ShownOfProcess {
  const char* name;
  const char* help;
  bool is_counter;
  std::optional<double> (*read)();
};

constexpr auto kShownOfProcess = std::to_array<ShownOfProcess>({
    {"process_cpu_seconds_total", "User and system time, in seconds.", true, CpuSeconds},
    {"process_resident_memory_bytes", "Memory that is in use, in bytes.", false, ResidentBytes},
    {"process_virtual_memory_bytes", "Addresses that are mapped, in bytes.", false, VirtualBytes},
    {"process_open_fds", "Open file descriptors.", false, OpenDescriptors},
    {"process_max_fds", "How many may be open.", false, MaxDescriptors},
    {"process_threads", "Threads of the process.", false, Threads},
    {"process_start_time_seconds",
     "When the process started, in seconds since 1970-01-01T00:00:00Z.", false, StartSeconds},
});

}  // namespace

void ShowProcess(Metrics& metrics) {
  for (const ShownOfProcess& shown : kShownOfProcess) {
    metrics.AddSource({shown.name, shown.help, shown.is_counter, {}, [read = shown.read] {
                         const std::optional<double> value = read();
                         return value ? std::vector<Sample>{{*value}} : std::vector<Sample>{};
                       }});
  }
}

}  // namespace gamevents::collector
