#include "core/report/steps/leaders.h"

#include "core/report/scan/game_fields.h"

#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

constexpr std::array<std::string_view, 3> kRankedNames = {"users", "items", "guilds"};

std::unique_ptr<Groups> Counting(Column column, size_t bytes_max) {
  Columns columns;
  columns.push_back(std::move(column));
  return std::make_unique<Groups>(std::move(columns), std::vector{CountOfEvents()}, bytes_max);
}

}  // namespace

// Each list may keep a share of the memory: users are the most by far.
Leaders::Leaders(const ViewQuestion& question, size_t bytes_max)
    : rows_(question.top.value_or(kLeaderRows)),
      lists_({Counting(question.fields.user ? TextColumn(*question.fields.user) : UserColumn(),
                       bytes_max / 2),
              Counting(PurchasedItemColumn(), bytes_max / 4),
              Counting(TextColumn({"joined_guild"}), bytes_max / 4)}) {}

std::unique_ptr<EventView> Leaders::Sibling() const {
  Lists siblings;
  for (size_t i = 0; i < kLists; ++i) siblings[i] = lists_[i]->Sibling();
  return std::unique_ptr<EventView>(new Leaders(rows_, std::move(siblings)));
}

void Leaders::Merge(EventView&& sibling) {
  auto& other = static_cast<Leaders&>(sibling);
  for (size_t i = 0; i < kLists; ++i) lists_[i]->Merge(std::move(*other.lists_[i]));
}

Status Leaders::Take(const Scanned& scanned) {
  for (const auto& list : lists_) {
    if (auto taken = list->Take(scanned); !taken) return taken;
  }
  return Done{};
}

Result<Table> Leaders::Finish() const {
  Table table;
  table.headings = {{"top", Type::kString},
                    {"rank", Type::kLong},
                    {"name", Type::kString},
                    {"count", Type::kLong}};
  for (size_t i = 0; i < kLists; ++i) {
    auto groups = lists_[i]->Finish(GroupOrder::kCount);
    if (!groups) return std::move(groups).error().In(std::string(kRankedNames[i]));
    int64_t rank = 0;
    for (Row& row : groups->rows) {
      if (std::holds_alternative<std::monostate>(row[0])) continue;  // events without such a name
      if (rank == static_cast<int64_t>(rows_)) break;
      table.rows.push_back({std::string(kRankedNames[i]), ++rank, std::move(row[0]), row[1]});
    }
  }
  return table;
}

}  // namespace gamevents::report
