#pragma once

#include "core/base/result.h"
#include "core/report/answer/pyspark_session.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace gamevents::spark {

/// The longest line of an answer: a row of events' fields.
inline constexpr size_t kAnswerLineMax = size_t{256} << 20;

/// Who takes an answer as it is read. Errors of either end the reading.
struct AnswerReader {
  std::function<Status(std::vector<report::Heading>)> columns;  ///< once, first
  std::function<Status(report::Row)> row;                       ///< as many cells as columns
};

/// Reads the file of JSON lines that the job wrote: {"columns":[{"name","type"}]}, an array of
/// cells a row, and last {"totals", "not_objects", "left_out"}. A cell is JSON's own value, or
/// {"ms":N} a time, {"json":TEXT} an array or object, {"double":"inf"|"-inf"|"nan"},
/// {"integer":DIGITS} a whole number that no long holds, {"long":DIGITS} a sum that none does.
/// Errors: kCorrupt with the line (not of this form, or cut off before its last line); kFull and
/// what to ask instead when the job refused; kBadInput for a sum that no long holds; the reader's.
Result<report::ScanSummary> ReadAnswer(const std::string& path, const AnswerReader& reader);

}  // namespace gamevents::spark
