#pragma once

#include "core/report/report.h"

#include <functional>
#include <string_view>

namespace gamevents::report::sql {

/// Whether `statement` can be asked, as far as that can be told without the events' fields.
/// Errors: kBadInput with the place in it.
Status Check(std::string_view statement);

/// Answers `question.sql` from the records of `open` and writes the answer. A first pass finds the
/// fields, which become columns; each scan of the statement reads the records again.
/// Requires: question.sql. Errors: as Connection::Prepare and Connection::Step; the sources';
/// write's; kFull for rows of a table beyond question.memory.
Result<Summary> Answer(const Question& question, const OpenSource& open,
                       const std::function<void(const ScanTotals&)>& progress, const Write& write);

}  // namespace gamevents::report::sql
