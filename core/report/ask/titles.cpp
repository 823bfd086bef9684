#include "core/report/ask/titles.h"

#include "core/report/ask/field_list.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// "hour", "10 minutes", "2 weeks".
std::string StepInWords(const TimeStep& step) {
  constexpr auto kLengths = std::to_array<std::pair<int64_t, std::string_view>>(
      {{86'400'000, "days"}, {3'600'000, "hours"}, {60'000, "minutes"}, {1'000, "seconds"}});
  std::string name = NameOf(step);
  if (name.find_first_of("0123456789") == std::string::npos) return name;
  if (step.unit == TimeStep::Unit::kWeek) return std::to_string(step.count) + " weeks";
  if (step.unit == TimeStep::Unit::kMonth) return std::to_string(step.count) + " months";
  for (const auto& [length, words] : kLengths) {
    if (step.count % length == 0) {
      return std::to_string(step.count / length).append(" ").append(words);
    }
  }
  return name;
}

/// " per 10 minutes, by item" of what groups are made by; "" when all are one.
std::string KeysInWords(const GroupsQuestion& groups) {
  std::string fields;
  for (const event::FieldPath& path : groups.by) {
    fields.append(fields.empty() ? "" : ", ").append(FieldName(path));
  }
  std::string words = groups.bucket ? " per " + StepInWords(*groups.bucket) : "";
  if (!fields.empty()) words.append(words.empty() ? " by " : ", by ").append(fields);
  return words;
}

/// "Sum of price", "95th percentile of price": what is worked out of each group.
std::string AggregateInWords(const Aggregate& aggregate, const std::string& subject) {
  using Function = Aggregate::Function;
  const std::string field = aggregate.field.empty() ? "" : FieldName(aggregate.field);
  switch (aggregate.function) {
    case Function::kCount:
      return aggregate.field.empty() ? subject : subject + " with " + field;
    case Function::kSum:
      return "Sum of " + field;
    case Function::kAvg:
      return "Average of " + field;
    case Function::kMin:
      return "Smallest " + field;
    case Function::kMax:
      return "Largest " + field;
    case Function::kDistinct:
      return "Different values of " + field;
    case Function::kStddev:
      return "Standard deviation of " + field;
    case Function::kPercentile:
      return aggregate.heading;
  }
  return aggregate.heading;
}

/// Gives the titles of each kind of question.
struct Titler {
  const std::string& subject;

  AnswerTitles operator()(const SessionQuestion&) const { return {.rows = subject}; }
  AnswerTitles operator()(const RowsQuestion&) const { return {.rows = subject}; }
  AnswerTitles operator()(const SchemaQuestion&) const { return {.rows = "Fields of the events"}; }
  AnswerTitles operator()(const SqlQuestion&) const { return {.rows = "Answer"}; }
  AnswerTitles operator()(const GroupsQuestion& groups) const {
    const std::string keys = KeysInWords(groups);
    if (keys.empty()) return {.rows = subject + " together"};
    GroupsQuestion drawn = groups;
    // Parts are those of the first field.
    if (groups.by_parts && groups.by.size() > 1) drawn.by.resize(1);
    return {.rows = subject + keys,
            .chart = AggregateInWords(AggregatesOf(groups).at(groups.drawn), subject) +
                     KeysInWords(drawn),
            .days = groups.bucket && AreDays(*groups.bucket)};
  }
  AnswerTitles operator()(const ViewQuestion& view) const {
    switch (view.kind) {
      case ViewKind::kFunnel:
        return {.rows = "Funnel", .chart = "Users by step"};
      case ViewKind::kRetention:
        return {.rows = "Users who came back, by their first " + StepInWords(view.day),
                .chart = "New users per " + StepInWords(view.day),
                .days = true};
      case ViewKind::kSessions:
        return {.rows = "Sessions per " + StepInWords(view.day),
                .chart = "Sessions per " + StepInWords(view.day),
                .days = AreDays(view.day)};
      case ViewKind::kTop:
        return {.rows = "Top users, items and guilds"};
      case ViewKind::kExperiment:
        return {.rows = "Experiment", .chart = "Share of users who converted, by variant"};
      case ViewKind::kEconomy:
        return {.rows = "Coins and items per " + StepInWords(view.day),
                .chart = "Coins and items per " + StepInWords(view.day),
                .days = AreDays(view.day)};
    }
    return {};
  }
};

}  // namespace

AnswerTitles TitlesOf(const Question& question) {
  return std::visit(Titler{question.rendering.subject}, question.asked);
}

}  // namespace gamevents::report
