// A field on its own, as the filter language writes it; declared in filter.h.

#include "core/base/text.h"
#include "core/event/filter.h"
#include "core/event/filter_cursor.h"

#include <algorithm>

namespace gamevents::event {
namespace {

bool MayStandBare(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, IsBareNameCharacter) && !IsFilterKeyword(name);
}

}  // namespace

Result<FieldPath> ParseFieldPath(std::string_view text) {
  if (text.size() > kFilterBytesMax) {
    return Error{Fault::kBadInput,
                 "the field is longer than " + std::to_string(kFilterBytesMax) + " bytes"};
  }
  if (!IsUtf8(text)) return Error{Fault::kBadInput, "the field is not valid UTF-8"};
  FilterCursor cursor(text);
  auto path = cursor.TakeField();
  if (path && !cursor.AtEnd()) {
    return cursor.At(cursor.Position(),
                     "expected the end of the field; a name with other characters than letters, "
                     "digits, _ and - must be in double quotes");
  }
  return path;
}

std::string FormatFieldPath(const FieldPath& path) {
  INVARIANT(!path.empty());
  std::string out;
  for (const std::string& name : path) {
    if (&name != &path.front()) out += '.';
    out += MayStandBare(name) ? name : QuoteText(name);
  }
  return out;
}

std::string QuoteText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace gamevents::event
