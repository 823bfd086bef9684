#include "core/generate/repeat.h"

#include "core/event/document.h"
#include "core/kafka/reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::generate {
namespace {

using kafka::Position;

constexpr std::chrono::milliseconds kRepeatWait{500};
constexpr size_t kRecordsMax = 100;
// How many bytes of a UUID of version 7 are its time.
constexpr size_t kTimeBytes = 6;

void AddIds(const kafka::ClientOptions& client, const std::string& topic, Position from,
            std::vector<Uuid>& ids) {
  kafka::ReaderOptions options;
  options.client = client;
  options.topic = topic;
  options.range.from = from;
  options.headers = false;
  const auto reader = kafka::Reader::Open(options);
  if (!reader || (*reader)->Finished()) return;
  (*reader)->LimitBatch(kRecordsMax);
  const auto records = (*reader)->Next(kRepeatWait);
  if (!records) return;
  static const event::FieldPath kEventId{"event_id"};
  event::Document document;
  for (const kafka::RecordView& record : *records) {
    if (!record.value || !document.Parse(*record.value)) continue;
    const event::Value value = document.Field(kEventId);
    const auto* text = std::get_if<std::string_view>(&value);
    const auto id = text == nullptr ? std::nullopt : ParseUuid(*text);
    if (id) ids.push_back(*id);
  }
}

std::array<uint8_t, kTimeBytes> TimeOf(const Uuid& id) {
  std::array<uint8_t, kTimeBytes> time{};
  std::copy_n(id.begin(), kTimeBytes, time.begin());
  return time;
}

}  // namespace

std::vector<Uuid> IdsAtTheEnds(const kafka::ClientOptions& client, const std::string& topic) {
  std::vector<Uuid> ids;
  AddIds(client, topic, {Position::Kind::kBeginning, 0}, ids);
  AddIds(client, topic, {Position::Kind::kFromEnd, 1}, ids);
  return ids;
}

bool PlaysOneOf(const std::vector<Uuid>& ids, const WorldOptions& world) {
  if (ids.empty()) return false;
  World played(world);
  const auto last = TimeOf(*std::ranges::max_element(ids));
  for (int i = 0; i < kRepeatEventsMax && !played.ended(); ++i) {
    const GameEvent event = played.Next();
    if (std::ranges::find(ids, event.id) != ids.end()) return true;
    // The ids' times ascend.
    if (TimeOf(event.id) > last) return false;
  }
  return false;
}

}  // namespace gamevents::generate
