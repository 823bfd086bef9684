#pragma once

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/event/document.h"
#include "core/kafka/producer.h"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

// What must be true of every record that is sent for a request, whoever sent that.

namespace gamevents::collector {

inline void CheckEvent(const kafka::OutgoingRecord& record) {
  const std::string& json = record.value.value();
  INVARIANT(json.find('\n') == std::string::npos);
  INVARIANT(json.find('\r') == std::string::npos);
  event::Document document;
  INVARIANT(document.Parse(json).ok());
  const event::Value type = document.Field({"event_type"});
  INVARIANT(std::holds_alternative<std::string_view>(type));
  INVARIANT(!std::get<std::string_view>(type).empty());
  INVARIANT(!std::holds_alternative<event::Missing>(document.Field({"event_id"})));
  if (record.key) INVARIANT(IsUtf8(*record.key) && !record.key->empty());
}

inline void CheckRejected(const kafka::OutgoingRecord& record) {
  event::Document document;
  INVARIANT(document.Parse(record.value.value()).ok());
  const event::Value base64 = document.Field({"raw_base64"});
  const event::Value raw = document.Field({"raw"});
  INVARIANT(std::holds_alternative<std::string_view>(base64) ||
            std::holds_alternative<std::string_view>(raw));
}

/// Acknowledges at once, but every third event fails.
class CheckingProducer final : public kafka::Producer {
 public:
  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                      const OnDelivery& on_delivery) override {
    for (size_t i = 0; i < records.size(); ++i) on_delivery(FateOf(records[i]), {first + i, 1});
    return {records.size()};
  }
  Status Flush(std::chrono::milliseconds) override { return Done{}; }
  int64_t QueuedRecords() const override { return 0; }

  size_t sent = 0;
  size_t stored = 0;
  size_t kept = 0;

 private:
  Result<kafka::Delivery> FateOf(const kafka::OutgoingRecord& record) {
    if (record.topic == "rejected") {
      CheckRejected(record);
      ++kept;
      return kafka::Delivery{0, 0};
    }
    CheckEvent(record);
    if (++sent % 3 == 0) return Error{Fault::kUnavailable, "slow"};
    ++stored;
    return kafka::Delivery{0, 0};
  }
};

}  // namespace gamevents::collector
