#include "core/broker/protocol/header.h"

#include <utility>

namespace gamevents::broker {
namespace {

/// Nothing in a header's tagged fields concerns us.
void SkipTaggedFields(WireReader& in) {
  in.Enter("header's tagged fields");
  for (uint32_t left = in.ReadUnsignedVarint(); left > 0 && in.ok(); --left) {
    in.ReadUnsignedVarint();
    in.Skip(in.ReadUnsignedVarint());
  }
}

}  // namespace

Result<RequestHeader> DecodeRequestHeader(WireReader& in) {
  in.Enter("request header");
  RequestHeader header;
  header.api_key = in.ReadInt<ApiKey>();
  header.api_version = in.ReadInt<int16_t>();
  header.correlation_id = in.ReadInt<int32_t>();
  if (auto status = in.status(); !status) return std::move(status).error();

  const Api* api = FindApi(header.api_key);
  if (api == nullptr) {
    return Error{Fault::kUnsupported,
                 "request header: API key " + std::to_string(static_cast<int16_t>(header.api_key)) +
                     " is not one that this broker has; is the client speaking Kafka?"};
  }
  in.Enter("client_id");
  if (const auto client_id = in.ReadString(Form::kPlain)) header.client_id.emplace(*client_id);
  // What a version that we do not know has here cannot be known, and is not needed.
  if (IsSupported(header) && RequestHeaderVersion(*api, header.api_version) == 2) {
    SkipTaggedFields(in);
  }
  if (auto status = in.status(); !status) return std::move(status).error();
  return header;
}

bool IsSupported(const RequestHeader& header) {
  const Api* api = FindApi(header.api_key);
  return api != nullptr && api->versions.Has(header.api_version);
}

void BeginResponse(const Api& api, int16_t version, int32_t correlation_id, WireWriter& out) {
  INVARIANT(out.bytes().empty());
  out.WriteInt(int32_t{0});
  out.WriteInt(correlation_id);
  if (ResponseHeaderVersion(api, version) == 1) out.WriteUnsignedVarint(0);
}

void BeginRequest(const RequestHeader& header, WireWriter& out) {
  INVARIANT(out.bytes().empty());
  const Api* api = FindApi(header.api_key);
  INVARIANT(api != nullptr);
  out.WriteInt(int32_t{0});
  out.WriteInt(header.api_key);
  out.WriteInt(header.api_version);
  out.WriteInt(header.correlation_id);
  out.Enter("client_id");
  out.WriteString(header.client_id, Form::kPlain);
  if (RequestHeaderVersion(*api, header.api_version) == 2) out.WriteUnsignedVarint(0);
}

Result<Frame> FinishFrame(WireWriter&& out) {
  if (auto status = out.status(); !status) return std::move(status).error();
  uint64_t size = out.bytes().size() - kFrameSizeBytes;
  for (const ExternalMark& mark : out.external()) size += mark.records.length;
  if (size > INT32_MAX) {
    return Error{Fault::kBadInput, "a frame of " + std::to_string(size) +
                                       " bytes is more than its size field can say"};
  }
  out.PatchInt32(0, static_cast<int32_t>(size));
  Frame frame;
  frame.external = out.external();
  frame.worst = out.worst();
  frame.bytes = std::move(out).TakeBytes();
  return frame;
}

Result<Frame> EncodeResponseOf(const Api& api, const MessageType& type, const void* response,
                               int16_t version, int32_t correlation_id) {
  WireWriter out;
  BeginResponse(api, version, correlation_id, out);
  auto encoded = EncodeMessage(type, response, version, out);
  if (!encoded) return std::move(encoded).error();
  return FinishFrame(std::move(out));
}

Result<Frame> EncodeRequestOf(const MessageType& type, const void* request,
                              const RequestHeader& header) {
  WireWriter out;
  BeginRequest(header, out);
  auto encoded = EncodeMessage(type, request, header.api_version, out);
  if (!encoded) return std::move(encoded).error();
  return FinishFrame(std::move(out));
}

}  // namespace gamevents::broker
