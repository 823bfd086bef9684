// Goal: every format has its row, found by value and by name, and limits that hold together.
// Method: all rows of the table; names that are and are not there.

#include "core/report/ask/format.h"

#include "tests/unit/catch.h"

namespace gamevents::report {
namespace {

TEST_CASE("every format is found by its value and its name") {
  for (const FormatTraits& traits : Formats()) {
    CHECK(&TraitsOf(traits.format) == &traits);
    CHECK(FormatNamed(traits.name) == traits.format);
    CHECK(traits.rows <= traits.rows_max);
    // What is held is bounded; what is written as it comes need not be.
    CHECK(traits.holds_rows == (traits.rows_max != kAllRows));
  }
  CHECK_FALSE(FormatNamed("xml"));
  CHECK_FALSE(FormatNamed(""));
}

TEST_CASE("formats are named in one order") {
  CHECK(NamesOfFormats(nullptr) ==
        "table, vertical, plain, markdown, csv, json, ndjson, html, parquet");
  CHECK(NamesOfFormats([](const FormatTraits& traits) { return traits.has_session; }) ==
        "table, markdown, json, html");
}

}  // namespace
}  // namespace gamevents::report
