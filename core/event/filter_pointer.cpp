#include "core/event/filter_pointer.h"

#include "core/base/check.h"

#include <algorithm>
#include <string>

namespace gamevents::event {
namespace {

// The characters shown on each side of the place.
constexpr size_t kShownBefore = 50;
constexpr size_t kShownAfter = 25;
constexpr std::string_view kCut = "\xE2\x80\xA6";  // An ellipsis: one character wide.

bool StartsCharacter(char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, StartsCharacter));
}

// The byte at which character number `count` starts; the end when there are fewer.
size_t Bytes(std::string_view text, size_t count) {
  size_t i = 0;
  for (; count > 0 && i < text.size(); --count) {
    ++i;
    while (i < text.size() && !StartsCharacter(text[i])) ++i;
  }
  return i;
}

void AppendShown(std::string& out, std::string_view text) {
  for (char c : text) out += static_cast<uint8_t>(c) < 0x20 || c == 0x7F ? ' ' : c;
}

}  // namespace

Error PointAt(std::string_view text, size_t position, std::string_view what) {
  INVARIANT(position <= text.size());
  const std::string_view head = text.substr(0, position);
  const size_t line_begin = head.rfind('\n') + 1;  // npos + 1 is 0: the first line.
  const size_t line_end = std::min(text.find('\n', position), text.size());
  std::string_view before = text.substr(line_begin, position - line_begin);
  std::string_view after = text.substr(position, line_end - position);
  const size_t column = Characters(before) + 1;

  std::string out;
  if (text.find('\n') != std::string_view::npos) {
    out += "line " + std::to_string(std::ranges::count(head, '\n') + 1) + ", ";
  }
  out += "column " + std::to_string(column) + ": ";
  AppendShown(out, what);  // It may quote the filter.
  out += '\n';
  size_t indent = column - 1;
  if (indent > kShownBefore) {
    before.remove_prefix(Bytes(before, indent - kShownBefore));
    indent = kShownBefore + 1;
    out += kCut;
  }
  AppendShown(out, before);
  const size_t shown = Bytes(after, kShownAfter);
  AppendShown(out, after.substr(0, shown));
  if (shown < after.size()) out += kCut;
  out += '\n';
  out.append(indent, ' ');
  out += '^';
  return {Fault::kBadInput, std::move(out)};
}

}  // namespace gamevents::event
