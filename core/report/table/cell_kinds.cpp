#include "core/report/table/cell_kinds.h"

#include <cstddef>
#include <string_view>

namespace gamevents::report {
namespace {

constexpr int64_t kExactInDouble = int64_t{1} << 53;

struct KindOf {
  using Kind = CellKinds::Kind;

  Kind operator()(std::monostate) const { return CellKinds::kNone; }
  Kind operator()(bool) const { return CellKinds::kBoolean; }
  Kind operator()(int64_t number) const {
    const bool is_exact = -kExactInDouble <= number && number <= kExactInDouble;
    return is_exact ? CellKinds::kWhole : CellKinds::kLongWhole;
  }
  Kind operator()(const event::OwnedDigits&) const { return CellKinds::kDigits; }
  Kind operator()(double) const { return CellKinds::kDouble; }
  Kind operator()(const std::string&) const { return CellKinds::kText; }
  Kind operator()(const Bytes&) const { return CellKinds::kBytes; }
  Kind operator()(const Time& time) const {
    return time.at.value == -1 ? CellKinds::kNone : CellKinds::kTime;
  }
  Kind operator()(const Json&) const { return CellKinds::kJson; }

  Kind operator()(event::Missing) const { return CellKinds::kNone; }
  Kind operator()(event::Null) const { return CellKinds::kNone; }
  Kind operator()(event::Digits) const { return CellKinds::kDigits; }
  Kind operator()(std::string_view) const { return CellKinds::kText; }
  Kind operator()(event::RawJson) const { return CellKinds::kJson; }
};

}  // namespace

void CellKinds::Take(const Cell& cell) {
  kinds_ = static_cast<uint16_t>(kinds_ | std::visit(KindOf{}, cell));
}

void CellKinds::TakeValue(const event::Value& value) {
  kinds_ = static_cast<uint16_t>(kinds_ | std::visit(KindOf{}, value));
}

std::vector<CellKinds> KindsOf(const Table& table) {
  std::vector<CellKinds> kinds(table.headings.size());
  for (const Row& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) kinds[i].Take(row[i]);
  }
  return kinds;
}

}  // namespace gamevents::report
