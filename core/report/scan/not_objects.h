#pragma once

#include "core/report/scan/scan.h"
#include "core/report/table/cell.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// Names and counts the values that are not JSON objects (the 42 numbers of the first test, lost
/// lines, tombstones), and remembers where the first of each kind are. Never fails.
class NotObjects final : public Step {
 public:
  enum class Kind : uint8_t {
    kNumber,
    kString,
    kArray,
    kTruth,
    kNull,
    kRefused,
    kBroken,
    kNotUtf8,
    kNone
  };
  static constexpr size_t kKinds = 9;
  static constexpr size_t kExamplesMax = 3;  ///< for each kind

  struct Place {
    int32_t partition = 0;
    int64_t offset = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Tally {
    Kind kind = Kind::kNone;
    int64_t count = 0;
    std::vector<Place> first;  ///< in the order read
  };

  NotObjects();

  Status Take(const Scanned& scanned) override;
  /// A tally goes with the other steps' scan; it does not ask for more of it.
  bool Satisfied() const override { return true; }

  /// Adds what was counted elsewhere.
  void Add(const Tally& tally);

  /// Adds what another part of the same scan saw.
  void Merge(const NotObjects& other);

  int64_t count() const { return count_; }
  /// The kinds that were seen, the most frequent first.
  std::vector<Tally> Tallies() const;

 private:
  std::array<Tally, kKinds> tallies_;
  int64_t count_ = 0;
};

/// "number", "broken JSON", "no value (a tombstone)", …
std::string_view KindName(NotObjects::Kind kind);

/// The kind of that name, if there is one.
std::optional<NotObjects::Kind> KindNamed(std::string_view name);

/// What `value` is, given that it is not a JSON object that we read.
NotObjects::Kind KindOf(const std::optional<std::string_view>& value);

/// The tallies as rows: kind, count, and where the first are, "[0] 0, [0] 1".
Table TallyTable(const NotObjects& not_objects);

/// "42 values were not JSON objects:\n  number: 42, first at [0] 0, [0] 1, [0] 2\n"; "" for none.
std::string Describe(const NotObjects& not_objects);

}  // namespace gamevents::report
