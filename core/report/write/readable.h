#pragma once

#include "core/report/ask/question.h"
#include "core/report/table/cell.h"

namespace gamevents::report {

/// The answer to `question` as people read it: averages, percentiles and seconds to three decimals,
/// shares to four, of small numbers as many digits. What stands in events stays as it is. For the
/// formats that programs read nothing is rounded.
Table Rounded(const Question& question, Table table);

/// The first column's times without their time of day, where all of them are days by what was
/// asked.
Table WithPlainDays(const Question& question, Table table);

/// The table with the headings of all columns that `question` counts or calculates marked so.
Table WithWorkedOut(const Question& question, Table table);

/// The columns whose headings say that their numbers were worked out as texts for a terminal:
/// "1,234,567", "0.747". Numbers below 10,000 have no comma, unless one of their column has;
/// nothing that stands in events is changed. No chart can be drawn of such a table.
Table WithDigitGroups(Table table);

}  // namespace gamevents::report
