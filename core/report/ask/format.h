#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::report {

/// How an answer is written.
enum class Format : uint8_t {
  kTable,
  kVertical,
  kPlain,
  kMarkdown,
  kCsv,
  kJson,
  kNdjson,
  kHtml,
  kParquet
};

/// Default number of rows of a table, as Spark's show() has it, and of UTF-16 code units of a cell.
inline constexpr size_t kShowRows = 20;
inline constexpr size_t kTruncate = 20;
/// Rows of a table that is held to be aligned; csv and json are written as they come.
inline constexpr size_t kTableRowsMax = 100'000;
/// Default and maximum number of rows of a page's table.
inline constexpr size_t kPageRows = 1'000;
inline constexpr size_t kPageRowsMax = 10'000;

inline constexpr size_t kAllRows = std::numeric_limits<size_t>::max();

/// What is to be known of a format before anything is written in it.
struct FormatTraits {
  Format format = Format::kTable;
  std::string_view name;  ///< as --format takes it
  /// All rows are held until the last one is there, and so come by partition and offset; the
  /// others are written as they are read.
  bool holds_rows = false;
  /// Each column has one type, which all of its values have a part in; written as bytes, whose end
  /// makes them a file: not for a terminal, nor to be followed.
  bool typed = false;
  bool has_session = false;    ///< writes the session, not only one table
  size_t rows = kAllRows;      ///< by default
  size_t rows_max = kAllRows;  ///< the most that may be asked for
};

/// Every format, in the order in which help names them.
std::span<const FormatTraits> Formats();

const FormatTraits& TraitsOf(Format format);

/// The format of that name, if there is one.
std::optional<Format> FormatNamed(std::string_view name);

/// The names of the formats with `has` with commas between: "table, json"; nullptr: of all.
std::string NamesOfFormats(bool (*has)(const FormatTraits&));

}  // namespace gamevents::report
