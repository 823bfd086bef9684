#pragma once

#include "core/base/result.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gamevents::report {

/// Different fields that `--select '*'` makes columns of.
inline constexpr size_t kFieldsMax = 1'000;

/// Collects the names of the selected events' top-level fields.
class FieldNames final : public Step {
 public:
  using Names = std::set<std::string, std::less<>>;

  /// Another, empty one, for a thread of its own.
  std::unique_ptr<FieldNames> Sibling() const { return std::make_unique<FieldNames>(); }

  /// Never fails: beyond kFieldsMax it is satisfied, and Finish says so.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return names_.size() > kFieldsMax; }

  /// Takes what a sibling found.
  void Merge(FieldNames&& sibling);

  /// Ascending, as Spark orders the fields of JSON. Errors: kFull beyond kFieldsMax.
  Result<Names> Finish() const;

 private:
  Names names_;
  std::vector<std::string> last_;  ///< the names of the event before, in its order
};

}  // namespace gamevents::report
