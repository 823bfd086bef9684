#include "core/spark/answer_file.h"

#include "core/event/number.h"
#include "core/report/ask/field_list.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace gamevents::spark {
namespace {

using nlohmann::json;
using report::Cell;

/// The member of that name when it is of that kind; null for another.
const json* Member(const json& object, const char* name, bool (json::*is)() const noexcept) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found != object.end() && ((*found).*is)() ? &*found : nullptr;
}

/// The integer that `value` is, when a long holds it.
std::optional<int64_t> LongOf(const json& value) {
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<uint64_t>() > kMost) return std::nullopt;
  return value.get<int64_t>();
}

std::optional<int64_t> Count(const json& object, const char* name) {
  const json* count = Member(object, name, &json::is_number_integer);
  return count == nullptr ? std::nullopt : LongOf(*count);
}

std::optional<report::Type> TypeNamed(std::string_view name) {
  if (name == "any") return report::Type::kAny;
  if (name == "long") return report::Type::kLong;
  if (name == "timestamp") return report::Type::kTimestamp;
  return std::nullopt;
}

/// Reads the lines of one answer; the first flaw ends it.
class Reading {
 public:
  explicit Reading(const AnswerReader& reader) : reader_(reader) {}

  /// Errors: as ReadAnswer, without the file's name.
  Status Take(const std::string& line) {
    number_ += 1;
    const json value = json::parse(line, nullptr, false);
    if (value.is_array() && has_columns_ && !done_) return TakeRow(value);
    if (const json* text = Member(value, "refused", &json::is_string)) {
      return Error{Fault::kFull, text->get<std::string>()};
    }
    if (const json* columns = Member(value, "columns", &json::is_array)) {
      return has_columns_ ? Flaw("columns again") : TakeColumns(*columns);
    }
    if (Member(value, "totals", &json::is_object) != nullptr && has_columns_ && !done_) {
      return TakeTotals(value);
    }
    return Flaw("no row, and no other line of an answer");
  }

  Result<report::ScanSummary> Finish() {
    if (done_) return std::move(summary_);
    return Error{Fault::kCorrupt, fmt::format("cut off after line {}", number_)};
  }

 private:
  Error Flaw(std::string_view what) const {
    return {Fault::kCorrupt, fmt::format("line {}: {}", number_, what)};
  }

  Status TakeColumns(const json& columns) {
    std::vector<report::Heading> headings;
    for (const json& column : columns) {
      const json* name = Member(column, "name", &json::is_string);
      const json* type_name = Member(column, "type", &json::is_string);
      if (name == nullptr || type_name == nullptr) return Flaw("a column without name or type");
      const auto type = TypeNamed(type_name->get_ref<const std::string&>());
      if (!type) return Flaw("an unknown type of column");
      headings.push_back({name->get<std::string>(), *type});
    }
    has_columns_ = true;
    columns_ = headings.size();
    names_.clear();
    for (const report::Heading& heading : headings) names_.push_back(heading.name);
    return reader_.columns(std::move(headings));
  }

  Status TakeRow(const json& value) {
    if (value.size() != columns_) return Flaw("not as many cells as columns");
    report::Row row;
    row.reserve(columns_);
    for (size_t i = 0; i < columns_; ++i) {
      auto cell = CellOf(value[i], names_[i]);
      if (!cell) return std::move(cell).error();
      row.push_back(std::move(*cell));
    }
    return reader_.row(std::move(row));
  }

  /// Errors: kCorrupt, kBadInput.
  Result<Cell> CellOf(const json& value, const std::string& column) const {
    if (value.is_null()) return Cell();
    if (value.is_boolean()) return Cell(value.get<bool>());
    if (value.is_string()) return Cell(value.get<std::string>());
    if (value.is_number_float()) return Cell(value.get<double>());
    if (const auto whole = LongOf(value)) return Cell(*whole);
    if (const auto time = Count(value, "ms")) return Cell(TimestampMs(*time));
    if (const json* text = Member(value, "json", &json::is_string)) {
      return Cell(report::Json{text->get<std::string>()});
    }
    if (const json* text = Member(value, "double", &json::is_string)) {
      return Special(text->get_ref<const std::string&>());
    }
    if (const json* digits = Member(value, "integer", &json::is_string)) {
      return Integer(digits->get_ref<const std::string&>());
    }
    if (const json* digits = Member(value, "long", &json::is_string)) {
      return Error{Fault::kBadInput,
                   fmt::format("{} is {}, more than a long holds (Spark's ARITHMETIC_OVERFLOW): "
                               "narrow the events with a filter, or ask for avg",
                               column, digits->get_ref<const std::string&>())};
    }
    return Flaw("a cell that is no value");
  }

  /// A whole number that no long holds. Errors: kCorrupt.
  Result<Cell> Integer(const std::string& text) const {
    const auto number = event::ParseJsonNumber(text);
    if (!number || !std::holds_alternative<event::Digits>(*number)) {
      return Flaw("an integer that is none, or that a long holds");
    }
    return Cell(event::OwnedDigits{text});
  }

  /// A double that JSON has no number for. Errors: kCorrupt.
  Result<Cell> Special(std::string_view text) const {
    using Limits = std::numeric_limits<double>;
    if (text == "inf") return Cell(Limits::infinity());
    if (text == "-inf") return Cell(-Limits::infinity());
    if (text == "nan") return Cell(Limits::quiet_NaN());
    return Flaw("a double that is not a number");
  }

  Status TakeTotals(const json& value) {
    const json& totals = value["totals"];
    const auto records = Count(totals, "records");
    const auto events = Count(totals, "events");
    const auto selected = Count(totals, "selected");
    if (!records || !events || !selected) return Flaw("totals that are no counts");
    summary_.totals.records = *records;
    summary_.totals.events = *events;
    summary_.totals.selected = *selected;
    for (const json& tally : value.value("not_objects", json::array())) {
      if (auto taken = TakeTally(tally); !taken) return taken;
    }
    for (const json& left_out : value.value("left_out", json::array())) {
      if (auto taken = TakeLeftOut(left_out); !taken) return taken;
    }
    done_ = true;
    return Done{};
  }

  Status TakeTally(const json& value) {
    const json* name = Member(value, "kind", &json::is_string);
    const json* first = Member(value, "first", &json::is_object);
    const auto count = Count(value, "count");
    const auto kind =
        name == nullptr ? std::nullopt : report::KindNamed(name->get_ref<const std::string&>());
    if (!kind || !count || first == nullptr) return Flaw("a tally of an unknown kind");
    const auto partition = Count(*first, "partition");
    const auto offset = Count(*first, "offset");
    if (!partition || !offset) return Flaw("a tally without a place");
    summary_.not_objects.Add({*kind, *count, {{static_cast<int32_t>(*partition), *offset}}});
    return Done{};
  }

  Status TakeLeftOut(const json& value) {
    const json* of = Member(value, "of", &json::is_string);
    const json* path = Member(value, "path", &json::is_array);
    const auto count = Count(value, "count");
    if (of == nullptr || path == nullptr || !count) return Flaw("a note without its parts");
    event::FieldPath field;
    for (const json& name : *path) {
      if (!name.is_string()) return Flaw("a field that is no list of names");
      field.push_back(name.get<std::string>());
    }
    if (field.empty()) return Flaw("a field without a name");
    summary_.notes.push_back(report::LeftOutNote(*count, field, of->get_ref<const std::string&>()));
    return Done{};
  }

  const AnswerReader& reader_;
  report::ScanSummary summary_;
  std::vector<std::string> names_;
  size_t columns_ = 0;
  size_t number_ = 0;
  bool has_columns_ = false;
  bool done_ = false;
};

}  // namespace

Result<report::ScanSummary> ReadAnswer(const std::string& path, const AnswerReader& reader) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Fault::kCorrupt, path + ": the job has ended without an answer"};
  Reading reading(reader);
  for (std::string line; std::getline(in, line);) {
    if (line.size() > kAnswerLineMax) return Error{Fault::kCorrupt, path + ": a line is too long"};
    if (auto taken = reading.Take(line); !taken) return std::move(taken).error().In("Spark");
  }
  auto summary = reading.Finish();
  if (!summary) return std::move(summary).error().In(path);
  return summary;
}

}  // namespace gamevents::spark
