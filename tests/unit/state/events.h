#pragma once

#include "core/event/event_writer.h"
#include "core/kafka/record.h"
#include "core/state/fold.h"
#include "tests/support/fixed_clock.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::state {

/// A record in the making: an event's JSON under its user's key.
struct Made {
  std::string key;
  std::string json;
  int64_t time = kTestNow;

  Entry entry() const { return {key, json, TimestampMs(time)}; }
};

/// A view of `made` as the record at `offset`.
inline kafka::RecordView RecordOf(const Made& made, int64_t offset, int32_t partition = 0) {
  kafka::RecordView record;
  record.partition = partition;
  record.offset = offset;
  record.key = made.key;
  record.value = made.json;
  record.timestamp = TimestampMs(made.time);
  return record;
}

using Extra = std::vector<std::pair<std::string, std::variant<std::string, int64_t, bool>>>;

/// An event of that type, with the fields given.
inline Made Event(const std::string& user, std::string_view type, const Extra& fields) {
  event::EventWriter writer;
  writer.Add("event_type", type);
  for (const auto& [name, value] : fields) {
    if (const auto* text = std::get_if<std::string>(&value)) writer.Add(name, *text);
    if (const auto* number = std::get_if<int64_t>(&value)) writer.Add(name, *number);
    if (const auto* flag = std::get_if<bool>(&value)) writer.Add(name, *flag);
  }
  return {user, writer.Finish()};
}

/// An event of `user` about an item, of the cart's and the inventory's verbs.
inline Made ItemEvent(const std::string& user, std::string_view type, const std::string& item,
                      Extra fields = {}) {
  fields.insert(fields.begin(), {"item", item});
  fields.insert(fields.begin(), {"user", user});
  return Event(user, type, fields);
}

}  // namespace gamevents::state
