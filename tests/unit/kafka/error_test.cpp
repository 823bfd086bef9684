// Goal: an error says what went wrong in words. Method: known codes.
#include "core/kafka/error.h"

#include "core/kafka/handles.h"
#include "tests/unit/catch.h"

#include <string>

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

TEST_CASE("what is not permitted is said in words of ours, whatever the broker's are") {
  for (const auto code :
       {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED}) {
    CHECK(DescribeCode(code, "Authorization failed.").starts_with("no permission: this user may "));
    CHECK(FaultOf(code) == Fault::kBadInput);
  }
  CHECK(DescribeCode(RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED).find("sasl.password") !=
        std::string::npos);
}

}  // namespace gamevents::kafka
