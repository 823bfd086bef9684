#include "core/collector/store/events.h"

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/event/event_writer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr auto kStampNames = std::to_array<std::string_view>({"event_id", "received_at"});

template <size_t kSize>
std::string_view AsText(const std::array<char, kSize>& text) {
  return {text.data(), text.size()};
}

// In any case: Spark and SQL would not tell `Event_Type` from `event_type`.
bool IsOwnField(std::string_view header, std::span<const Field> fields) {
  return std::ranges::any_of(
             fields, [&](const Field& own) { return EqualsIgnoringCase(own.name, header); }) ||
         std::ranges::any_of(kStampNames,
                             [&](std::string_view own) { return EqualsIgnoringCase(own, header); });
}

// Of a sender whose address is not stored.
bool IsHiddenAddress(const Field& field) {
  const auto* text = std::get_if<std::string_view>(&field.value);
  return text != nullptr && text->empty() &&
         std::ranges::find(kAddressFields, field.name) != kAddressFields.end();
}

}  // namespace

EventBuilder::EventBuilder(Privacy privacy, const Clock& clock)
    : privacy_(std::move(privacy)), clock_(clock) {}

// Calls `visit` with each header's canonical name and its value as UTF-8. Most headers are there
// once and of plain text, so no value is copied for that.
template <typename Visit>
void EventBuilder::ForEachMergeable(const http::Headers& headers, Visit visit) const {
  if (privacy_.Treats(headers) != DoNotTrack::kIgnore) return;
  for (auto header = headers.begin(); header != headers.end(); ++header) {
    const auto is_same = [&](const http::Headers::value_type& other) {
      return EqualsIgnoringCase(other.first, header->first);
    };
    if (!privacy_.KeepsHeader(header->first) || std::any_of(headers.begin(), header, is_same))
      continue;
    auto again = std::find_if(header + 1, headers.end(), is_same);
    const std::string name = CanonicalHeaderName(header->first);
    if (again == headers.end() && IsPlain(header->second)) {
      visit(name, header->second);
      continue;
    }
    std::string joined = HeaderText(header->second);
    for (; again != headers.end(); again = std::find_if(again + 1, headers.end(), is_same)) {
      joined.append(",").append(HeaderText(again->second));
    }
    visit(name, joined);
  }
}

http::Headers EventBuilder::Mergeable(const http::Headers& headers) const {
  http::Headers merged;
  ForEachMergeable(headers, [&](const std::string& name, const std::string& value) {
    merged.emplace_back(name, value);
  });
  return merged;
}

Event EventBuilder::Build(std::span<const Field> fields, const http::Headers& headers) const {
  const TimestampMs now = clock_.Now();
  if (privacy_.Treats(headers) != DoNotTrack::kIgnore) privacy_.Count(DoNotTrack::kAnonymous, 1);
  // One for each thread, because it keeps its room from event to event.
  thread_local event::EventWriter writer;
  for (const Field& field : fields) {
    if (IsHiddenAddress(field)) continue;
    std::visit([&](const auto& value) { writer.Add(field.name, value); }, field.value);
  }
  const Uuid id = MakeUuidV7(now);
  writer.Add("event_id", AsText(UuidTextOf(id)));
  writer.Add("received_at", AsText(TimestampTextOf(now)));
  ForEachMergeable(headers, [&](const std::string& name, const std::string& value) {
    if (!IsOwnField(name, fields)) writer.Add(name, value);
  });
  return Event{writer.Finish(), now, id};
}

std::string CanonicalHeaderName(std::string_view name) {
  std::string canonical(name);
  bool after_letter = false;
  constexpr int kLower = 'a' - 'A';  // the bit between the two cases of a letter
  for (char& c : canonical) {
    const int lowered = c | kLower;
    const bool letter = lowered >= 'a' && lowered <= 'z';
    if (letter) c = static_cast<char>(after_letter ? lowered : lowered - kLower);
    after_letter = letter;
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
