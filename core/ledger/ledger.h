#pragma once

// The ledger room: which events were acknowledged to a sender, kept by the sender itself, and
// whether a topic holds each of them once and in order. It knows nothing of who sends or how.

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/base/uuid.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::ledger {

/// One acknowledged event, as a line of the file says it:
/// `EVENT_ID <tab> USER <tab> NUMBER <newline>`.
struct Entry {
  Uuid event_id{};
  /// Whose event it is; events of one user stay in order. Empty: nobody's, in no order.
  std::string_view user;
  /// Not negative; ascends from one acknowledged event of a user to the next.
  int64_t number = 0;
};

/// The longest user's name that a ledger can hold.
inline constexpr size_t kUserBytesMax = 1024;
/// The longest line: a UUID, a user, a 63-bit number, two tabs.
inline constexpr size_t kLineBytesMax = 36 + 1 + kUserBytesMax + 1 + 19;
/// What waits in memory before it is written to the file.
inline constexpr size_t kBufferBytes = size_t{64} << 10;
/// The longest that an entry waits there while others follow.
inline constexpr std::chrono::milliseconds kBufferedMax{200};

/// Writes a ledger, entry by entry. An entry that never reached the file because the process was
/// killed makes a later verification weaker, never wrong; a line that was cut off is not counted.
/// Thread-safe.
class Writer {
 public:
  /// Opens or makes the file, which stays empty until the first entry; before that goes a line that
  /// says what it is. Errors: kExists (there is something in it: numbers of two runs in one ledger
  /// would look like disorder); kIo, kNotFound, with the path.
  static Result<std::unique_ptr<Writer>> Create(const std::string& path);

  /// Flushes; an error has nobody left to go to, so call Flush first.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Adds one. Requires: the user has at most kUserBytesMax bytes and neither tab nor newline; the
  /// number is not negative.
  /// Errors: kFull, kIo, with the path; from then on each call gives the first one.
  Status Add(const Entry& entry);

  /// Hands what waits to the operating system. Errors: as Add.
  Status Flush();

 private:
  Writer(std::string path, FileDescriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  Status FlushLocked();

  const std::string path_;
  std::mutex mutex_;
  FileDescriptor file_;
  std::string buffer_;
  bool begun_ = false;  // whether the first line was written
  std::chrono::steady_clock::time_point flushed_ = std::chrono::steady_clock::now();
  Status state_ = Done{};
};

/// Calls `visit` with each entry of the file, in its order, until one gives an error, which is
/// given back. Lines that begin with '#' are passed over, and so is a last line without its
/// newline: its writer was killed. Errors: kBadInput (a line that is no entry, with its number);
/// kNotFound, kIo, with the path.
Status Read(const std::string& path, const std::function<Status(const Entry&)>& visit);

}  // namespace gamevents::ledger
