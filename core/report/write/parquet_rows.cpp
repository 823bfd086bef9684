#include "core/report/write/parquet_rows.h"

#include "core/base/text.h"
#include "core/event/number.h"
#include "core/parquet/writer.h"
#include "core/report/write/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <compare>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

using FileType = parquet::Type;

/// Beyond this much memory larger row groups gain nothing.
constexpr size_t kHeldRowsBytesMax = size_t{64} << 20;

/// The type of a column without a value.
FileType TypeOfEmpty(const Heading& heading, bool is_day) {
  switch (heading.type) {
    case Type::kBinary:
      return FileType::kBytes;
    case Type::kInteger:
    case Type::kLong:
      return FileType::kInt64;
    case Type::kTimestamp:
      return is_day ? FileType::kDate : FileType::kTimestampMillis;
    case Type::kString:
    case Type::kAny:
      break;
  }
  return FileType::kString;
}

/// The cell's JSON text. An array or an object is as it was in the event; what JSON has no number
/// for is a text.
void AppendAsJson(std::string& out, const Cell& cell) {
  if (const auto* json = std::get_if<Json>(&cell)) {
    out += json->text;
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    AppendJsonString(out, *text);
  } else if (const auto* number = std::get_if<double>(&cell); number && !std::isfinite(*number)) {
    AppendJsonString(out, CellText(cell));
  } else {
    AppendJsonCell(out, cell);
  }
}

/// The date that the time's clock shows, in days since 1970-01-01.
int64_t DayOf(const Time& time) {
  using std::chrono::milliseconds;
  return std::chrono::floor<std::chrono::days>(milliseconds(time.OnClock().value)).count();
}

/// Puts a cell into `value` as a column of one type has it; false: the type has no such value.
struct Converter {
  FileType type;
  const Cell& cell;
  std::string& text;  ///< what the value may be a view of
  parquet::Value& value;

  bool operator()(std::monostate) const { return Put(std::monostate()); }
  bool operator()(bool truth) const { return type == FileType::kBoolean ? Put(truth) : PutJson(); }
  bool operator()(int64_t number) const {
    if (type == FileType::kInt64) return Put(number);
    if (type == FileType::kDouble) {
      const auto nearest = static_cast<double>(number);
      return std::is_eq(event::CompareNumbers(number, nearest)) && Put(nearest);
    }
    return type == FileType::kString ? PutText(std::to_string(number)) : PutJson();
  }
  bool operator()(const event::OwnedDigits& number) const {
    return type == FileType::kString ? Put(std::string_view(number.text)) : PutJson();
  }
  bool operator()(double number) const {
    return type == FileType::kDouble ? Put(number) : PutJson();
  }
  bool operator()(const std::string& string) const {
    return type == FileType::kString ? Put(std::string_view(string)) : PutJson();
  }
  bool operator()(const Bytes& bytes) const {
    return type == FileType::kBytes ? Put(std::string_view(bytes.bytes)) : PutJson();
  }
  bool operator()(const Time& time) const {
    if (time.at.value == -1) return Put(std::monostate());
    if (type == FileType::kTimestampMillis) return Put(time.at.value);
    return type == FileType::kDate ? Put(DayOf(time)) : PutJson();
  }
  bool operator()(const Json& json) const {
    return type == FileType::kJson && Put(std::string_view(json.text));
  }

 private:
  template <class T>
  bool Put(T converted) const {
    value = converted;
    return true;
  }
  bool PutText(std::string made) const {
    text = std::move(made);
    return Put(std::string_view(text));
  }
  bool PutJson() const {
    if (type != FileType::kJson) return false;
    text.clear();
    AppendAsJson(text, cell);
    return Put(std::string_view(text));
  }
};

/// The columns' names, each once: of several with one name the later ones get a number.
std::vector<std::string> ColumnNames(const std::vector<Heading>& headings) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const Heading& heading : headings) taken.insert(heading.name);
  std::set<std::string> used;
  for (const Heading& heading : headings) {
    std::string name = heading.name;
    for (int number = 2; used.contains(name); ++number) {
      std::string next = fmt::format("{}_{}", heading.name, number);
      if (!taken.contains(next)) name = std::move(next);
    }
    used.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

class ParquetRows final : public Renderer {
 public:
  ParquetRows(const RenderOptions& options, std::vector<Heading> headings, const Write& write,
              FindKinds kinds)
      : options_(options),
        headings_(std::move(headings)),
        write_(write),
        find_kinds_(std::move(kinds)),
        kinds_(headings_.size()),
        texts_(headings_.size()),
        values_(headings_.size()) {}

  Status Add(Row row) override {
    if (writer_) return WriteRow(row);
    for (size_t i = 0; i < row.size(); ++i) kinds_[i].Take(row[i]);
    held_bytes_ += RowBytes(row);
    held_.push_back(std::move(row));
    if (held_bytes_ < HeldBytesMax()) return Done{};
    auto kinds = find_kinds_();
    if (!kinds) return std::move(kinds).error();
    kinds_ = std::move(*kinds);
    return WriteHeld();
  }

  /// Nobody can read a part of the file.
  Status Flush() override { return Done{}; }

  Status Finish(bool) override {
    if (headings_.empty()) {
      return Error{Fault::kNotFound,
                   "a Parquet file needs a column, and the answer has none: there is no event, or "
                   "none has a field"};
    }
    if (!writer_) {
      if (auto written = WriteHeld(); !written) return written;
    }
    return writer_->Finish();
  }

 private:
  size_t HeldBytesMax() const { return std::min(options_.memory / 2, kHeldRowsBytesMax); }

  Status WriteHeld() {
    std::vector<parquet::Column> columns;
    std::vector<std::string> names = ColumnNames(headings_);
    for (size_t i = 0; i < headings_.size(); ++i) {
      const bool is_day = i == 0 && options_.titles.days;
      columns.push_back({std::move(names[i]), ParquetType(kinds_[i], headings_[i], is_day)});
      types_.push_back(columns.back().type);
    }
    parquet::Writer::Options options{.group_bytes_max = HeldBytesMax()};
    if (!options_.page.topic.empty()) {
      options.notes = {{"gamevents.topic", options_.page.topic},
                       {"gamevents.asked", options_.page.asked}};
    }
    writer_.emplace(std::move(columns), std::move(options), write_);
    for (Row& row : held_) {
      if (auto written = WriteRow(row); !written) return written;
      Row().swap(row);
    }
    std::vector<Row>().swap(held_);
    return Done{};
  }

  Status WriteRow(const Row& row) {
    for (size_t i = 0; i < row.size(); ++i) {
      const Converter converter{types_[i], row[i], texts_[i], values_[i]};
      if (!std::visit(converter, row[i])) return Changed(i, row[i]);
    }
    rows_ += 1;
    return writer_->Add(values_);
  }

  Error Changed(size_t column, const Cell& cell) const {
    return {Fault::kCorrupt,
            fmt::format("column {}, row {}: {:.40} has not the type that the column had when its "
                        "rows were read for the first time: the rows are not the same each time; "
                        "order them, or take the format csv or ndjson",
                        headings_[column].name, rows_ + 1, ExactText(cell))};
  }

  RenderOptions options_;
  std::vector<Heading> headings_;
  const Write& write_;
  FindKinds find_kinds_;
  std::vector<CellKinds> kinds_;
  std::vector<Row> held_;  ///< until there is a writer
  size_t held_bytes_ = 0;
  std::vector<FileType> types_;
  std::optional<parquet::Writer> writer_;
  std::vector<std::string> texts_;  ///< of values_, one for each column
  std::vector<parquet::Value> values_;
  size_t rows_ = 0;  ///< that were written
};

}  // namespace

parquet::Type ParquetType(CellKinds kinds, const Heading& heading, bool is_day) {
  struct KindRow {
    int kinds;
    FileType type;
  };
  static constexpr auto kKindRows = std::to_array<KindRow>({
      {CellKinds::kBoolean, FileType::kBoolean},
      {CellKinds::kWhole | CellKinds::kLongWhole, FileType::kInt64},
      {CellKinds::kWhole | CellKinds::kDouble, FileType::kDouble},
      {CellKinds::kWhole | CellKinds::kLongWhole | CellKinds::kDigits, FileType::kString},
      {CellKinds::kText, FileType::kString},
      {CellKinds::kBytes, FileType::kBytes},
      {CellKinds::kTime, FileType::kTimestampMillis},
  });
  if (kinds.none()) return TypeOfEmpty(heading, is_day);
  if (is_day && kinds.Only(CellKinds::kTime)) return FileType::kDate;
  const auto found =
      std::ranges::find_if(kKindRows, [&](const KindRow& row) { return kinds.Only(row.kinds); });
  return found == kKindRows.end() ? FileType::kJson : found->type;
}

std::unique_ptr<Renderer> MakeParquetRows(const RenderOptions& options,
                                          std::vector<Heading> headings, const Write& write,
                                          FindKinds kinds) {
  return std::make_unique<ParquetRows>(options, std::move(headings), write, std::move(kinds));
}

}  // namespace gamevents::report
