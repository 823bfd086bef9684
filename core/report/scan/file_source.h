#pragma once

#include "core/base/result.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// The rows of a CSV text (RFC 4180, the line's end CR LF or LF, a byte order mark passed over) as
/// JSON objects under the names of its first line. An empty field is null, "" is the empty text. A
/// column whose fields are all JSON's numbers is one of numbers (007 is none), any other one of
/// texts. Errors: kBadInput with the line: a name that is empty or twice there, a row with more or
/// fewer fields, a quote that is never closed, not UTF-8.
Result<std::vector<std::string>> RowsOfCsv(std::string_view text);

/// The lines of NDJSON, each an object; empty ones are passed over. Errors: kBadInput with the
/// line.
Result<std::vector<std::string>> RowsOfNdjson(std::string_view text);

/// The rows of a file, by its name's end: .csv, .ndjson, .jsonl or .json (one object a line).
/// Errors: kBadInput, also for another end; kNotFound; kIo; kFull when the file has more than
/// `bytes_max`, with what to do.
Result<OpenSource> FromFile(const std::string& path, size_t bytes_max);

}  // namespace gamevents::report
