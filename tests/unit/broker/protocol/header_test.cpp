// Goal: request headers of both versions are understood, and frames have their size.
// Method: known bytes; every supported API and version there and back; unknown ones.
#include "core/broker/protocol/header.h"

#include "core/broker/protocol/api_versions.h"
#include "core/broker/protocol/groups.h"
#include "tests/unit/catch.h"

namespace gamevents::broker {
namespace {

/// The header's bytes, without the frame's size.
Bytes Encoded(const RequestHeader& header) {
  WireWriter out;
  BeginRequest(header, out);
  REQUIRE(out.ok());
  return {out.bytes().begin() + kFrameSizeBytes, out.bytes().end()};
}

}  // namespace

TEST_CASE("the header of every version there and back") {
  for (const Api& api : kApis) {
    for (int16_t version = api.versions.min; version <= api.versions.max; ++version) {
      for (const auto& client_id :
           {std::optional<std::string>("kcat"), std::optional<std::string>()}) {
        const RequestHeader header{api.key, version, 42, client_id};
        const Bytes bytes = Encoded(header);
        // client_id keeps its int16 length; a flexible header has one byte more, for its tags.
        const size_t id_bytes = client_id ? client_id->size() : 0;
        CHECK(bytes.size() == 10 + id_bytes + (version >= api.flexible_from ? 1 : 0));
        WireReader in(bytes);
        const auto decoded = DecodeRequestHeader(in);
        REQUIRE(decoded.ok());
        CHECK(*decoded == header);
        CHECK(IsSupported(*decoded));
        CHECK(in.remaining() == 0);
      }
    }
  }
}

TEST_CASE("tagged fields of a header are skipped") {
  Bytes bytes = Encoded({ApiKey::kApiVersions, 3, 1, "x"});
  bytes.back() = std::byte{1};
  for (const int more : {5, 2, 0x61, 0x62, 0x7F}) bytes.push_back(static_cast<std::byte>(more));
  WireReader in(bytes);
  REQUIRE(DecodeRequestHeader(in).ok());
  CHECK(in.remaining() == 1);
}

TEST_CASE("an unknown version is told, an unknown API refused, a short header too") {
  Bytes bytes = Encoded({ApiKey::kApiVersions, 2, 7, "x"});
  bytes[3] = std::byte{99};
  WireReader newer(bytes);
  const auto header = DecodeRequestHeader(newer);
  REQUIRE(header.ok());
  CHECK(header->api_version == 99);
  CHECK(header->correlation_id == 7);
  CHECK(!IsSupported(*header));

  for (size_t size = 0; size < bytes.size(); ++size) {
    WireReader cut{std::span(bytes).first(size)};
    const auto refused = DecodeRequestHeader(cut);
    REQUIRE(!refused.ok());
    CHECK(refused.error().fault == Fault::kCorrupt);
  }

  bytes[0] = std::byte{0x47};  // "GET "
  bytes[1] = std::byte{0x45};
  WireReader http(bytes);
  const auto refused = DecodeRequestHeader(http);
  REQUIRE(!refused.ok());
  CHECK(refused.error().fault == Fault::kUnsupported);
  CHECK(refused.error().context.find("18245") != std::string::npos);
}

TEST_CASE("a response frame: size, correlation id, tags if flexible, body") {
  HeartbeatResponse response;
  response.error_code = ErrorCode::kRebalanceInProgress;
  const auto plain = EncodeResponse(response, 0, 5);
  REQUIRE(plain.ok());
  const Bytes expected{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{6}, std::byte{0},
                       std::byte{0}, std::byte{0}, std::byte{5}, std::byte{0}, std::byte{27}};
  CHECK(plain->bytes == expected);
  CHECK(plain->external.empty());
  const auto flexible = EncodeResponse(response, 4, 5);
  REQUIRE(flexible.ok());
  CHECK(flexible->bytes.size() == 4 + 4 + 1 + 4 + 2 + 1);
}

TEST_CASE("the ApiVersions answer has the oldest header in every version") {
  for (const int16_t version : {int16_t{0}, int16_t{3}, int16_t{4}}) {
    const auto frame = EncodeResponse(ApiVersionsResponse{}, version, 0x01020304);
    REQUIRE(frame.ok());
    WireReader in(std::span(frame->bytes).subspan(kFrameSizeBytes + 4));
    CHECK(Decode<ApiVersionsResponse>(in, version).ok());
    CHECK(in.remaining() == 0);
  }
}

}  // namespace gamevents::broker
