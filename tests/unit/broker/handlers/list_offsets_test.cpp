// Goal: clients learn where a partition starts, ends, or was at a time, and can move its start.
// Method: requests through Broker::Answer over records with given times.
#include "tests/unit/broker/handlers/fixture.h"

#include <map>

namespace gamevents::broker {
namespace {

using log::MakeBatch;

struct WithRecords : BrokerFixture {
  WithRecords() {
    MakeTopic("t", 2);
    // Offsets 0 to 4; the highest time is in the middle.
    for (const int64_t time : {100, 300, 900, 500, 700}) {
      const auto log = logs->Partition("t", 0);
      const auto appended = MustAppend(*log, MakeBatch({"x"}, kTestNow + time));
      REQUIRE(log->WaitCommitted(appended.next_offset).ok());
    }
  }
  ListOffsetsPartitionResponse List(int64_t timestamp, int32_t partition = 0, int32_t epoch = -1,
                                    int16_t version = 11) {
    ListOffsetsRequest request;
    request.replica_id = -1;
    request.topics = {{"t", {{partition, epoch, timestamp}}}};
    return Ask<ListOffsetsResponse>(request, version).topics.at(0).partitions.at(0);
  }
  DeleteRecordsPartitionResult DeleteBefore(int64_t offset, const std::string& topic = "t",
                                            int32_t partition = 0) {
    DeleteRecordsRequest request;
    request.topics = {{topic, {{partition, offset}}}};
    return Ask<DeleteRecordsResponse>(request).topics.at(0).partitions.at(0);
  }
};

}  // namespace

TEST_CASE("ListOffsets knows the ends, the times, and what tiered storage would have") {
  WithRecords f;
  CHECK(f.List(-1).offset == 5);
  CHECK(f.List(-2).offset == 0);
  CHECK(f.List(-3).offset == 2);
  CHECK(f.List(-3).timestamp == kTestNow + 900);
  CHECK(f.List(-4).offset == 0);
  CHECK(f.List(-5).offset == -1);
  CHECK(f.List(-6).offset == -1);
  CHECK(f.List(-5).leader_epoch == -1);
  CHECK(f.List(-7).error_code == ErrorCode::kUnsupportedVersion);
  CHECK(f.List(INT64_MIN).error_code == ErrorCode::kUnsupportedVersion);
  const std::map<int64_t, int16_t> since{{-3, 7}, {-4, 8}, {-5, 9}, {-6, 11}};
  for (const auto& [timestamp, version] : since) {
    CHECK(f.List(timestamp, 0, -1, version).error_code == ErrorCode::kNone);
    CHECK(f.List(timestamp, 0, -1, static_cast<int16_t>(version - 1)).error_code ==
          ErrorCode::kUnsupportedVersion);
  }
  CHECK(f.List(0).offset == 0);
  CHECK(f.List(kTestNow + 100).offset == 0);
  CHECK(f.List(kTestNow + 101).offset == 1);
  CHECK(f.List(kTestNow + 301).offset == 2);
  CHECK(f.List(kTestNow + 301).timestamp == kTestNow + 900);
  const auto after = f.List(kTestNow + 901);
  CHECK(after.error_code == ErrorCode::kNone);
  CHECK(after.offset == -1);
  CHECK(after.timestamp == -1);
  CHECK(f.List(-3, 1).offset == -1);
  CHECK(f.List(-1, 1).offset == 0);
  CHECK(f.List(-1, 7).error_code == ErrorCode::kUnknownTopicOrPartition);
  const int32_t epoch = f.logs->Partition("t", 0)->leader_epoch().value;
  CHECK(f.List(-1, 0, epoch).leader_epoch == epoch);
  CHECK(f.List(-1, 0, epoch + 1).error_code == ErrorCode::kUnknownLeaderEpoch);
  CHECK(f.List(-1, 0, -2).error_code == ErrorCode::kFencedLeaderEpoch);
}

TEST_CASE("a partition that is named twice is answered once") {
  WithRecords f;
  ListOffsetsRequest list;
  list.topics = {{"t", {{0, -1, -1}, {1, -1, -1}}}, {"t", {{0, -1, -2}}}, {"t", {}}};
  const auto listed = f.Ask<ListOffsetsResponse>(list).topics;
  REQUIRE(listed.size() == 1);
  REQUIRE(listed[0].partitions.size() == 2);
  CHECK(listed[0].partitions[0].error_code == ErrorCode::kInvalidRequest);
  CHECK(listed[0].partitions[0].offset == -1);
  CHECK(listed[0].partitions[1].error_code == ErrorCode::kNone);
  DeleteRecordsRequest forget;
  forget.topics = {{"t", {{0, 4}, {0, 2}}}};
  const auto deleted = f.Ask<DeleteRecordsResponse>(forget).topics.at(0).partitions;
  REQUIRE(deleted.size() == 1);
  CHECK(deleted[0].low_watermark == 2);
}

TEST_CASE("records are deleted up to an offset, also after a restart") {
  WithRecords f;
  CHECK(f.DeleteBefore(2).low_watermark == 2);
  CHECK(f.List(-2).offset == 2);
  CHECK(f.DeleteBefore(1).low_watermark == 2);
  CHECK(f.DeleteBefore(6).error_code == ErrorCode::kOffsetOutOfRange);
  CHECK(f.DeleteBefore(6).low_watermark == -1);
  CHECK(f.DeleteBefore(-2).error_code == ErrorCode::kOffsetOutOfRange);
  CHECK(f.DeleteBefore(1, "missing").error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(f.DeleteBefore(1, "t", 9).error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(f.DeleteBefore(1, "__consumer_offsets").error_code == ErrorCode::kInvalidTopicException);
  f.Reopen();
  CHECK(f.List(-2).offset == 2);
  CHECK(f.DeleteBefore(-1).low_watermark == 5);
  CHECK(f.List(-2).offset == 5);
  CHECK(f.List(-1).offset == 5);
}

TEST_CASE("records that somebody still needs are not deleted") {
  WithRecords f;
  f.logs->Partition("t", 0)->KeepFrom(log::Offset(2));
  CHECK(f.DeleteBefore(3).error_code == ErrorCode::kPolicyViolation);
  CHECK(f.DeleteBefore(-1).error_code == ErrorCode::kPolicyViolation);
  CHECK(f.List(-2).offset == 0);
  CHECK(f.DeleteBefore(2).low_watermark == 2);
  f.logs->Partition("t", 0)->KeepFrom(log::Offset(5));
  CHECK(f.DeleteBefore(-1).low_watermark == 5);
}

TEST_CASE("an epoch's end is the start of the next, or the end of the log") {
  WithRecords f;
  const int32_t epoch = f.logs->Partition("t", 0)->leader_epoch().value;
  const auto ask = [&](int32_t wanted, int32_t current = -1) {
    OffsetForLeaderEpochRequest request;
    request.topics = {{"t", {{0, current, wanted}}}};
    return f.Ask<OffsetForLeaderEpochResponse>(request).topics.at(0).partitions.at(0);
  };
  CHECK(ask(epoch).leader_epoch == epoch);
  CHECK(ask(epoch).end_offset == 5);
  CHECK(ask(epoch + 1).end_offset == -1);
  CHECK(ask(epoch + 1).leader_epoch == -1);
  CHECK(ask(epoch, epoch + 1).error_code == ErrorCode::kUnknownLeaderEpoch);
}

TEST_CASE("after a crash every answer has the new epoch, and an old one says what was cut") {
  WithRecords f;
  f.Crash();
  const auto log = f.logs->Partition("t", 0);
  const auto appended = MustAppend(*log, MakeBatch({"y"}, kTestNow + 2000));
  REQUIRE(log->WaitCommitted(appended.next_offset).ok());
  const auto ask = [&](int32_t wanted, int32_t current = -1) {
    OffsetForLeaderEpochRequest request;
    request.topics = {{"t", {{0, current, wanted}}}};
    return f.Ask<OffsetForLeaderEpochResponse>(request).topics.at(0).partitions.at(0);
  };
  CHECK(ask(0).leader_epoch == 0);
  CHECK(ask(0).end_offset == 5);
  CHECK(ask(1).leader_epoch == 1);
  CHECK(ask(1).end_offset == 6);
  CHECK(ask(0, 0).error_code == ErrorCode::kFencedLeaderEpoch);
  CHECK(ask(-1).leader_epoch == -1);
  CHECK(ask(-1).end_offset == -1);
  // The end is told with the present epoch, records with their own.
  CHECK(f.List(-1).leader_epoch == 1);
  CHECK(f.List(-2).leader_epoch == 0);
  CHECK(f.List(kTestNow + 900).leader_epoch == 0);
  CHECK(f.List(kTestNow + 2000).leader_epoch == 1);
  CHECK(f.List(-3).leader_epoch == 1);
  CHECK(f.List(-1, 0, 0).error_code == ErrorCode::kFencedLeaderEpoch);
  MetadataRequest metadata;
  metadata.topics = {{Uuid{}, "t"}};
  const auto known = f.Ask<MetadataResponse>(metadata).topics.at(0);
  CHECK(known.partitions.at(0).leader_epoch == 1);
  FetchRequest fetch;
  FetchPartition partition;
  partition.current_leader_epoch = 0;
  partition.partition_max_bytes = 1 << 20;
  fetch.topics = {{"t", f.logs->IdOf("t").value(), {partition}}};
  const auto fetched = [&] {
    return f.Ask<FetchResponse>(fetch).responses.at(0).partitions.at(0).error_code;
  };
  CHECK(fetched() == ErrorCode::kFencedLeaderEpoch);
  fetch.topics[0].partitions[0].current_leader_epoch = 1;
  CHECK(fetched() == ErrorCode::kNone);
}

}  // namespace gamevents::broker
