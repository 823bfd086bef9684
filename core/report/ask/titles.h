#pragma once

#include "core/report/ask/question.h"
#include "core/report/ask/render_options.h"

namespace gamevents::report {

/// What the page of `question` calls its parts, by what was asked: "Events by event_type",
/// "Events per 10 minutes, by item", "Users who came back, by their first day".
AnswerTitles TitlesOf(const Question& question);

}  // namespace gamevents::report
