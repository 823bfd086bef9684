#pragma once

#include "core/parquet/schema.h"
#include "core/parquet/statistics.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::parquet {

/// The bytes that a file begins and ends with.
inline constexpr std::string_view kMagic = "PAR1";

/// What a page holds: the specification's numbers.
enum class PageKind : uint8_t { kData = 0, kDictionary = 2 };

/// How a page's values are encoded: the specification's numbers.
enum class Encoding : uint8_t { kPlain = 0, kRunLengths = 3, kDictionary = 8 };

/// What the header of a page says.
struct PageHeader {
  PageKind kind = PageKind::kData;
  Encoding encoding = Encoding::kPlain;
  size_t values = 0;  ///< nulls included
  size_t plain_bytes = 0;
  size_t packed_bytes = 0;
};

/// Appends the header of a page of version 1, which every reader knows.
void AppendPageHeader(std::string& out, const PageHeader& header);

/// Where one column of a row group stands in the file, and what is in it.
struct ChunkMetadata {
  std::optional<int64_t> dictionary_at;  ///< the offset of its dictionary page, if it has one
  int64_t data_at = 0;                   ///< of its first data page
  size_t values = 0;                     ///< nulls included
  size_t nulls = 0;
  size_t plain_bytes = 0;  ///< of all pages and their headers
  size_t packed_bytes = 0;
  std::optional<Bounds> bounds{};
};

struct GroupMetadata {
  std::vector<ChunkMetadata> chunks;  ///< one for each column
  size_t rows = 0;
};

/// Texts about a file, which readers show by their names.
using Notes = std::vector<std::pair<std::string, std::string>>;

/// The end of a file: its metadata, their length and the magic bytes.
std::string Footer(std::span<const Column> columns, std::span<const GroupMetadata> groups,
                   const Notes& notes);

}  // namespace gamevents::parquet
