// Goal: any text is a filter or is refused, and a filter decides any event without harm. Method:
// the input is a filter, a blank line, and an event; `not` must turn the answer around, and every
// field that the filter names must read back from its written form.
#include "core/base/check.h"
#include "core/event/document.h"
#include "core/event/filter.h"
#include "tests/fuzz/fuzz.h"

#include <string>
#include <string_view>

namespace gamevents::event {
namespace {

void TryFilter(std::string_view input) {
  const size_t blank = input.find("\n\n");
  const std::string_view text = input.substr(0, blank);
  Document document;
  // A refused event leaves the document without fields, which filters must bear too.
  if (blank != std::string_view::npos) (void)document.Parse(input.substr(blank + 2)).ok();

  const auto filter = Filter::Parse(text);
  if (!filter) {
    INVARIANT(filter.error().fault == Fault::kBadInput);
    INVARIANT(!filter.error().context.empty());
    return;
  }
  const bool matches = filter->Matches(document);
  const auto opposite = Filter::Parse("not (" + std::string(text) + "\n)");
  if (opposite) {
    INVARIANT(opposite->Matches(document) != matches);
  } else {
    INVARIANT(opposite.error().context.find("nested deeper") != std::string::npos ||
              text.size() + 8 > kFilterBytesMax);
  }
  for (const FieldPath& field : filter->fields()) {
    const auto again = ParseFieldPath(FormatFieldPath(field));
    INVARIANT(again.ok());
    INVARIANT(*again == field);
  }
}

}  // namespace
}  // namespace gamevents::event

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::event::TryFilter({reinterpret_cast<const char*>(data), size});
  return 0;
}
