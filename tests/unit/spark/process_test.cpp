// Goal: a program runs to its end, to its timeout or to the stop signal, and leaves no process
// behind. Method: shell scripts that answer, fail, sleep, ignore SIGTERM and leave children.
#include "core/spark/process.h"

#include "tests/support/await.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <signal.h>

#include <chrono>
#include <fstream>
#include <string>

namespace gamevents::spark {
namespace {

using namespace std::chrono_literals;

Result<Ended> Shell(const std::string& script, std::chrono::milliseconds timeout = 20s) {
  return Run({{"sh", "-c", script}, timeout});
}

/// Whether process `pid` goes.
bool Gone(pid_t pid) {
  return Await([pid] { return ::kill(pid, 0) != 0; });
}

pid_t PidIn(const std::filesystem::path& file) {
  pid_t pid = 0;
  std::ifstream(file) >> pid;
  REQUIRE(pid > 1);
  return pid;
}

TEST_CASE("what it said on both outputs, and its exit code") {
  const auto ended = Shell("echo out; echo err >&2; cat; exit 7");
  REQUIRE(ended);
  CHECK(ended->code == 7);
  CHECK(ended->said == "out\nerr\n");
}

TEST_CASE("a program that a signal ends has 128 and its number") {
  const auto ended = Shell("kill -9 $$");
  REQUIRE(ended);
  CHECK(ended->code == 128 + SIGKILL);
}

TEST_CASE("of much that is said the end is kept, from the start of a line") {
  const auto ended = Shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
  REQUIRE(ended);
  CHECK(ended->said.size() <= kSaidBytesMax);
  CHECK(ended->said.size() > kSaidBytesMax / 2);
  CHECK(ended->said.starts_with("line "));
  CHECK(ended->said.ends_with("line 19999\n"));
}

TEST_CASE("no such program is told apart from one that fails") {
  const auto ended = Run({{"/nonexistent/spark-submit"}, 1s});
  REQUIRE(!ended);
  CHECK(ended.error().fault == Fault::kNotFound);
  CHECK(ended.error().context.find("/nonexistent/spark-submit") != std::string::npos);
}

TEST_CASE("beyond the timeout it is ended with its children, and what it said is told") {
  const TempFolder files;
  const std::string pid = files.path() + "/pid";
  const auto ended = Shell("echo working; sleep 100 & echo $! > " + pid + "; wait", 1s);
  REQUIRE(!ended);
  CHECK(ended.error().fault == Fault::kUnavailable);
  CHECK(ended.error().context.find("working") != std::string::npos);
  CHECK(Gone(PidIn(pid)));
}

TEST_CASE("one that does not heed SIGTERM is killed") {
  const auto start = std::chrono::steady_clock::now();
  const auto ended = Shell("trap '' TERM; while :; do sleep 1; done", 200ms);
  REQUIRE(!ended);
  CHECK(std::chrono::steady_clock::now() - start < kTermTimeout + 10s);
}

TEST_CASE("children that outlive it are ended, too") {
  const TempFolder files;
  const std::string pid = files.path() + "/pid";
  const auto ended = Shell("sleep 100 >/dev/null 2>&1 & echo $! > " + pid);
  REQUIRE(ended);
  CHECK(ended->code == 0);
  CHECK(Gone(PidIn(pid)));
}

}  // namespace
}  // namespace gamevents::spark
