#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

// The Parquet room: rows of typed columns in, the bytes of one Parquet file out, in one pass and
// without a seek. It knows nothing of events, reports or Kafka.
//
// Source: the format's specification, https://github.com/apache/parquet-format (2.10).

namespace gamevents::parquet {

/// What readers take a column's values for. Every column may have nulls.
enum class Type : uint8_t {
  kBoolean,
  kInt64,
  kDouble,
  kBytes,            ///< bytes that need not be text
  kString,           ///< UTF-8
  kJson,             ///< a JSON text each
  kTimestampMillis,  ///< milliseconds since 1970-01-01 in UTC
  kDate,             ///< days since 1970-01-01
};

struct Column {
  std::string name;
  Type type = Type::kString;
};

/// One value. std::monostate is null in every column; kBoolean takes bool, kDouble double, kBytes,
/// kString and kJson string_view, the others int64_t.
using Value = std::variant<std::monostate, bool, int64_t, double, std::string_view>;

}  // namespace gamevents::parquet
