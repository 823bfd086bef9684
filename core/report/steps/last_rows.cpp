#include "core/report/steps/last_rows.h"

#include <string>
#include <utility>

namespace gamevents::report {
namespace {

/// Cuts between two characters.
void Clip(std::string& text) {
  if (text.size() <= kLastRowsTextBytes) return;
  size_t end = kLastRowsTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text.shrink_to_fit();
}

void Clip(Cell& cell) {
  if (auto* text = std::get_if<std::string>(&cell)) Clip(*text);
  if (auto* json = std::get_if<Json>(&cell)) Clip(json->text);
}

}  // namespace

Status LastRows::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  Row row = ReadRow(columns_, scanned);
  for (Cell& cell : row) Clip(cell);
  rows_.push_front(std::move(row));
  if (rows_.size() > limit_) rows_.pop_back();
  return Done{};
}

Table LastRows::Finish() const { return {Headings(columns_), {rows_.begin(), rows_.end()}, false}; }

}  // namespace gamevents::report
