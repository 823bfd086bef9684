#pragma once

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/result.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace gamevents::collector {

/// Lines that wait to be written; beyond it they are dropped and counted: a slow disk or terminal
/// holds no request back.
inline constexpr size_t kAccessLogBytesMax = size_t{4} << 20;

enum class AccessFormat : uint8_t {
  kText,
  kJson,
  kBrief,  ///< for a person at a terminal: method, path, status, milliseconds
};

/// One request and its answer. Neither the query nor any header but User-Agent: they may be secret.
struct AccessEntry {
  TimestampMs time{0};         ///< when the answer was given
  std::string_view remote_ip;  ///< as it may be written down; empty for none
  std::string_view key_name;   ///< whose API key it came with; empty for none
  std::string_view method;
  std::string_view path;   ///< as sent
  std::string_view route;  ///< the pattern that matched, or "other"
  int status = 0;
  size_t bytes_in = 0;  ///< of the body
  size_t bytes_out = 0;
  std::chrono::nanoseconds duration{0};
  std::string_view user_agent;
};

/// The line of `entry`, its end included, as docs/operations.md describes it. Whatever a client
/// sent, it is one line of printable UTF-8 without anything that a terminal obeys.
std::string FormatAccess(const AccessEntry& entry, AccessFormat format);

/// Writes a line a request from a thread of its own. Thread-safe.
class AccessLog {
 public:
  /// Appends to the file at `path`, which is made readable for the owner and the group; to stderr
  /// when it is empty. Errors: kNotFound, kIo, kFull (no thread).
  static Result<std::unique_ptr<AccessLog>> Open(AccessFormat format, std::string path);
  /// Writes what waits.
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// Queues the line of `entry`; does not wait.
  void Write(const AccessEntry& entry);

  /// Reopens the file after its rotation. Errors: kNotFound, kIo; writing then continues to the old
  /// one.
  Status Reopen();

  /// Lines that were not written: there was no room, or the disk gave an error.
  uint64_t dropped() const;

 private:
  AccessLog(AccessFormat format, std::string path) : format_(format), path_(std::move(path)) {}
  void Run();

  const AccessFormat format_;
  const std::string path_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::string waiting_;
  FileDescriptor reopened_;  // what Run goes on with
  uint64_t dropped_ = 0;
  bool stopping_ = false;
  FileDescriptor file_;  // Run's; none for stderr
  std::thread thread_;
};

}  // namespace gamevents::collector
