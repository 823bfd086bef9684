// Goal: a batch is answered after it is durable, once, or refused with the field's own code.
// Method: batches through Broker::Answer; the log is read back.
#include "tests/unit/broker/handlers/fixture.h"

#include <set>

namespace gamevents::broker {
namespace {

using log::MakeBatch;
using log::MakeNumbered;

PartitionProduceResponse Send(BrokerFixture& f, const ProduceRequest& request) {
  const auto answer = f.Ask<ProduceResponse>(request);
  return answer.responses.at(0).partition_responses.at(0);
}

PartitionProduceResponse Send(BrokerFixture& f, std::span<const std::byte> batch) {
  return Send(f, ProduceOne("t", batch));
}

}  // namespace

TEST_CASE("acks 1 and -1 are answered with the offset, once it is on disk") {
  BrokerFixture f;
  f.MakeTopic("t");
  const auto batch = MakeBatch({"a", "b", "c"});
  CHECK(Send(f, ProduceOne("t", batch, -1)).base_offset == 0);
  const auto second = Send(f, ProduceOne("t", batch, 1));
  CHECK(second.error_code == ErrorCode::kNone);
  CHECK(second.base_offset == 3);
  CHECK(second.log_append_time_ms == -1);
  CHECK(second.log_start_offset == 0);
  CHECK(f.logs->Partition("t", 0)->high_watermark() == log::Offset(6));
  CHECK(ReadAll(*f.logs->Partition("t", 0), log::Offset(0)).size() == 6);
}

TEST_CASE("acks 0 gets no answer; an error with it closes the connection") {
  BrokerFixture f;
  f.MakeTopic("t");
  const auto batch = MakeBatch({"a"});
  CHECK(f.Await(f.Start(ProduceOne("t", batch, 0), 9)).kind == Reply::Kind::kNone);
  CHECK(f.logs->Partition("t", 0)->log_end() == log::Offset(1));
  CHECK(f.Await(f.Start(ProduceOne("missing", batch, 0), 9)).kind == Reply::Kind::kClose);
}

TEST_CASE("what cannot be written is refused, partition by partition") {
  BrokerFixture f;
  f.MakeTopic("t");
  const auto good = MakeBatch({"a"});
  CHECK(Send(f, ProduceOne("t", good, 7)).error_code == ErrorCode::kInvalidRequiredAcks);
  CHECK(Send(f, ProduceOne("missing", good)).error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(Send(f, ProduceOne("t", good, -1, 1)).error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(Send(f, ProduceOne("t", good, -1, -1)).error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(Send(f, ProduceOne("__consumer_offsets", good)).error_code ==
        ErrorCode::kInvalidTopicException);
  auto flipped = good;
  flipped.back() ^= std::byte{1};
  CHECK(Send(f, flipped).error_code == ErrorCode::kCorruptMessage);
  auto old = good;
  old[16] = std::byte{1};
  CHECK(Send(f, old).error_code == ErrorCode::kInvalidRecord);
  auto elsewhere = good;
  elsewhere[7] = std::byte{1};  // The last byte of the base offset.
  CHECK(Send(f, elsewhere).error_code == ErrorCode::kInvalidRecord);
  auto twice = good;
  twice.insert(twice.end(), good.begin(), good.end());
  CHECK(Send(f, twice).error_code == ErrorCode::kInvalidRecord);
  CHECK(Send(f, std::span<const std::byte>()).error_code == ErrorCode::kInvalidRecord);
  // Sent again, these would be as bad: clients must not try.
  for (const size_t size : {size_t{1}, size_t{30}, good.size() - 1}) {
    CHECK(Send(f, std::span(good).first(size)).error_code == ErrorCode::kInvalidRecord);
  }
  auto none = good;
  none[60] = std::byte{0};  // The last byte of the record count.
  CHECK(Send(f, none).error_code == ErrorCode::kCorruptMessage);
  log::BatchHeader empty = log::ReadBatchHeader(none);
  empty.crc = log::BatchCrc(none);
  log::WriteBatchHeader(empty, std::span(none).first<log::kBatchHeaderSize>());
  CHECK(Send(f, none).error_code == ErrorCode::kInvalidRecord);
  const auto large = MakeBatch({std::string(1'100'000, 'x')});
  CHECK(Send(f, large).error_code == ErrorCode::kMessageTooLarge);
  log::BatchBuilder::Options transactional;
  transactional.attributes = log::kTransactionalBit;
  transactional.producer_id = log::ProducerId(1);
  transactional.producer_epoch = 0;
  transactional.base_sequence = 0;
  CHECK(Send(f, MakeBatch({"a"}, kTestNow, transactional)).error_code == ErrorCode::kInvalidRecord);
  ProduceRequest in_transaction = ProduceOne("t", good);
  in_transaction.transactional_id = "mine";
  CHECK(Send(f, in_transaction).error_code == ErrorCode::kInvalidRequest);
  ProduceRequest null_records = ProduceOne("t", good);
  null_records.topic_data[0].partition_data[0].records = std::nullopt;
  CHECK(Send(f, null_records).error_code == ErrorCode::kInvalidRecord);
  CHECK(f.logs->Partition("t", 0)->log_end() == log::Offset(0));

  // One bad partition does not keep the others from being written.
  ProduceRequest mixed = ProduceOne("missing", good);
  mixed.topic_data.push_back({"t", {{0, Records{good, {}}}, {5, Records{good, {}}}}});
  const auto answer = f.Ask<ProduceResponse>(mixed);
  CHECK(answer.responses[0].partition_responses[0].error_code ==
        ErrorCode::kUnknownTopicOrPartition);
  CHECK(answer.responses[0].partition_responses[0].base_offset == -1);
  CHECK(answer.responses[1].partition_responses[0].error_code == ErrorCode::kNone);
  CHECK(answer.responses[1].partition_responses[1].error_code ==
        ErrorCode::kUnknownTopicOrPartition);
  CHECK(f.logs->Partition("t", 0)->log_end() == log::Offset(1));
}

TEST_CASE("records whose time cannot be are named, so that the others can be sent again") {
  BrokerFixture f;
  f.MakeTopic("t", 1, {{"message.timestamp.before.max.ms", "1000"}});
  for (const log::Codec codec : {log::Codec::kNone, log::Codec::kLz4}) {
    log::BatchBuilder builder({.codec = codec});
    builder.Add(TimestampMs(kTestNow), std::nullopt, "good");
    builder.Add(TimestampMs(kTestNow + 3'600'001), std::nullopt, "early");
    builder.Add(TimestampMs(kTestNow - 1001), std::nullopt, "late");
    const auto answer = Send(f, *builder.Finish());
    CHECK(answer.error_code == ErrorCode::kInvalidTimestamp);
    REQUIRE(answer.record_errors.size() == 2);
    CHECK(answer.record_errors[0].batch_index == 1);
    CHECK(answer.record_errors[0].batch_index_error_message->find("future") != std::string::npos);
    CHECK(answer.record_errors[1].batch_index == 2);
    CHECK(answer.record_errors[1].batch_index_error_message->find("past") != std::string::npos);
  }
}

TEST_CASE("an idempotent producer's batch sent again is answered as at the first time") {
  BrokerFixture f;
  f.MakeTopic("t");
  const auto id = f.Ask<InitProducerIdResponse>(InitProducerIdRequest{});
  REQUIRE(id.error_code == ErrorCode::kNone);
  CHECK(id.producer_epoch == 0);
  const auto first = MakeNumbered(id.producer_id, 0, 0, {"a", "b"});
  const auto second = MakeNumbered(id.producer_id, 0, 2, {"c"});
  CHECK(Send(f, first).base_offset == 0);
  CHECK(Send(f, second).base_offset == 2);
  const auto again = Send(f, first);
  CHECK(again.error_code == ErrorCode::kNone);
  CHECK(again.base_offset == 0);
  CHECK(Send(f, MakeNumbered(id.producer_id, 0, 9, {"gap"})).error_code ==
        ErrorCode::kOutOfOrderSequenceNumber);
  CHECK(Send(f, MakeNumbered(id.producer_id, 1, 0, {"next epoch"})).base_offset == 3);
  CHECK(Send(f, MakeNumbered(id.producer_id, 0, 3, {"old epoch"})).error_code ==
        ErrorCode::kInvalidProducerEpoch);
  f.Reopen();
  CHECK(Send(f, MakeNumbered(id.producer_id, 1, 0, {"next epoch"})).base_offset == 3);
  CHECK(f.logs->Partition("t", 0)->log_end() == log::Offset(4));
}

TEST_CASE("producer ids are given once, whatever happens in between") {
  BrokerFixture f;
  std::set<int64_t> seen;
  int given = 0;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i, ++given) {
      const auto answer = f.Ask<InitProducerIdResponse>(InitProducerIdRequest{});
      REQUIRE(answer.error_code == ErrorCode::kNone);
      CHECK(seen.insert(answer.producer_id).second);
    }
    f.Reopen();
  }
  CHECK(given == 15);
  InitProducerIdRequest transactional;
  transactional.transactional_id = "mine";
  CHECK(f.Ask<InitProducerIdResponse>(transactional).error_code ==
        ErrorCode::kTransactionalIdAuthorizationFailed);
  transactional.transactional_id = "";
  const auto nameless = f.Ask<InitProducerIdResponse>(transactional);
  CHECK(nameless.error_code == ErrorCode::kInvalidRequest);
  CHECK(nameless.producer_epoch == -1);
  InitProducerIdRequest half;
  half.producer_id = 1;
  CHECK(f.Ask<InitProducerIdResponse>(half).error_code == ErrorCode::kInvalidRequest);
  half.producer_epoch = 0;
  CHECK(f.Ask<InitProducerIdResponse>(half).error_code == ErrorCode::kNone);
  half.producer_id = -1;
  CHECK(f.Ask<InitProducerIdResponse>(half).error_code == ErrorCode::kInvalidRequest);
}

TEST_CASE("records are appended in the order of the requests, answered or not") {
  BrokerFixture f;
  f.MakeTopic("t");
  std::vector<ReplySlot> slots;
  std::vector<std::vector<std::byte>> batches;
  for (int i = 0; i < 20; ++i) batches.push_back(MakeBatch({std::to_string(i)}));
  for (const auto& batch : batches) slots.push_back(f.Start(ProduceOne("t", batch), 9));
  for (const auto& slot : slots) CHECK(f.Await(slot).kind == Reply::Kind::kSend);
  const auto records = ReadAll(*f.logs->Partition("t", 0), log::Offset(0));
  REQUIRE(records.size() == 20);
  for (int i = 0; i < 20; ++i) CHECK(records[static_cast<size_t>(i)].value == std::to_string(i));
}

TEST_CASE("under LogAppendTime the answer has the log's time") {
  BrokerFixture f;
  f.MakeTopic("t", 1, {{"message.timestamp.type", "LogAppendTime"}});
  f.clock.Set(kTestNow + 5);
  CHECK(Send(f, MakeBatch({"a"})).log_append_time_ms == kTestNow + 5);
}

}  // namespace gamevents::broker
