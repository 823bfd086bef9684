// Goal: records are never copied: neither out of a request nor into a response.
// Method: pointers of decoded records lie in the frame; a response with external records, filled in
// at its marks, equals one that has the same bytes inline.
#include "core/broker/protocol/fetch.h"

#include "core/broker/protocol/header.h"
#include "core/broker/protocol/produce.h"
#include "core/broker/protocol/value_type.h"
#include "tests/unit/catch.h"

#include <string_view>

namespace gamevents::broker {
namespace {

constexpr std::string_view kChunks[] = {"first batch", "", "the second one"};

FetchResponse MakeResponse(bool external) {
  FetchResponse response;
  auto& topic = response.responses.emplace_back();
  topic.topic = "eventsForm";
  for (uint32_t i = 0; i < std::size(kChunks); ++i) {
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = static_cast<int32_t>(i);
    partition.high_watermark = 100 + i;
    if (external) {
      partition.records =
          Records{.external = ExternalRecords{static_cast<uint32_t>(kChunks[i].size()), i}};
    } else {
      partition.records = Records{.bytes = AsBytes(kChunks[i])};
    }
  }
  return response;
}

/// What a connection sends: the frame with the external bytes at their marks.
Bytes Spliced(const Frame& frame) {
  Bytes sent;
  size_t done = 0;
  for (const ExternalMark& mark : frame.external) {
    sent.insert(sent.end(), frame.bytes.begin() + static_cast<ptrdiff_t>(done),
                frame.bytes.begin() + static_cast<ptrdiff_t>(mark.at));
    const auto chunk = AsBytes(kChunks[mark.records.id]);
    REQUIRE(chunk.size() == mark.records.length);
    sent.insert(sent.end(), chunk.begin(), chunk.end());
    done = mark.at;
  }
  sent.insert(sent.end(), frame.bytes.begin() + static_cast<ptrdiff_t>(done), frame.bytes.end());
  return sent;
}

}  // namespace

TEST_CASE("external records leave the same bytes as inline ones") {
  for (int16_t version = 4; version <= 18; ++version) {
    INFO("version " << version);
    const auto inlined = EncodeResponse(MakeResponse(false), version, 9);
    const auto marked = EncodeResponse(MakeResponse(true), version, 9);
    REQUIRE(inlined.ok());
    REQUIRE(marked.ok());
    CHECK(inlined->external.empty());
    REQUIRE(marked->external.size() == 2);  // The empty one needs no mark.
    CHECK(marked->external[1].records.id == 2);
    CHECK(marked->bytes.size() < inlined->bytes.size());
    CHECK(Spliced(*marked) == inlined->bytes);
  }
}

TEST_CASE("records of a request are views into its frame") {
  ProduceRequest request;
  request.acks = -1;
  auto& partition = request.topic_data.emplace_back().partition_data.emplace_back();
  partition.records = Records{.bytes = AsBytes("a batch")};
  for (int16_t version = 3; version <= 12; ++version) {
    WireWriter out;
    REQUIRE(Encode(request, version, out).ok());
    WireReader in(out.bytes());
    const auto decoded = Decode<ProduceRequest>(in, version);
    REQUIRE(decoded.ok());
    CHECK(*decoded == request);
    const auto& records = decoded->topic_data[0].partition_data[0].records;
    REQUIRE(records.has_value());
    CHECK(records->bytes.data() >= out.bytes().data());
    CHECK(records->bytes.data() + records->bytes.size() <= out.bytes().data() + out.bytes().size());
  }
}

TEST_CASE("a frame beyond what its size can say is refused") {
  FetchResponse response = MakeResponse(true);
  for (auto& partition : response.responses[0].partitions) {
    partition.records->external->length = 1u << 30;
  }
  const auto frame = EncodeResponse(response, 12, 1);
  REQUIRE(!frame.ok());
  CHECK(frame.error().fault == Fault::kBadInput);
}

}  // namespace gamevents::broker
