#pragma once

#include "core/base/result.h"
#include "core/parquet/dictionary.h"
#include "core/parquet/metadata.h"
#include "core/parquet/page_sink.h"
#include "core/parquet/schema.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::parquet {

/// A page ends with the row that makes it as long, or of as many rows.
inline constexpr size_t kPageRowsMax = 20'000;
inline constexpr size_t kPageBytesMax = size_t{1} << 20;

/// The values of one column in the row group that is being gathered. It begins with a dictionary,
/// and writes the values themselves in its place once that grows too large, or would be no smaller.
/// One thread.
class ColumnChunk {
 public:
  explicit ColumnChunk(Type type) : type_(type) {}

  /// Requires: a value that the column's type takes (schema.h).
  void Add(const Value& value);

  /// What it takes in memory, about.
  size_t MemoryBytes() const;

  /// Writes the pages of all values and lets go of them. Errors: the sink's.
  Result<ChunkMetadata> Write(PageSink& sink);

 private:
  class Pages;

  void AddPlain(std::string_view plain);
  /// Replaces the numbers by the values that they stand for.
  void GiveUpDictionary();
  bool DictionaryIsWorthIt() const;

  Type type_;
  std::vector<char> present_;      ///< one for each row: 0 for null
  bool by_number_ = true;          ///< values are in numbers_ and dictionary_, not in plain_
  std::vector<uint32_t> numbers_;  ///< of the values in the dictionary
  Dictionary dictionary_;
  size_t numbered_bytes_ = 0;  ///< of the values that numbers_ stand for
  std::string plain_;          ///< the values themselves; a byte for a boolean
  std::string value_;          ///< of one value, kept for its memory
};

}  // namespace gamevents::parquet
