#pragma once

#include "core/report/scan/column.h"
#include "core/report/steps/per_user.h"
#include "core/report/steps/step_events.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// Variants of one experiment: a field with more values is not what its users were sorted by.
inline constexpr size_t kVariantsMax = 64;

/// The names of the variants that were seen, numbered; one list for all parts of a scan. Any
/// thread.
class VariantNames {
 public:
  /// The number of `name`; nothing of one beyond kVariantsMax, which is remembered.
  std::optional<uint32_t> NumberOf(std::string_view name);

  /// Whether there were more than kVariantsMax.
  bool overflow() const;
  /// By their numbers.
  std::vector<std::string> names() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, uint32_t, std::less<>> numbers_;
  bool overflow_ = false;
};

/// One event of a user that is an exposure or a later step.
struct Trial {
  int64_t time = 0;
  int64_t offset = 0;
  int32_t partition = 0;
  uint32_t steps = 0;    ///< bit i: it is step i
  uint32_t variant = 0;  ///< of an exposure: its number
};
using Trials = std::vector<Trial>;

/// Whether a variant does better. A user counts in the variant of the first exposure, which is the
/// first step, and has converted with all other steps after it, in their order and within the
/// window from that exposure. A row for each variant, the control first, then by name: its users,
/// how many of them were exposed to another one as well, how many converted, and beside the control
/// the uplift, the difference with its 95 % interval, and how likely chance alone makes one
/// (proportions.h). The last column, the same in each row, says how likely chance alone shares the
/// users out like this.
class Experiment final : public PerUserView<Trials> {
 public:
  /// Requires: 2 to kFunnelStepsMax steps.
  Experiment(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  Status Take(const Scanned& scanned) override;
  void Merge(EventView&& sibling) override;
  /// Also the users who saw several variants, and whether the users are shared out as expected;
  /// known after Finish.
  std::vector<std::string> Notes() const override;
  std::vector<MissingName> Missing() const override { return steps_.Missing(); }

 private:
  struct Variant;
  struct Mixed;

  Experiment(const Experiment& of, std::shared_ptr<MemoryBudget> memory);

  void Follow(std::string_view user, Trials history, std::vector<Variant>& variants,
              Mixed& mixed) const;
  /// The place of the control. Errors: kBadInput for one that is not there.
  Result<size_t> ControlOf(const std::vector<Variant>& variants) const;
  /// How likely the users are shared out like this. Errors: kBadInput for a ratio of others.
  Result<double> RatioP(const std::vector<Variant>& variants) const;
  int64_t Join(Trials& mine, const Trials& theirs) const override;
  Result<Table> TableOf(const Users& users) const override;

  StepEvents steps_;
  const Column variant_;
  const std::shared_ptr<VariantNames> names_;
  int64_t without_variant_ = 0;
  mutable std::vector<std::string> findings_;  ///< what TableOf has to say beside the table
};

}  // namespace gamevents::report
