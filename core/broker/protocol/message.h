#pragma once

#include "core/base/result.h"
#include "core/broker/protocol/api_table.h"
#include "core/broker/protocol/codec.h"
#include "core/broker/protocol/field.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

// Whole messages as bytes and back. One decoder, encoder and printer serve all messages: they walk
// a message's field table, which is compiled in the .cpp beside the message's header (see
// value_type.h). Including this costs a reader of it next to nothing.

namespace gamevents::broker {

/// A request or a response: names its row in the API table.
template <class T>
concept ApiMessage = requires {
  { T::kKey } -> std::convertible_to<ApiKey>;
};

/// The key or value of a record that the broker keeps for itself: has its versions with it.
template <class T>
concept StoredMessage = requires {
  { T::kVersions } -> std::convertible_to<VersionRange>;
  { T::kFlexibleFrom } -> std::convertible_to<int16_t>;
};

template <class T>
concept Message = ApiMessage<T> || StoredMessage<T>;

/// The versions of M that can be read and written.
template <Message M>
constexpr VersionRange VersionsOf() {
  if constexpr (ApiMessage<M>) {
    static_assert(IndexOfApi(M::kKey) < kApis.size(), "the API table has no row for the message");
    return kApis[IndexOfApi(M::kKey)].versions;
  } else {
    return M::kVersions;
  }
}

/// The first version of M with compact lengths and tagged fields, or kNeverFlexible.
template <Message M>
constexpr int16_t FlexibleFrom() {
  if constexpr (ApiMessage<M>) {
    return kApis[IndexOfApi(M::kKey)].flexible_from;
  } else {
    return M::kFlexibleFrom;
  }
}

/// A message to those who do not know its C++ type.
struct MessageType {
  const StructType* fields;
  VersionRange versions;
  int16_t flexible_from;
};

/// The MessageType of M. Has its body in value_type.h, which the .cpp beside M's header includes to
/// instantiate it: `template const MessageType& MessageTypeOf<ProduceRequest>();`.
template <Message M>
const MessageType& MessageTypeOf();

/// Decode, Encode and Print below for a `message` of `type`, which must be of M if `type` is that
/// of M.
Status DecodeMessage(const MessageType& type, WireReader& in, int16_t version, void* message);
/// Writes `message`, an object of `type`. Errors: as Encode.
Status EncodeMessage(const MessageType& type, const void* message, int16_t version,
                     WireWriter& out);
/// Its text, for a log.
std::string PrintMessage(const MessageType& type, const void* message, int16_t version);

/// Reads an M from the front of `in`. A field that the version lacks keeps its default; unknown
/// tagged fields are skipped. Bytes after the message are left in `in` and are no error, as in
/// Kafka. Records inside are views: the frame must outlive the message.
/// Errors: kUnsupported (a version outside VersionsOf<M>()); kCorrupt (names the field and byte).
template <Message M>
Result<M> Decode(WireReader& in, int16_t version) {
  M message;
  auto decoded = DecodeMessage(MessageTypeOf<M>(), in, version, &message);
  if (!decoded) return std::move(decoded).error();
  return message;
}

/// Appends `message` in the form of `version` to `out`.
/// Errors: kUnsupported (a version outside VersionsOf<M>(), a field that is set but neither in the
/// version nor ignorable, or null where the version has none); kBadInput (a string over
/// kStringBytesMax). `out` is then of no use.
template <Message M>
Status Encode(const M& message, int16_t version, WireWriter& out) {
  return EncodeMessage(MessageTypeOf<M>(), &message, version, out);
}

/// Print stops with "…" after about so many bytes: it is for logs.
inline constexpr size_t kPrintBytesMax = 8192;

/// The fields of `version` for a log: {name: "x", partitions: [{index: 0, records: <61 bytes>}]}.
/// Valid UTF-8 whatever the message holds.
template <Message M>
std::string Print(const M& message, int16_t version) {
  return PrintMessage(MessageTypeOf<M>(), &message, version);
}

}  // namespace gamevents::broker
