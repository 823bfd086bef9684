#pragma once

#include "core/parquet/schema.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// A reader of the Parquet files that core/parquet writes, for tests: written from the specification
// alone, it shares nothing with the writer but the names of the types. INVARIANT ends the process
// where a file is not what the specification says.

namespace gamevents::parquet::test {

using OwnedValue = std::variant<std::monostate, bool, int64_t, double, std::string>;
using OwnedRow = std::vector<OwnedValue>;

/// The values of one row group's column that stand in its statistics, as they stand there.
struct ColumnFacts {
  int64_t nulls = 0;
  std::optional<std::string> min{};
  std::optional<std::string> max{};
  bool has_dictionary = false;
  size_t data_pages = 0;
};

struct File {
  std::vector<Column> columns;
  std::vector<OwnedRow> rows;
  std::vector<std::vector<ColumnFacts>> groups;  ///< by row group, by column
  std::map<std::string, std::string> notes;
  std::string created_by;
};

/// What Thrift's compact protocol holds, without the names that it does not have.
struct Node {
  std::map<int, Node> fields{};  ///< of a struct
  std::vector<Node> items{};     ///< of a list
  int64_t number = 0;            ///< of whole numbers and booleans
  std::string text{};
};

/// Reads a struct off the front of `bytes`.
Node TakeStruct(std::string_view& bytes);

/// Reads `count` numbers of the hybrid encoding off the front of `bytes`.
std::vector<uint32_t> TakeHybrid(std::string_view& bytes, int bit_width, size_t count);

File ReadFile(std::string_view bytes);

}  // namespace gamevents::parquet::test
