#include "core/report/ask/titles.h"

#include "core/base/units.h"
#include "core/report/ask/field_list.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// "hour", or "10m" for steps that have no name.
std::string StepName(std::chrono::milliseconds step) {
  using std::chrono::milliseconds;
  static constexpr auto kNames =
      std::to_array<std::pair<milliseconds, std::string_view>>({{std::chrono::seconds(1), "second"},
                                                                {std::chrono::minutes(1), "minute"},
                                                                {std::chrono::hours(1), "hour"},
                                                                {std::chrono::hours(24), "day"}});
  for (const auto& [duration, name] : kNames) {
    if (duration == step) return std::string(name);
  }
  return FormatDuration(step);
}

/// "hour, event_type, item": what groups are made by.
std::string KeysOf(const GroupsQuestion& groups) {
  std::string keys = groups.bucket ? StepName(*groups.bucket) : "";
  for (const event::FieldPath& path : groups.by) {
    keys.append(keys.empty() ? "" : ", ").append(FieldName(path));
  }
  return keys;
}

/// Gives the titles of each kind of question.
struct Titler {
  const std::string& subject;

  AnswerTitles operator()(const SessionQuestion&) const { return {subject, ""}; }
  AnswerTitles operator()(const RowsQuestion&) const { return {subject, ""}; }
  AnswerTitles operator()(const SchemaQuestion&) const { return {"Fields of the events", ""}; }
  AnswerTitles operator()(const SqlQuestion&) const { return {"Answer", ""}; }
  AnswerTitles operator()(const GroupsQuestion& groups) const {
    const std::string keys = KeysOf(groups);
    if (keys.empty()) return {subject + " together", ""};
    const std::string by = " by " + keys;
    const Aggregate drawn = AggregatesOf(groups).front();
    return {subject + by, (drawn.heading == "count" ? subject : drawn.heading) + by};
  }
  AnswerTitles operator()(const ViewQuestion& view) const {
    switch (view.kind) {
      case ViewKind::kFunnel:
        return {"Funnel", "Users by step"};
      case ViewKind::kRetention:
        return {"Users who came back, by their first day", "New users by day"};
      case ViewKind::kSessions:
        return {"Sessions by " + StepName(view.day), "Sessions by " + StepName(view.day)};
      case ViewKind::kTop:
        return {"Top users, items and guilds", ""};
    }
    return {};
  }
};

}  // namespace

AnswerTitles TitlesOf(const Question& question) {
  return std::visit(Titler{question.rendering.subject}, question.asked);
}

}  // namespace gamevents::report
