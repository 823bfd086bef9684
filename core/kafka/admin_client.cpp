#include "core/kafka/admin_client.h"

#include "core/kafka/configuration.h"

#include <utility>

namespace gamevents::kafka {
namespace {

constexpr Promise kAdminPromises[] = {
    {"allow.auto.create.topics", "false", "asking for a topic does not create it"},
};

}  // namespace

AdminClient::AdminClient(const ClientOptions& options)
    : options_(options),
      connection_errors_(options.brokers),
      deadline_(std::chrono::steady_clock::now() + options.timeout) {}

Status AdminClient::Open() {
  const Properties settings = {{"allow.auto.create.topics", "false"}};
  auto handle =
      OpenHandle(RD_KAFKA_CONSUMER, options_, settings, kAdminPromises, connection_errors_);
  if (!handle) return std::move(handle).error();
  handle_ = std::move(handle).value();
  return Done{};
}

Query AdminClient::Asking(const std::string& topic) const {
  return {handle_.get(), topic, connection_errors_, deadline_};
}

Result<Event> AdminClient::Call(rd_kafka_admin_op_t operation, const Begin& begin) const {
  char text[512] = "";
  const AdminOptions options(rd_kafka_AdminOptions_new(handle_.get(), operation));
  const std::string nothing;
  const int timeout_ms = Asking(nothing).LeftMs();
  if (rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, text, sizeof text) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Error{Fault::kBadInput, text};
  }
  // Only what changes topics waits in the broker.
  if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS) {
    if (rd_kafka_AdminOptions_set_operation_timeout(options.get(), timeout_ms, text, sizeof text) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Error{Fault::kBadInput, text};
    }
  }
  const Queue replies(rd_kafka_queue_new(handle_.get()));
  begin(handle_.get(), options.get(), replies.get());
  // The request's own timeout answers first; the extra second is for its way through the queue.
  Event event(rd_kafka_queue_poll(replies.get(), timeout_ms + 1'000));
  if (!event) return NoAnswer(RD_KAFKA_RESP_ERR__TIMED_OUT, connection_errors_);
  const auto code = rd_kafka_event_error(event.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return NoAnswer(code, connection_errors_, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

}  // namespace gamevents::kafka
