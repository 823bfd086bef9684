// Goal: whatever the rows are, the Parquet file that is made of them holds exactly these. Method:
// the input chooses the columns' types, the sizes of row groups, and each value; the file is read
// by the tests' own reader, and compared bit by bit.
#include "core/base/check.h"
#include "core/parquet/writer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/parquet/file_reader.h"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::parquet {
namespace {

using test::OwnedRow;
using test::OwnedValue;

constexpr size_t kTypesCount = 8;
constexpr size_t kRowsMax = 100;

/// The input, byte by byte; zeros once it has ended.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  bool Ended() const { return bytes_.empty(); }
  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  uint64_t Number(int size) {
    uint64_t number = 0;
    for (int i = 0; i < size; ++i) number = number << 8 | Byte();
    return number;
  }
  std::string Text() {
    const size_t size = std::min<size_t>(Byte(), bytes_.size());
    const std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view bytes_;
};

OwnedValue NextValue(Type type, Choices& choices) {
  const uint8_t kind = choices.Byte();
  if (kind % 5 == 0) return {};
  const bool is_short = kind % 2 == 0;
  const uint64_t number = choices.Number(is_short ? 1 : 8);
  switch (type) {
    case Type::kBoolean:
      return number % 2 == 1;
    case Type::kInt64:
    case Type::kTimestampMillis:
      return static_cast<int64_t>(number);
    case Type::kDate:
      return int64_t{static_cast<int32_t>(number)};
    case Type::kDouble:
      return std::bit_cast<double>(number);
    case Type::kBytes:
    case Type::kString:
    case Type::kJson:
      break;
  }
  return choices.Text();
}

/// The same value bit by bit: NaN is NaN, and -0.0 is not 0.0.
bool IsSame(const OwnedValue& a, const OwnedValue& b) {
  const auto* left = std::get_if<double>(&a);
  const auto* right = std::get_if<double>(&b);
  if (left == nullptr || right == nullptr) return a == b;
  return std::bit_cast<uint64_t>(*left) == std::bit_cast<uint64_t>(*right);
}

struct ViewOf {
  Value operator()(const std::string& text) const { return std::string_view(text); }
  template <class T>
  Value operator()(const T& value) const {
    return value;
  }
};

void TryRows(std::string_view input) {
  Choices choices(input);
  std::vector<Column> columns;
  for (size_t i = choices.Byte() % 5; i < 5; ++i) {
    columns.push_back({"c" + std::to_string(i), static_cast<Type>(choices.Byte() % kTypesCount)});
  }
  Writer::Options options;
  options.group_rows_max = size_t{8} + choices.Byte();  // smaller ones only take time
  options.group_bytes_max = size_t{256} + choices.Number(2);
  std::string bytes;
  Writer writer(columns, options, [&](std::string_view piece) {
    bytes += piece;
    return Status(Done{});
  });
  std::vector<OwnedRow> rows;
  while (!choices.Ended() && rows.size() < kRowsMax) {
    // A row comes several times now and then, so that there are runs.
    const size_t times = choices.Byte() % 16 == 0 ? choices.Byte() : 1;
    OwnedRow row;
    for (const Column& column : columns) row.push_back(NextValue(column.type, choices));
    rows.insert(rows.end(), times, row);
    std::vector<Value> values;
    for (const OwnedValue& value : row) values.push_back(std::visit(ViewOf{}, value));
    for (size_t i = 0; i < times; ++i) INVARIANT(writer.Add(values).ok());
  }
  INVARIANT(writer.Finish().ok());
  const test::File file = test::ReadFile(bytes);
  INVARIANT(file.rows.size() == rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    INVARIANT(std::ranges::equal(file.rows[i], rows[i], IsSame));
  }
}

}  // namespace
}  // namespace gamevents::parquet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gamevents::parquet::TryRows({reinterpret_cast<const char*>(data), size});
  return 0;
}
