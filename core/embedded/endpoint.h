#pragma once

#include "core/base/result.h"
#include "core/log/file_system.h"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace gamevents::embedded {

/// Where the broker of a data directory can be reached from this machine, without TLS, and with the
/// password of own_user.h where there is one: the file ENDPOINT in it, "HOST:PORT PID". It may be
/// stale, left by a process that was killed: who holds the lock is the truth.
struct Endpoint {
  std::string host;
  uint16_t port = 0;
  pid_t pid = 0;  ///< of the process that wrote it

  /// "127.0.0.1:29092", "[::1]:29092".
  std::string Address() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// Replaces the file as a whole. Errors: kFull; kIo.
Status WriteEndpoint(log::FileSystem& files, const std::string& directory,
                     const Endpoint& endpoint);

/// Errors: kNotFound; kCorrupt; kIo.
Result<Endpoint> ReadEndpoint(const std::string& directory);

/// Removes the file; none there is no error. Errors: kIo.
Status RemoveEndpoint(log::FileSystem& files, const std::string& directory);

}  // namespace gamevents::embedded
