#include "core/report/scan/file_source.h"

#include "core/base/ascii.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/event/document.h"
#include "core/event/document_field.h"
#include "core/event/event_writer.h"
#include "core/event/number.h"
#include "core/report/scan/row_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

namespace gamevents::report {
namespace {

struct CsvField {
  std::string text;
  bool quoted = false;  ///< "" is the empty text, nothing is null

  bool IsNull() const { return text.empty() && !quoted; }
};

struct CsvRow {
  std::vector<CsvField> fields;
  size_t line = 0;  ///< on which it begins, from 1
};

Error AtLine(size_t line, std::string_view what) {
  return {Fault::kBadInput, fmt::format("line {}: {}", line, what)};
}

/// Cuts a CSV text into rows.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  /// Requires: !AtEnd(). Errors: kBadInput.
  Result<CsvRow> Next() {
    CsvRow row{{}, line_};
    do {
      auto field = Field();
      if (!field) return std::move(field).error();
      row.fields.push_back(std::move(*field));
    } while (Take(','));
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (!rest_.empty() && !Take('\n'))
      return AtLine(line_, "a quoted field goes on behind its quote");
    line_ += 1;
    return row;
  }

 private:
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Result<CsvField> Field() {
    if (Take('"')) return Quoted();
    const size_t end = std::min(rest_.find_first_of(",\n"), rest_.size());
    std::string_view text = rest_.substr(0, end);
    if (text.ends_with('\r') && end < rest_.size() && rest_[end] == '\n') text.remove_suffix(1);
    rest_.remove_prefix(text.size());
    return CsvField{std::string(text), false};
  }

  Result<CsvField> Quoted() {
    const size_t begin = line_;
    CsvField field{"", true};
    while (!rest_.empty()) {
      const size_t quote = std::min(rest_.find('"'), rest_.size());
      const std::string_view text = rest_.substr(0, quote);
      line_ += static_cast<size_t>(std::ranges::count(text, '\n'));
      field.text += text;
      rest_.remove_prefix(quote);
      if (!Take('"')) break;
      if (!Take('"')) return field;
      field.text += '"';
    }
    return AtLine(begin, "a quote is never closed");
  }

  std::string_view rest_;
  size_t line_ = 1;
};

Status CheckNames(const CsvRow& names) {
  std::set<std::string_view> seen;
  for (const CsvField& name : names.fields) {
    if (name.text.empty()) return AtLine(names.line, "a column has no name");
    if (!seen.insert(name.text).second) {
      return AtLine(names.line, fmt::format("two columns are called {}", name.text));
    }
  }
  return Done{};
}

/// Errors: kBadInput.
Result<std::vector<CsvRow>> ReadRows(CsvReader& reader, size_t columns) {
  std::vector<CsvRow> rows;
  while (!reader.AtEnd()) {
    auto row = reader.Next();
    if (!row) return std::move(row).error();
    const size_t fields = row->fields.size();
    if (fields == 1 && columns > 1 && row->fields[0].IsNull()) continue;  // an empty line
    if (fields != columns) {
      return AtLine(row->line, fmt::format("{} fields, where the first line names {} columns",
                                           fields, columns));
    }
    rows.push_back(std::move(*row));
  }
  return rows;
}

bool AreNumbers(const std::vector<CsvRow>& rows, size_t column) {
  return std::ranges::all_of(rows, [column](const CsvRow& row) {
    const CsvField& field = row.fields[column];
    return field.IsNull() || event::ParseJsonNumber(field.text);
  });
}

}  // namespace

Result<std::vector<std::string>> RowsOfCsv(std::string_view text) {
  if (!IsUtf8(text)) return Error{Fault::kBadInput, "not UTF-8"};
  CsvReader reader(SkipByteOrderMark(text));
  if (reader.AtEnd()) return AtLine(1, "empty: the first line names the columns");
  const auto names = reader.Next();
  if (!names) return Error(names.error());
  if (auto checked = CheckNames(*names); !checked) return std::move(checked).error();
  const auto read = ReadRows(reader, names->fields.size());
  if (!read) return Error(read.error());
  std::vector<bool> numbers;
  for (size_t i = 0; i < names->fields.size(); ++i) numbers.push_back(AreNumbers(*read, i));
  std::vector<std::string> rows;
  rows.reserve(read->size());
  for (const CsvRow& row : *read) {
    event::EventWriter writer;
    for (size_t i = 0; i < row.fields.size(); ++i) {
      const CsvField& field = row.fields[i];
      const std::string& name = names->fields[i].text;
      if (field.IsNull()) {
        writer.AddJson(name, "null");
      } else if (numbers[i]) {
        writer.AddJson(name, field.text);
      } else {
        writer.Add(name, field.text);
      }
    }
    rows.push_back(writer.Finish());
  }
  return rows;
}

Result<std::vector<std::string>> RowsOfNdjson(std::string_view text) {
  std::vector<std::string> rows;
  event::Document document;
  size_t line = 0;
  for (std::string_view row : SplitLines(text)) {
    ++line;
    row = Trim(row, event::kJsonSpace);
    if (row.empty()) continue;
    if (auto parsed = document.Parse(row); !parsed) return AtLine(line, parsed.error().context);
    rows.emplace_back(row);
  }
  return rows;
}

Result<OpenSource> FromFile(const std::string& path, size_t bytes_max) {
  using Reader = Result<std::vector<std::string>> (*)(std::string_view);
  constexpr std::array<std::pair<std::string_view, Reader>, 4> kReaders{{{".csv", RowsOfCsv},
                                                                         {".ndjson", RowsOfNdjson},
                                                                         {".jsonl", RowsOfNdjson},
                                                                         {".json", RowsOfNdjson}}};
  const auto* reader =
      std::ranges::find_if(kReaders, [&](const auto& row) { return path.ends_with(row.first); });
  if (reader == kReaders.end()) {
    return Error{Fault::kBadInput, path + ": a table's file ends with .csv, .ndjson or .jsonl"};
  }
  auto text = ReadFile(path, bytes_max);
  if (!text && text.error().fault == Fault::kFull) {
    return Error{Fault::kFull, fmt::format("{} has more than {} (report.memory): raise the key",
                                           path, FormatSize(static_cast<int64_t>(bytes_max)))};
  }
  if (!text) return std::move(text).error();
  auto rows = reader->second(*text);
  if (!rows) return std::move(rows).error().In(path);
  return FromRows(std::move(*rows));
}

}  // namespace gamevents::report
