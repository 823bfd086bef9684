// Goal: error codes have Kafka's numbers and names.
// Method: those whose mix-up would hurt most; every number asked for its name.
#include "core/broker/protocol/error_code.h"

#include "tests/unit/catch.h"

#include <set>
#include <string_view>

namespace gamevents::broker {

TEST_CASE("numbers and names are Kafka's") {
  CHECK(ErrorCodeName(ErrorCode{-1}) == "UNKNOWN_SERVER_ERROR");
  CHECK(ErrorCodeName(ErrorCode{0}) == "NONE");
  CHECK(ErrorCodeName(ErrorCode{1}) == "OFFSET_OUT_OF_RANGE");
  CHECK(ErrorCodeName(ErrorCode{3}) == "UNKNOWN_TOPIC_OR_PARTITION");
  CHECK(ErrorCodeName(ErrorCode{27}) == "REBALANCE_IN_PROGRESS");
  CHECK(ErrorCodeName(ErrorCode{35}) == "UNSUPPORTED_VERSION");
  CHECK(ErrorCodeName(ErrorCode{45}) == "OUT_OF_ORDER_SEQUENCE_NUMBER");
  CHECK(ErrorCodeName(ErrorCode{79}) == "MEMBER_ID_REQUIRED");
  CHECK(ErrorCodeName(ErrorCode{100}) == "UNKNOWN_TOPIC_ID");
  CHECK(ErrorCodeName(ErrorCode{9999}) == "?");
}

TEST_CASE("no two codes share a name") {
  std::set<std::string_view> names;
  int known = 0;
  for (int16_t number = -1; number < 200; ++number) {
    const auto name = ErrorCodeName(ErrorCode{number});
    if (name == "?") continue;
    names.insert(name);
    ++known;
  }
  CHECK(names.size() == static_cast<size_t>(known));
  CHECK(known > 60);
}

TEST_CASE("a code's class is what somebody should do about it") {
  CHECK(ClassOf(ErrorCode::kNone) == ErrorClass::kNone);
  for (const auto code : {ErrorCode::kUnknownTopicOrPartition, ErrorCode::kRebalanceInProgress,
                          ErrorCode::kMemberIdRequired, ErrorCode::kFencedLeaderEpoch}) {
    CHECK(ClassOf(code) == ErrorClass::kRetriable);
  }
  for (const auto code : {ErrorCode::kInvalidRecord, ErrorCode::kTopicAlreadyExists,
                          ErrorCode::kUnknownServerError, ErrorCode{9999}}) {
    CHECK(ClassOf(code) == ErrorClass::kRefused);
  }
  CHECK(ClassOf(ErrorCode::kKafkaStorageError) == ErrorClass::kStorage);
  CHECK(ClassOf(ErrorCode::kTopicAuthorizationFailed) == ErrorClass::kDenied);
  CHECK(ErrorClass::kRetriable < ErrorClass::kRefused);
  CHECK(ErrorClass::kRefused < ErrorClass::kStorage);
  CHECK(ErrorClass::kStorage < ErrorClass::kDenied);
}

}  // namespace gamevents::broker
