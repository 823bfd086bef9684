// Goal: what is shown of the process is true of this one. Method: the numbers beside what the
// system says in other ways.
#include "core/collector/metrics/process_metrics.h"

#include "core/base/file.h"
#include "tests/unit/catch.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>

namespace gamevents::collector {
namespace {

// The number behind a name at the beginning of a line; -1 where there is none.
double NumberOf(const std::string& text, const std::string& name) {
  const size_t at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

std::string Text() {
  Metrics metrics("1");
  ShowProcess(metrics);
  return metrics.Text();
}

}  // namespace

TEST_CASE("this process has started a moment ago") {
  const double start = NumberOf(Text(), "process_start_time_seconds");
  CHECK(start > static_cast<double>(std::time(nullptr)) - 3600);
  CHECK(start < static_cast<double>(std::time(nullptr)) + 5);
}

TEST_CASE("memory, time and limits are this process's") {
  const std::string text = Text();
  const double resident = NumberOf(text, "process_resident_memory_bytes");
  CHECK(resident > 100'000);
  CHECK(NumberOf(text, "process_virtual_memory_bytes") >= resident);
  const double cpu = NumberOf(text, "process_cpu_seconds_total");
  rusage usage = {};
  REQUIRE(::getrusage(RUSAGE_SELF, &usage) == 0);
  const double used = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 2;
  CHECK(cpu >= 0);
  CHECK(cpu <= used);
  rlimit limit = {};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  if (limit.rlim_cur != RLIM_INFINITY) {
    CHECK(NumberOf(text, "process_max_fds") == static_cast<double>(limit.rlim_cur));
  }
}

TEST_CASE("descriptors and threads are counted as they come") {
  const double open = NumberOf(Text(), "process_open_fds");
  const double threads = NumberOf(Text(), "process_threads");
  CHECK(open >= 3);
  const FileDescriptor one(::dup(0));
  const FileDescriptor two(::dup(0));
  double with_thread = 0;
  std::thread([&] { with_thread = NumberOf(Text(), "process_threads"); }).join();
  CHECK(NumberOf(Text(), "process_open_fds") == open + 2);
  CHECK(with_thread == threads + 1);
}

}  // namespace gamevents::collector
