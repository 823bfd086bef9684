// Goal: each request is counted once, under its API and by what became of it; what is not in the
// table has a row of its own. Method: known requests, and the counters after them.
#include "core/broker/traffic.h"

#include "tests/unit/catch.h"

#include <chrono>

namespace gamevents::broker {

using std::chrono::milliseconds;

TEST_CASE("requests are counted by API and result, with their durations") {
  Traffic traffic;
  traffic.AddRequest(ApiKey::kProduce, RequestResult::kOk, milliseconds(2));
  traffic.AddRequest(ApiKey::kProduce, RequestResult::kStorage, milliseconds(700));
  traffic.AddRequest(ApiKey{-1}, RequestResult::kClosed, milliseconds(0));
  traffic.AddRequest(ApiKey{999}, RequestResult::kClosed, milliseconds(0));
  CHECK(traffic.requests(ApiKey::kProduce, RequestResult::kOk) == 1);
  CHECK(traffic.requests(ApiKey::kProduce, RequestResult::kStorage) == 1);
  CHECK(traffic.requests(ApiKey::kFetch, RequestResult::kOk) == 0);
  CHECK(traffic.requests(Traffic::kUnknownApi, RequestResult::kClosed) == 2);
  const auto durations = traffic.durations(IndexOfApi(ApiKey::kProduce)).Read();
  CHECK(durations.count() == 2);
  CHECK(durations.seconds == 0.702);
}

TEST_CASE("the result of a request is the gravest class in its answer") {
  CHECK(NameOf(ResultOf(ErrorClass::kNone)) == "ok");
  CHECK(NameOf(ResultOf(ClassOf(ErrorCode::kRebalanceInProgress))) == "retriable");
  CHECK(NameOf(ResultOf(ClassOf(ErrorCode::kInvalidRequest))) == "refused");
  CHECK(NameOf(ResultOf(ClassOf(ErrorCode::kKafkaStorageError))) == "storage");
  CHECK(NameOf(ResultOf(ClassOf(ErrorCode::kGroupAuthorizationFailed))) == "denied");
  CHECK(NameOf(RequestResult::kClosed) == "closed");
}

TEST_CASE("what is open is what was accepted and not closed") {
  Traffic traffic;
  for (int i = 0; i < 3; ++i) traffic.AddAccepted();
  traffic.AddRefused();
  traffic.AddClosed();
  CHECK(traffic.open() == 2);
  CHECK(traffic.accepted() == 3);
  CHECK(traffic.refused() == 1);
}

}  // namespace gamevents::broker
