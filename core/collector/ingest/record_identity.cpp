#include "core/collector/ingest/record_identity.h"

#include "core/collector/ingest/duplicates.h"

#include <strings.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace gamevents::collector {
namespace {

constexpr std::string_view kEventId = "event_id";
constexpr std::string_view kEventSource = "event_source";
constexpr std::string_view kIdempotencyKey = "idempotency_key";
constexpr std::string_view kIdempotencyPlace = "idempotency_place";

bool NameIs(const std::string& header, const char* name) {
  return ::strcasecmp(header.c_str(), name) == 0;
}

// "17/0badcafe" into the identity. False when it is nothing like that.
bool ReadPlace(std::string_view text, RecordIdentity& identity) {
  const char* const end = text.data() + text.size();
  const auto place = std::from_chars(text.data(), end, identity.place);
  if (place.ec != std::errc{} || place.ptr == end || *place.ptr != '/') return false;
  const auto print = std::from_chars(place.ptr + 1, end, identity.print, 16);
  return print.ec == std::errc{} && print.ptr == end;
}

// The hash of `text` behind what gave `before`.
uint64_t HashBehind(uint64_t before, std::string_view text) {
  return XXH3_64bits_withSeed(text.data(), text.size(), before);
}

}  // namespace

IdHash RecordIdentity::hash() const {
  return event_id.empty() ? PlaceIdentity(idempotency_key, place) : EventIdentity(event_id, source);
}

std::vector<kafka::Header> RecordIdentity::ToHeaders() const {
  std::vector<kafka::Header> headers;
  if (!event_id.empty()) headers.push_back({std::string(kEventId), event_id});
  if (!event_id.empty() && !source.empty()) headers.push_back({std::string(kEventSource), source});
  if (idempotency_key.empty()) return headers;
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%zu/%08x", place, print);
  headers.push_back({std::string(kIdempotencyKey), idempotency_key});
  headers.push_back({std::string(kIdempotencyPlace), std::string(text, static_cast<size_t>(size))});
  return headers;
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
  }
  if (!has_place) identity.idempotency_key.clear();
  return identity;
}

Result<std::optional<std::string>> ReadIdempotencyKey(const http::Headers& headers) {
  std::optional<std::string> key;
  for (const auto& [name, value] : headers) {
    if (!NameIs(name, "idempotency-key")) continue;
    if (key) return Error{Fault::kBadInput, "Idempotency-Key is there twice"};
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
    if (!NameIs(name, "content-type") && ::strncasecmp(name.c_str(), "ce-", 3) != 0) continue;
    hash = HashBehind(HashBehind(hash, name), value);
  }
  return static_cast<uint32_t>(HashBehind(hash, request.body));
}

}  // namespace gamevents::collector
