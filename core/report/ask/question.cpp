#include "core/report/ask/question.h"

namespace gamevents::report {

std::vector<Aggregate> AggregatesOf(const GroupsQuestion& question) {
  if (!question.aggregates.empty()) return question.aggregates;
  return {CountOfEvents()};
}

size_t RowLimit(const Question& question) {
  // Of a list of the first ones, the limit is that of each.
  const auto* view = std::get_if<ViewQuestion>(&question.asked);
  if (view != nullptr && view->kind == ViewKind::kTop) return kAllRows;
  return question.limit.value_or(TraitsOf(question.rendering.format).rows);
}

RenderOptions RenderingOf(const Question& question) {
  RenderOptions rendering = question.rendering;
  const auto* groups = std::get_if<GroupsQuestion>(&question.asked);
  rendering.grouped = std::holds_alternative<ViewQuestion>(question.asked) ||
                      (groups != nullptr && (!groups->by.empty() || groups->bucket));
  return rendering;
}

}  // namespace gamevents::report
