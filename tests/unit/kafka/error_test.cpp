// Goal: an error says what went wrong in words. Method: known codes.
#include "core/kafka/error.h"

#include "core/kafka/handles.h"
#include "tests/unit/catch.h"

namespace gamevents::kafka {

TEST_CASE("codes become faults and keep their text, without librdkafka's names") {
  CHECK(DescribeCode(RD_KAFKA_RESP_ERR__TRANSPORT) == "broker transport failure");
  CHECK(DescribeCode(RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, "Number of partitions is 0") ==
        "invalid number of partitions (Number of partitions is 0)");
  CHECK(FaultOf(RD_KAFKA_RESP_ERR__TRANSPORT) == Fault::kUnavailable);
  CHECK(FaultOf(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) == Fault::kExists);
  CHECK(FaultOf(RD_KAFKA_RESP_ERR__QUEUE_FULL) == Fault::kFull);
  CHECK(FaultOf(RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR) == Fault::kIo);
  CHECK(FaultOf(12'345) == Fault::kIo);
}

}  // namespace gamevents::kafka
