#include "core/collector/request/refusal_notes.h"

namespace gamevents::collector {

std::optional<uint64_t> RefusalNotes::Take(RefusalKind why, Time now) {
  Kind& kind = kinds_.at(static_cast<size_t>(why));
  const Time::rep at = now.time_since_epoch().count();
  Time::rep due = kind.due.load(std::memory_order_relaxed);
  const Time::rep next = (now + kRefusalNoteEvery).time_since_epoch().count();
  // Of several at the same moment one exchanges it.
  if (at < due || !kind.due.compare_exchange_strong(due, next, std::memory_order_relaxed)) {
    kind.left_out.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
  }
  return kind.left_out.exchange(0, std::memory_order_relaxed);
}

std::string RefusalNotes::Others(uint64_t left_out) {
  return left_out == 0 ? "" : "; " + std::to_string(left_out) + " more since the last such note";
}

std::string Noted(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (text.size() <= kNotedBytesMax) return std::string(text);
  size_t end = kNotedBytesMax;
  // The bytes of a character after its first begin with the bits 10.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace gamevents::collector
