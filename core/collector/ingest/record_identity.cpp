#include "core/collector/ingest/record_identity.h"

#include "core/base/ascii.h"
#include "core/base/number.h"
#include "core/collector/ingest/duplicates.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace gamevents::collector {
namespace {

constexpr std::string_view kEventId = "event_id";
constexpr std::string_view kEventSource = "event_source";
constexpr std::string_view kIdempotencyKey = "idempotency_key";
constexpr std::string_view kIdempotencyPlace = "idempotency_place";
constexpr std::string_view kReceivedAtHeader = "received_at";

// "17/0badcafe" into the identity. False when it is nothing like that.
bool ReadPlace(std::string_view text, RecordIdentity& identity) {
  const size_t slash = std::min(text.find('/'), text.size());
  const auto place = ParseWholeNumber<decltype(identity.place)>(text.substr(0, slash));
  if (!place || slash == text.size()) return false;
  const auto print = ParseWholeNumber<decltype(identity.print)>(text.substr(slash + 1), 16);
  if (!print) return false;
  identity.place = *place;
  identity.print = *print;
  return true;
}

std::string PlaceText(size_t place, uint32_t print) {
  constexpr size_t kPrintDigits = 8;
  std::array<char, kPrintDigits> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), print, 16).ptr;
  const auto count = static_cast<size_t>(end - digits.data());
  std::string text = std::to_string(place) + "/";
  text.append(kPrintDigits - count, '0').append(digits.data(), count);
  return text;
}

// The hash of `text` behind what gave `before`.
uint64_t HashBehind(uint64_t before, std::string_view text) {
  return XXH3_64bits_withSeed(text.data(), text.size(), before);
}

}  // namespace

IdHash RecordIdentity::hash() const {
  return event_id.empty() ? PlaceIdentity(idempotency_key, place) : EventIdentity(event_id, source);
}

void RecordIdentity::WriteHeaders(std::vector<kafka::Header>& headers) const {
  size_t count = 0;
  const auto write = [&](std::string_view name, std::string_view value) {
    if (count == headers.size()) headers.emplace_back();
    kafka::Header& header = headers[count++];
    header.name = name;
    if (!header.value) header.value.emplace();
    *header.value = value;
  };
  if (!empty()) {
    if (received_at) write(kReceivedAtHeader, std::to_string(received_at->value));
    if (!event_id.empty()) write(kEventId, event_id);
    if (!event_id.empty() && !source.empty()) write(kEventSource, source);
    if (!idempotency_key.empty()) {
      write(kIdempotencyKey, idempotency_key);
      write(kIdempotencyPlace, PlaceText(place, print));
    }
  }
  headers.resize(count);
}

RecordIdentity ReadIdentity(std::span<const kafka::HeaderView> headers) {
  RecordIdentity identity;
  bool has_place = false;
  for (const kafka::HeaderView& header : headers) {
    if (!header.value) continue;
    if (header.name == kEventId) identity.event_id = *header.value;
    if (header.name == kEventSource) identity.source = *header.value;
    if (header.name == kIdempotencyKey) identity.idempotency_key = *header.value;
    if (header.name == kIdempotencyPlace) has_place = ReadPlace(*header.value, identity);
    if (header.name == kReceivedAtHeader) {
      const auto time = ParseWholeNumber<int64_t>(*header.value);
      if (time) identity.received_at = TimestampMs(*time);
    }
  }
  if (!has_place) identity.idempotency_key.clear();
  return identity;
}

Result<std::optional<std::string>> ReadIdempotencyKey(const http::Headers& headers) {
  std::optional<std::string> key;
  for (const auto& [name, value] : headers) {
    if (!EqualsIgnoringCase(name, "idempotency-key")) continue;
    if (key) return Error{Fault::kBadInput, "duplicate Idempotency-Key"};
    key = value;
  }
  if (!key) return key;
  if (key->size() >= 2 && key->front() == '"' && key->back() == '"') {
    key = key->substr(1, key->size() - 2);
  }
  const bool visible = std::ranges::all_of(*key, [](char c) { return c > ' ' && c < '\x7F'; });
  if (!key->empty() && key->size() <= kIdempotencyKeyBytesMax && visible) return key;
  return Error{Fault::kBadInput, "Idempotency-Key must be 1 to " +
                                     std::to_string(kIdempotencyKeyBytesMax) +
                                     " visible ASCII characters, a UUID for example"};
}

uint32_t ContentPrint(const http::Request& request) {
  uint64_t hash = 0;
  for (const auto& [name, value] : request.headers) {
    if (!EqualsIgnoringCase(name, "content-type") && !StartsWithIgnoringCase(name, "ce-")) continue;
    hash = HashBehind(HashBehind(hash, name), value);
  }
  return static_cast<uint32_t>(HashBehind(hash, request.body));
}

}  // namespace gamevents::collector
