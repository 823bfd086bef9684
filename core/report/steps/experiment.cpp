#include "core/report/steps/experiment.h"

#include "core/base/check.h"
#include "core/base/text.h"
#include "core/report/ask/field_list.h"
#include "core/report/table/proportions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

/// The control, where the question names none and there is one of this name.
constexpr std::string_view kControlName = "control";
/// Users are shared out wrongly when chance does it so seldom: the usual bound for this check,
/// which is made often.
constexpr double kRatioDoubt = 0.001;
/// Users of several variants that a note names.
constexpr size_t kMixedNamed = 3;

bool IsExposure(const Trial& trial) { return (trial.steps & 1) != 0; }

/// Whether all steps behind the first follow `exposure`.
bool Converts(Trials::const_iterator exposure, Trials::const_iterator end, size_t steps,
              int64_t window) {
  size_t next = 1;
  for (auto trial = exposure + 1; trial != end && trial->time - exposure->time <= window; ++trial) {
    if ((trial->steps >> next & 1) == 0) continue;
    if (++next == steps) return true;
  }
  return false;
}

/// One error for each name that an answer about other variants has.
template <class Variants>
Error NoSuchVariant(const std::string& name, const Variants& variants) {
  std::vector<std::string_view> names;
  for (const auto& variant : variants) names.push_back(variant.name);
  return {Fault::kBadInput, fmt::format("there is no variant {}{}; there are {}", name,
                                        DidYouMean(name, names), fmt::join(names, ", "))};
}

}  // namespace

/// What is counted of one variant.
struct Experiment::Variant {
  std::string name;
  int64_t users = 0;
  int64_t mixed = 0;  ///< of these, who were exposed to another one, too
  int64_t converted = 0;

  Proportion proportion() const { return {converted, users}; }
};

/// Who was exposed to several variants.
struct Experiment::Mixed {
  int64_t users = 0;
  std::set<std::string> first;  ///< the first of them by name
};

std::optional<uint32_t> VariantNames::NumberOf(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
  if (numbers_.size() == kVariantsMax) {
    overflow_ = true;
    return std::nullopt;
  }
  return numbers_.emplace(name, static_cast<uint32_t>(numbers_.size())).first->second;
}

bool VariantNames::overflow() const {
  const std::lock_guard lock(mutex_);
  return overflow_;
}

std::vector<std::string> VariantNames::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names(numbers_.size());
  for (const auto& [name, number] : numbers_) names[number] = name;
  return names;
}

Experiment::Experiment(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory)
    : PerUserView(question, std::move(memory)),
      steps_(question.steps),
      variant_(TextColumn(question.experiment.variant)),
      names_(std::make_shared<VariantNames>()) {
  INVARIANT(question.steps.size() >= 2);
}

Experiment::Experiment(const Experiment& of, std::shared_ptr<MemoryBudget> memory)
    : PerUserView(of.question(), std::move(memory)),
      steps_(of.question().steps),
      variant_(of.variant_),
      names_(of.names_) {}

std::unique_ptr<EventView> Experiment::Sibling() const {
  return std::unique_ptr<EventView>(new Experiment(*this, memory()));
}

Status Experiment::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  Trial trial{.offset = scanned.record.offset,
              .partition = scanned.record.partition,
              .steps = steps_.Of(scanned)};
  if (IsExposure(trial)) {
    const Cell cell = variant_.read(scanned);
    const auto* name = std::get_if<std::string>(&cell);
    const auto number = name == nullptr ? std::nullopt : names_->NumberOf(*name);
    if (name == nullptr) ++without_variant_;
    if (number) {
      trial.variant = *number;
    } else {
      trial.steps &= ~uint32_t{1};
    }
  }
  if (trial.steps == 0) return Done{};
  AddTo(scanned, [&](Trials& history, int64_t time) {
    trial.time = time;
    history.push_back(trial);
    return static_cast<int64_t>(sizeof(Trial));
  });
  return Done{};
}

void Experiment::Merge(EventView&& sibling) {
  auto& other = static_cast<Experiment&>(sibling);
  steps_.Merge(std::move(other.steps_));
  without_variant_ += other.without_variant_;
  PerUserView::Merge(std::move(sibling));
}

int64_t Experiment::Join(Trials& mine, const Trials& theirs) const {
  mine.insert(mine.end(), theirs.begin(), theirs.end());
  return 0;  // counted when it was gathered
}

std::vector<std::string> Experiment::Notes() const {
  std::vector<std::string> notes = PerUserView::Notes();
  if (without_variant_ > 0) {
    notes.push_back(fmt::format("{} exposures name no variant ({}) and are left out",
                                without_variant_, FieldName(question().experiment.variant)));
  }
  notes.insert(notes.end(), findings_.begin(), findings_.end());
  return notes;
}

void Experiment::Follow(std::string_view user, Trials history, std::vector<Variant>& variants,
                        Mixed& mixed) const {
  std::ranges::sort(history, {}, [](const Trial& trial) {
    return std::tuple(trial.time, trial.partition, trial.offset);
  });
  const auto exposure = std::ranges::find_if(history, IsExposure);
  if (exposure == history.end()) return;
  Variant& variant = variants[exposure->variant];
  variant.users += 1;
  if (Converts(exposure, history.end(), steps_.steps().size(), question().window.count())) {
    variant.converted += 1;
  }
  const bool is_mixed = std::any_of(exposure, history.end(), [&](const Trial& trial) {
    return IsExposure(trial) && trial.variant != exposure->variant;
  });
  if (!is_mixed) return;
  variant.mixed += 1;
  mixed.users += 1;
  mixed.first.emplace(user);
  if (mixed.first.size() > kMixedNamed) mixed.first.erase(std::prev(mixed.first.end()));
}

Result<size_t> Experiment::ControlOf(const std::vector<Variant>& variants) const {
  const std::optional<std::string>& asked = question().experiment.control;
  const auto found =
      std::ranges::find(variants, asked.value_or(std::string(kControlName)), &Variant::name);
  if (found != variants.end()) return static_cast<size_t>(found - variants.begin());
  if (!asked) return size_t{0};
  return NoSuchVariant(*asked, variants);
}

Result<double> Experiment::RatioP(const std::vector<Variant>& variants) const {
  const std::vector<VariantShare>& ratio = question().experiment.ratio;
  std::vector<int64_t> counts;
  std::vector<double> shares;
  for (const Variant& variant : variants) {
    const auto share = std::ranges::find(ratio, variant.name, &VariantShare::name);
    if (!ratio.empty() && share == ratio.end()) {
      return Error{Fault::kBadInput,
                   fmt::format("the ratio has no share for the variant {}", variant.name)};
    }
    counts.push_back(variant.users);
    shares.push_back(ratio.empty() ? 1 : share->share);
  }
  for (const VariantShare& share : ratio) {
    if (std::ranges::find(variants, share.name, &Variant::name) == variants.end()) {
      return NoSuchVariant(share.name, variants).In("the ratio");
    }
  }
  return ChiSquareP(counts, shares);
}

namespace {

Row ExperimentRow(const std::string& name, int64_t mixed, const Proportion& of,
                  const Proportion* control, double ratio_p) {
  Row row = {name, of.whole, mixed, of.part, of.share(), {}, {}, {}, {}, {}, {}, ratio_p};
  if (control == nullptr) return row;
  const Interval interval = NewcombeInterval(of, *control);
  const bool is_exact = AreFew(of, *control);
  if (control->part > 0) row[5] = of.share() / control->share() - 1;
  row[6] = of.share() - control->share();
  row[7] = interval.low;
  row[8] = interval.high;
  row[9] = is_exact ? FisherExactP(of, *control) : ZTestP(of, *control);
  row[10] = std::string(is_exact ? "fisher" : "z");
  return row;
}

}  // namespace

Result<Table> Experiment::TableOf(const Users& users) const {
  if (names_->overflow()) {
    return Error{Fault::kBadInput,
                 fmt::format("the field {} has more than {} values, which is no variant: name the "
                             "field that says which one a user saw",
                             FieldName(question().experiment.variant), kVariantsMax)};
  }
  std::vector<Variant> variants;
  for (std::string& name : names_->names()) variants.push_back({.name = std::move(name)});
  Mixed mixed;
  for (const auto& [user, history] : users) Follow(user, history, variants, mixed);
  std::erase_if(variants, [](const Variant& variant) { return variant.users == 0; });
  std::ranges::sort(variants, {}, &Variant::name);
  Table table;
  table.headings = {
      {"variant", Type::kString}, {"users", Type::kLong},     {"mixed", Type::kLong},
      {"converted", Type::kLong}, {"conversion", Type::kAny}, {"uplift", Type::kAny},
      {"difference", Type::kAny}, {"low", Type::kAny},        {"high", Type::kAny},
      {"p_value", Type::kAny},    {"test", Type::kString},    {"ratio_p_value", Type::kAny}};
  findings_.clear();
  if (variants.empty()) return table;
  const auto control = ControlOf(variants);
  if (!control) return Error(control.error());
  const auto ratio_p = RatioP(variants);
  if (!ratio_p) return Error(ratio_p.error());
  std::rotate(variants.begin(), variants.begin() + static_cast<std::ptrdiff_t>(*control),
              variants.begin() + static_cast<std::ptrdiff_t>(*control) + 1);
  const Proportion base = variants.front().proportion();
  for (const Variant& variant : variants) {
    const bool is_control = &variant == &variants.front();
    table.rows.push_back(ExperimentRow(variant.name, variant.mixed, variant.proportion(),
                                       is_control ? nullptr : &base, *ratio_p));
  }
  if (variants.size() == 1) {
    findings_.push_back(
        fmt::format("there is one variant, {}, so nothing to compare it with", variants[0].name));
  }
  if (mixed.users > 0) {
    findings_.push_back(
        fmt::format("{} users were exposed to several variants, {} first; each counts in the first "
                    "one that it saw",
                    mixed.users, fmt::join(mixed.first, ", ")));
  }
  if (*ratio_p < kRatioDoubt) {
    findings_.push_back(
        fmt::format("the users are not shared out as expected (p = {:.2g}): find out why before "
                    "you trust the rest",
                    *ratio_p));
  }
  return table;
}

}  // namespace gamevents::report
