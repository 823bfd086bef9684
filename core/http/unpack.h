#pragma once

#include "core/http/exchange.h"
#include "core/http/request_parser.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace gamevents::http {

/// Decompresses the bodies of requests that say Content-Encoding: gzip, within limits: on what
/// comes out (`bytes_max`) and on how many times the size of what went in that is (limits.h), since
/// a bomb is small. Immutable, so thread-safe.
class Unpacker {
 public:
  explicit Unpacker(int64_t bytes_max);
  ~Unpacker();
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  /// Replaces the body of `request`, whose headers stay as they are. Refuses with 415 every coding
  /// but gzip, with 400 a body that is no gzip or does not come to its end, with 413 one that
  /// becomes too long.
  std::optional<Refusal> Unpack(Request& request) const;

 private:
  class Server;
  const std::unique_ptr<Server> server_;
};

}  // namespace gamevents::http
