#include "core/broker/traffic.h"

namespace gamevents::broker {

std::string_view NameOf(RequestResult result) {
  switch (result) {
    case RequestResult::kOk:
      return "ok";
    case RequestResult::kRetriable:
      return "retriable";
    case RequestResult::kRefused:
      return "refused";
    case RequestResult::kStorage:
      return "storage";
    case RequestResult::kDenied:
      return "denied";
    case RequestResult::kClosed:
      break;
  }
  return "closed";
}

RequestResult ResultOf(ErrorClass worst) {
  switch (worst) {
    case ErrorClass::kNone:
      return RequestResult::kOk;
    case ErrorClass::kRetriable:
      return RequestResult::kRetriable;
    case ErrorClass::kRefused:
      return RequestResult::kRefused;
    case ErrorClass::kStorage:
      return RequestResult::kStorage;
    case ErrorClass::kDenied:
      break;
  }
  return RequestResult::kDenied;
}

void Traffic::AddRequest(ApiKey key, RequestResult result, std::chrono::nanoseconds took) {
  Row& row = rows_[IndexOfApi(key)];
  row.results[static_cast<size_t>(result)].fetch_add(1, kRelaxed);
  row.durations.Observe(took);
}

}  // namespace gamevents::broker
