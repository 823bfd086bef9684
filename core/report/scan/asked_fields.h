#pragma once

#include "core/event/value.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

/// Something that a question names and no event has or is.
struct MissingName {
  enum class Kind : uint8_t { kField, kStep, kValue };

  std::string name;                      ///< as it was asked for
  std::optional<std::string> nearest{};  ///< the name that may have been meant
  Kind kind = Kind::kField;
  std::string field{};  ///< of a value: whose it would be

  bool operator==(const MissingName&) const = default;
};

/// Which of the fields and values that a question names no event has: mostly a slip of the fingers,
/// which the answer alone would pass over in silence. Looks for each until the first event that has
/// it, and no further. Not thread-safe: each part of a scan has its own.
class AskedFields final : public Step {
 public:
  /// Events whose fields' names are kept, to find the one that was meant.
  static constexpr int64_t kNamedEventsMax = 1'000;
  /// Names that are kept.
  static constexpr size_t kNamesMax = 1'000;

  /// Values of a field that are kept.
  static constexpr size_t kValuesMax = 200;

  explicit AskedFields(NamedFields asked) : missing_(std::move(asked)) {}

  /// Never fails.
  Status Take(const Scanned& scanned) override;
  /// It goes with the other steps' scan; it does not ask for more of it.
  bool Satisfied() const override { return true; }

  /// Takes what another part of the same scan saw.
  void Merge(const AskedFields& other);

  /// What no event had, fields first, as it was asked for; nothing where no event was read. A value
  /// whose field is missing, too, is left out.
  std::vector<MissingName> Finish() const;

 private:
  using Names = std::set<std::string, std::less<>>;

  void LookForFields(const RecordEvent& event);
  void LookForValues(const RecordEvent& event);

  NamedFields missing_;  ///< so far
  int64_t events_ = 0;
  Names names_;
  std::map<event::FieldPath, Names> values_;  ///< seen, of the fields whose values are missing
};

}  // namespace gamevents::report
