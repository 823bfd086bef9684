#pragma once

#include "core/broker/protocol/error_code.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::broker {

/// A run of bytes in an open file, sent from there without being read.
struct FilePart {
  std::shared_ptr<const void> owner;  ///< keeps `fd` open
  int fd = -1;
  int64_t position = 0;
  size_t length = 0;
};

/// What a response is made of, in order.
using Chunk = std::variant<std::vector<std::byte>, FilePart>;

/// What becomes of one request.
struct Reply {
  enum class Kind : uint8_t {
    kSend,   ///< `chunks`, the first of which begins with the size and the correlation id
    kNone,   ///< no response is due (Produce with acks=0)
    kClose,  ///< the request was malformed or refused: the connection is closed
  };
  Kind kind = Kind::kSend;
  std::vector<Chunk> chunks;
  std::string reason{};                  ///< of kClose, for the log
  bool last = false;                     ///< of kSend: the connection is closed after it
  ErrorClass worst = ErrorClass::kNone;  ///< of kSend: of the error codes that it tells
};

/// A Reply that closes the connection.
inline Reply CloseBecause(std::string reason) {
  return Reply{Reply::Kind::kClose, {}, std::move(reason)};
}

}  // namespace gamevents::broker
