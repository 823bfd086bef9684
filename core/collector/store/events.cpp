#include "core/collector/store/events.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/event/event_writer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::collector {
namespace {

// What identifies or lets in a person does not belong into an analyst's data.
constexpr auto kAlwaysRedacted = std::to_array<std::string_view>(
    {"Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"});
constexpr auto kStampNames = std::to_array<std::string_view>({"event_id", "received_at"});

// In any case: Spark and SQL would not tell `Event_Type` from `event_type`.
bool IsOwnField(std::string_view header, std::span<const Field> fields) {
  return std::ranges::any_of(
             fields, [&](const Field& own) { return EqualsIgnoringCase(own.name, header); }) ||
         std::ranges::any_of(kStampNames,
                             [&](std::string_view own) { return EqualsIgnoringCase(own, header); });
}

}  // namespace

EventBuilder::EventBuilder(const std::vector<std::string>& redacted, const Clock& clock)
    : redacted_(kAlwaysRedacted.begin(), kAlwaysRedacted.end()), clock_(clock) {
  for (const std::string& name : redacted) redacted_.push_back(CanonicalHeaderName(name));
}

bool EventBuilder::IsRedacted(std::string_view canonical_name) const {
  return std::ranges::find(redacted_, canonical_name) != redacted_.end();
}

http::Headers EventBuilder::Mergeable(const http::Headers& headers) const {
  http::Headers merged;
  for (const auto& [name, value] : headers) {
    std::string canonical = CanonicalHeaderName(name);
    if (IsRedacted(canonical)) continue;
    const auto seen = std::ranges::find(merged, canonical, &http::Headers::value_type::first);
    if (seen == merged.end()) {
      merged.emplace_back(std::move(canonical), HeaderText(value));
    } else {
      seen->second.append(",").append(HeaderText(value));
    }
  }
  return merged;
}

Event EventBuilder::Build(std::span<const Field> fields, const http::Headers& headers) const {
  const TimestampMs now = clock_.Now();
  // One for each thread, because it keeps its room from event to event.
  thread_local event::EventWriter writer;
  for (const Field& field : fields) {
    std::visit([&](const auto& value) { writer.Add(field.name, value); }, field.value);
  }
  std::string id = FormatUuid(MakeUuidV7(now));
  writer.Add("event_id", id);
  writer.Add("received_at", FormatTimestamp(now));
  for (const auto& [name, value] : Mergeable(headers)) {
    if (!IsOwnField(name, fields)) writer.Add(name, value);
  }
  return Event{writer.Finish(), now, std::move(id)};
}

std::string CanonicalHeaderName(std::string_view name) {
  std::string canonical(name);
  bool after_letter = false;
  for (char& c : canonical) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    if (lower && !after_letter) c = static_cast<char>(c - 'a' + 'A');
    if (upper && after_letter) c = static_cast<char>(c - 'A' + 'a');
    after_letter = lower || upper;
  }
  return canonical;
}

std::string HeaderText(std::string_view value) {
  if (IsUtf8(value)) return std::string(value);
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text.push_back(c);
    } else {
      text.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      text.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return text;
}

}  // namespace gamevents::collector
