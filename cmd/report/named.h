#pragma once

#include "cmd/report/flags.h"
#include "core/base/result.h"

#include <map>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// The parts of the named reports, "whales.sql", as config::Settings has them.
using ReportParts = std::map<std::string, std::string>;

/// The reports' names, ascending.
std::vector<std::string> ReportNames(const ReportParts& parts);

/// The flags that the report `name` stands for, and its title.
/// Errors: kNotFound, with the names that there are; kBadInput (a limit that is not a number,
/// an unknown view), naming the key.
Result<ReportFlags> NamedReport(const ReportParts& parts, const std::string& name);

/// `typed`; where that names a report, with what it leaves out as the report has it.
/// Errors: of NamedReport.
Result<ReportFlags> WithNamed(const ReportParts& parts, const ReportFlags& typed);

}  // namespace gamevents::cmd
