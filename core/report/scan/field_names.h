#pragma once

#include "core/base/result.h"
#include "core/report/scan/scan.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// Different fields that `--select '*'` makes columns of.
inline constexpr size_t kFieldsMax = 1'000;

/// Collects the names of the selected events' top-level fields.
class FieldNames final : public Step {
 public:
  /// Another, empty one, for a thread of its own.
  std::unique_ptr<FieldNames> Sibling() const { return std::make_unique<FieldNames>(); }

  /// Never fails: beyond kFieldsMax it is satisfied, and Finish says so.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return names_.size() > kFieldsMax; }

  /// Takes what a sibling found.
  void Merge(FieldNames&& sibling);

  /// As people look for them: the event's type, its time and its user; then the others in the order
  /// of their first appearance, by partition and offset; the headers of HTTP last.
  /// Errors: kFull beyond kFieldsMax.
  Result<std::vector<std::string>> Finish() const;

 private:
  /// Where a field stands.
  struct Place {
    int32_t partition = 0;
    int64_t offset = 0;
    size_t index = 0;  ///< in its event
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  void Note(std::string_view name, const Place& place);

  std::map<std::string, Place, std::less<>> names_;  ///< with where each is first
  std::vector<std::string> last_;  ///< the names of the event before, in its order
  int32_t partition_ = -1;         ///< of the event before
};

}  // namespace gamevents::report
