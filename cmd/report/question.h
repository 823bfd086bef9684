#pragma once

#include "cmd/report/flags.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/kafka/reader.h"
#include "core/report/ask/question.h"

namespace gamevents::cmd {

/// What the flags ask, checked as far as it can be before anything is opened. Days are those of
/// `zone`. `to_terminal`: the answer goes to the terminal that stdout is.
/// Errors: kBadInput, naming the flag.
Result<report::Question> ParseQuestion(const ReportFlags& flags, const TimeZone& zone,
                                       bool to_terminal);

/// Whether what a named report asks can be asked, in the format of every report.
/// Errors: kBadInput, naming the flag.
Status CheckNamed(const ReportFlags& flags, const TimeZone& zone);

/// Which records the flags name, those that can be followed if they are to be. Times that do not
/// say otherwise are of `zone`.
/// Errors: kBadInput, naming the flag.
Result<kafka::PositionRange> ParseRange(const ReportFlags& flags, const TimeZone& zone);

}  // namespace gamevents::cmd
