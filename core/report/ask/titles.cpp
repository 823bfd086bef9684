#include "core/report/ask/titles.h"

#include "core/report/ask/field_list.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// "hour, event_type, item": what groups are made by.
std::string KeysOf(const GroupsQuestion& groups) {
  std::string keys = groups.bucket ? NameOf(*groups.bucket) : "";
  for (const event::FieldPath& path : groups.by) {
    keys.append(keys.empty() ? "" : ", ").append(FieldName(path));
  }
  return keys;
}

/// Gives the titles of each kind of question.
struct Titler {
  const std::string& subject;

  AnswerTitles operator()(const SessionQuestion&) const { return {.rows = subject}; }
  AnswerTitles operator()(const RowsQuestion&) const { return {.rows = subject}; }
  AnswerTitles operator()(const SchemaQuestion&) const { return {.rows = "Fields of the events"}; }
  AnswerTitles operator()(const SqlQuestion&) const { return {.rows = "Answer"}; }
  AnswerTitles operator()(const GroupsQuestion& groups) const {
    const std::string keys = KeysOf(groups);
    if (keys.empty()) return {.rows = subject + " together"};
    const std::string by = " by " + keys;
    const Aggregate drawn = AggregatesOf(groups).front();
    return {.rows = subject + by,
            .chart = (drawn.heading == "count" ? subject : drawn.heading) + by,
            .days = groups.bucket && AreDays(*groups.bucket)};
  }
  AnswerTitles operator()(const ViewQuestion& view) const {
    switch (view.kind) {
      case ViewKind::kFunnel:
        return {.rows = "Funnel", .chart = "Users by step"};
      case ViewKind::kRetention:
        return {.rows = "Users who came back, by their first day",
                .chart = "New users by day",
                .days = true};
      case ViewKind::kSessions:
        return {.rows = "Sessions by " + NameOf(view.day),
                .chart = "Sessions by " + NameOf(view.day),
                .days = AreDays(view.day)};
      case ViewKind::kTop:
        return {.rows = "Top users, items and guilds"};
    }
    return {};
  }
};

}  // namespace

AnswerTitles TitlesOf(const Question& question) {
  return std::visit(Titler{question.rendering.subject}, question.asked);
}

}  // namespace gamevents::report
