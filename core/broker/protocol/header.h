#pragma once

#include "core/base/result.h"
#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What precedes every body: a frame is an int32 size, a header and a body.

namespace gamevents::broker {

/// The bytes of a frame's size field, which does not count itself.
inline constexpr size_t kFrameSizeBytes = 4;

struct RequestHeader {
  ApiKey api_key{};
  int16_t api_version = 0;
  int32_t correlation_id = 0;            ///< Comes back in the response.
  std::optional<std::string> client_id;  ///< An int16 string in every version; may be null.

  friend bool operator==(const RequestHeader&, const RequestHeader&) = default;
};

/// Reads the header at the front of a frame (behind its size field) and leaves the body in `in`.
/// The version may be one that we do not have: ApiVersions is answered even then, with error 35 in
/// the form of version 0; see IsSupported.
/// Errors: kUnsupported (an API that we do not have); kCorrupt. Both end the connection, as Kafka
/// does it, for nothing can be answered.
Result<RequestHeader> DecodeRequestHeader(WireReader& in);

/// Whether the body can be decoded.
bool IsSupported(const RequestHeader& header);

/// A whole frame to send: `bytes` with its size field, and where external bytes belong in it. The
/// size field counts those too.
struct Frame {
  std::vector<std::byte> bytes;
  std::vector<ExternalMark> external;
  ErrorClass worst = ErrorClass::kNone;  ///< of the error codes in it
};

/// Starts a response frame: room for the size, then the response header.
void BeginResponse(const Api& api, int16_t version, int32_t correlation_id, WireWriter& out);

/// Starts a request frame; for clients and tests.
void BeginRequest(const RequestHeader& header, WireWriter& out);

/// Fills in the size. Errors: what went wrong in `out` before; kBadInput beyond 2 GiB.
Result<Frame> FinishFrame(WireWriter&& out);

/// EncodeResponse and EncodeRequest below for a message of `type`.
Result<Frame> EncodeResponseOf(const Api& api, const MessageType& type, const void* response,
                               int16_t version, int32_t correlation_id);
Result<Frame> EncodeRequestOf(const MessageType& type, const void* request,
                              const RequestHeader& header);

/// The frame of a response. Errors: see Encode.
template <ApiMessage Response>
Result<Frame> EncodeResponse(const Response& response, int16_t version, int32_t correlation_id) {
  return EncodeResponseOf(*FindApi(Response::kKey), MessageTypeOf<Response>(), &response, version,
                          correlation_id);
}

/// The frame of a request; its key and version are those of `header`. Errors: see Encode.
template <ApiMessage Request>
Result<Frame> EncodeRequest(const Request& request, const RequestHeader& header) {
  return EncodeRequestOf(MessageTypeOf<Request>(), &request, header);
}

}  // namespace gamevents::broker
