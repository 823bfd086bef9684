#include "cmd/line_reader.h"

#include "core/base/stop.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace gamevents::cmd {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10;

}  // namespace

Result<std::optional<std::string_view>> LineReader::Next() {
  ++number_;
  while (true) {
    const size_t end = buffer_.find('\n', scanned_);
    const size_t length = (end == std::string::npos ? buffer_.size() : end) - begin_;
    if (length > line_bytes_max_) {
      return Error{Fault::kBadInput,
                   "the line is longer than " + std::to_string(line_bytes_max_) + " bytes"};
    }
    if (end != std::string::npos) {
      const std::string_view line(buffer_.data() + begin_, length);
      begin_ = scanned_ = end + 1;
      return std::optional(line);
    }
    scanned_ = buffer_.size();
    if (ended_) break;
    auto more = ReadMore();
    if (!more) return std::move(more).error();
    ended_ = !*more;
  }
  if (begin_ == buffer_.size()) return std::optional<std::string_view>();
  const std::string_view line(buffer_.data() + begin_, buffer_.size() - begin_);
  begin_ = buffer_.size();
  return std::optional(line);
}

// Appends what the descriptor has; false at its end.
Result<bool> LineReader::ReadMore() {
  pollfd waits[] = {{fd_, POLLIN, 0}, {StopSignal::Descriptor(), POLLIN, 0}};
  while (::poll(waits, 2, -1) < 0) {
    if (errno != EINTR) return SystemError("poll", errno);
  }
  if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};

  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  const size_t before = buffer_.size();
  buffer_.resize(before + kReadBytes);
  ssize_t count = -1;
  do {
    count = ::read(fd_, buffer_.data() + before, kReadBytes);
  } while (count < 0 && errno == EINTR);
  const int error_number = errno;
  buffer_.resize(before + static_cast<size_t>(count > 0 ? count : 0));
  if (count < 0) return SystemError("read", error_number);
  return count > 0;
}

}  // namespace gamevents::cmd
