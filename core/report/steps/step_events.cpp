#include "core/report/steps/step_events.h"

#include "core/base/check.h"
#include "core/base/text.h"

#include <bit>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {

StepEvents::StepEvents(std::vector<FunnelStep> steps) : steps_(std::move(steps)) {
  INVARIANT(!steps_.empty() && steps_.size() <= kFunnelStepsMax);
}

uint32_t StepEvents::Of(const Scanned& scanned) {
  uint32_t steps = 0;
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].is.Matches(*scanned.event)) steps |= uint32_t{1} << i;
  }
  taken_ |= steps;
  if (steps == 0) KeepType(scanned.event->document());
  return steps;
}

void StepEvents::KeepType(const event::Document& event) {
  if (types_.size() == kTypesMax || std::popcount(taken_) == static_cast<int>(steps_.size())) {
    return;
  }
  static const event::FieldPath kEventType = {"event_type"};
  const event::Value type = event.Field(kEventType);
  const auto* name = std::get_if<std::string_view>(&type);
  if (name != nullptr && !types_.contains(*name)) types_.emplace(*name);
}

void StepEvents::Merge(StepEvents&& other) {
  taken_ |= other.taken_;
  types_.merge(std::move(other.types_));
}

std::vector<MissingName> StepEvents::Missing() const {
  std::vector<std::string_view> known(types_.begin(), types_.end());
  // Of the events that are a step no type was kept.
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (IsTaken(i)) known.push_back(steps_[i].name);
  }
  std::vector<MissingName> missing;
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (IsTaken(i)) continue;
    MissingName& step = missing.emplace_back(MissingName{steps_[i].name});
    step.kind = MissingName::Kind::kStep;
    step.nearest = NearestWord(step.name, known);
  }
  return missing;
}

}  // namespace gamevents::report
