#pragma once

#include "core/report/scan/scan.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::shell {

/// Values of a field that are offered. A field of more has too many to choose from, and offers
/// none.
inline constexpr size_t kOfferedValuesMax = 100;
/// Bytes of a value that is offered.
inline constexpr size_t kOfferedBytesMax = 100;
/// Events that are looked at for fields and values.
inline constexpr int64_t kLookedAtMax = 20'000;
/// Fields that are offered.
inline constexpr size_t kOfferedFieldsMax = 1'000;

/// What the events of a topic are written with, as far as its first ones show: the fields, and the
/// texts in those that have few. Not thread-safe.
class Vocabulary final : public Step {
 public:
  /// Never fails.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return events_ >= kLookedAtMax; }

  /// Ascending.
  std::vector<std::string> Fields() const;
  /// The texts that the field has, ascending; none where there are too many.
  std::vector<std::string> ValuesOf(std::string_view field) const;

 private:
  using Texts = std::set<std::string, std::less<>>;

  std::map<std::string, Texts, std::less<>> fields_;  ///< of too many values one more than offered
  int64_t events_ = 0;
};

}  // namespace gamevents::report::shell
