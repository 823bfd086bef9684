#pragma once

#include "core/base/result.h"
#include "core/parquet/column_chunk.h"
#include "core/parquet/metadata.h"
#include "core/parquet/page_sink.h"
#include "core/parquet/schema.h"

#include <cstddef>
#include <span>
#include <vector>

namespace gamevents::parquet {

/// A row group ends with the row that makes it as long, or of as many rows. Many groups let readers
/// work on all cores; large ones pack better.
inline constexpr size_t kGroupRowsMax = size_t{256} << 10;
inline constexpr size_t kGroupBytesMax = size_t{64} << 20;

/// Writes one Parquet file: pages of version 1, packed with zstd, dictionaries where values repeat,
/// statistics of each row group. What it holds is one row group and, of those before, what the
/// footer says of them: the file goes out as it grows. Without Finish it is no file, so that
/// nobody takes half of an answer for the whole. One thread.
class Writer {
 public:
  struct Options {
    size_t group_rows_max = kGroupRowsMax;
    size_t group_bytes_max = kGroupBytesMax;  ///< in memory, before they are packed
    Notes notes{};                            ///< what the file says of itself
  };

  /// Requires: at least one column (readers take no file without); no two of one name.
  Writer(std::vector<Column> columns, Options options, Sink sink);

  /// Requires: a value for each column, that its type takes. Errors: the sink's; kIo (zstd).
  Status Add(std::span<const Value> row);

  /// Gives a column another of the types kBytes, kString and kJson: only the footer tells them
  /// apart, so that it can be done when all values are known. Requires: it has one of them.
  void SetTextType(size_t column, Type type);

  /// Writes what is left and the footer; the last call. Errors: as Add.
  Status Finish();

 private:
  Status WriteGroup();

  std::vector<Column> columns_;
  Options options_;
  PageSink sink_;
  std::vector<ColumnChunk> chunks_;
  size_t rows_ = 0;  ///< of the group that is being gathered
  std::vector<GroupMetadata> groups_;
};

}  // namespace gamevents::parquet
