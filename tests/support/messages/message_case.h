#pragma once

#include "core/broker/protocol/message.h"
#include "tests/support/messages/value_source.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::broker {

/// One declared message without its C++ type, so that a test can go over all of them.
struct MessageCase {
  /// A message, and what deletes it.
  using Object = std::unique_ptr<void, void (*)(void* message)>;

  std::string name;
  std::optional<ApiKey> key;  ///< none: a stored record
  bool is_request;
  VersionRange versions;
  int16_t flexible_from;
  const MessageType* type;
  Object (*make_default)();

  /// The bytes of a message with values from `values` in all fields of `version`.
  Result<Bytes> Make(ValueSource& values, int16_t version) const;
  /// "" when `bytes` decode to exactly the message that `values` make; else what differs.
  std::string Compare(std::span<const std::byte> bytes, ValueSource& values, int16_t version) const;
  /// Decoded, and encoded again. Bytes after the message are an error here.
  Result<Bytes> Reencode(std::span<const std::byte> bytes, int16_t version) const;
  /// Decoded, and printed.
  Result<std::string> Print(std::span<const std::byte> bytes, int16_t version) const;
};

/// Every request and response of kApis, in its order, and then every stored record.
const std::vector<MessageCase>& AllMessages();

/// nullptr if there is none of that name.
const MessageCase* FindMessage(std::string_view name);

/// nullptr if there is none.
const MessageCase* FindRequest(ApiKey key);

}  // namespace gamevents::broker
