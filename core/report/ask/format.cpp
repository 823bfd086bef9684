#include "core/report/ask/format.h"

#include "core/base/check.h"

#include <algorithm>
#include <array>

namespace gamevents::report {
namespace {

constexpr auto kFormats = std::to_array<FormatTraits>({
    {.format = Format::kTable,
     .name = "table",
     .holds_rows = true,
     .has_session = true,
     .rows = kShowRows,
     .rows_max = kTableRowsMax},
    {.format = Format::kVertical,
     .name = "vertical",
     .holds_rows = true,
     .rows = kShowRows,
     .rows_max = kTableRowsMax},
    {.format = Format::kPlain, .name = "plain"},
    {.format = Format::kMarkdown, .name = "markdown", .has_session = true},
    {.format = Format::kCsv, .name = "csv"},
    {.format = Format::kJson, .name = "json", .has_session = true},
    {.format = Format::kNdjson, .name = "ndjson"},
    {.format = Format::kHtml,
     .name = "html",
     .holds_rows = true,
     .has_session = true,
     .rows = kPageRows,
     .rows_max = kPageRowsMax},
    {.format = Format::kParquet, .name = "parquet", .typed = true},
});

}  // namespace

std::span<const FormatTraits> Formats() { return kFormats; }

const FormatTraits& TraitsOf(Format format) {
  const auto found = std::ranges::find(kFormats, format, &FormatTraits::format);
  INVARIANT(found != kFormats.end());
  return *found;
}

std::optional<Format> FormatNamed(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &FormatTraits::name);
  if (found == kFormats.end()) return std::nullopt;
  return found->format;
}

std::string NamesOfFormats(bool (*has)(const FormatTraits&)) {
  std::string names;
  for (const FormatTraits& traits : kFormats) {
    if (has != nullptr && !has(traits)) continue;
    names.append(names.empty() ? "" : ", ").append(traits.name);
  }
  return names;
}

}  // namespace gamevents::report
