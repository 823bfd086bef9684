// Goal: a process that was started with closed standard streams gives their numbers to nothing of
// its own, and reading and writing there stay errors. Method: the streams of this process, closed
// for the test in each combination.
#include "core/base/standard_streams.h"

#include "tests/unit/catch.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace gamevents {
namespace {

/// Takes the three streams away and puts them back at its end.
class WithoutStreams {
 public:
  explicit WithoutStreams(unsigned closed) {
    for (int fd = 0; fd < 3; ++fd) {
      kept_[static_cast<size_t>(fd)] = ::fcntl(fd, F_DUPFD_CLOEXEC, 10);
      if ((closed >> fd & 1) != 0) ::close(fd);
    }
  }
  ~WithoutStreams() {
    for (int fd = 0; fd < 3; ++fd) {
      const int kept = kept_[static_cast<size_t>(fd)];
      if (kept < 0) continue;
      ::dup2(kept, fd);
      ::close(kept);
    }
  }

 private:
  std::array<int, 3> kept_{};
};

/// What is found after FillStandardStreams; read while the streams are away, checked afterwards.
struct Found {
  bool filled = false;
  bool reads = false;
  std::array<bool, 3> is_open{};
  std::array<bool, 3> writes{};
};

Found FillWithout(unsigned closed) {
  const WithoutStreams without(closed);
  Found found;
  found.filled = FillStandardStreams().ok();
  char byte = 0;
  found.reads = ::read(STDIN_FILENO, &byte, 0) == 0;
  for (int fd = 0; fd < 3; ++fd) {
    found.is_open[static_cast<size_t>(fd)] = ::fcntl(fd, F_GETFD) != -1;
    found.writes[static_cast<size_t>(fd)] = ::write(fd, "", 0) == 0;
  }
  return found;
}

}  // namespace

TEST_CASE("closed standard streams are filled so that using them still fails") {
  for (unsigned closed = 0; closed < 8; ++closed) {
    INFO("closed: " << closed);
    const Found found = FillWithout(closed);
    CHECK(found.filled);
    CHECK(found.is_open == std::array<bool, 3>{true, true, true});
    if ((closed & 1) != 0) CHECK_FALSE(found.reads);
    for (size_t fd = 1; fd < 3; ++fd) {
      if ((closed >> fd & 1) != 0) CHECK_FALSE(found.writes[fd]);
    }
  }
}

}  // namespace gamevents
