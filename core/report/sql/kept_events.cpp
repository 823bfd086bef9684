#include "core/report/sql/kept_events.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report::sql {
namespace {

struct Owned {
  Cell operator()(std::string_view text) const { return std::string(text); }
  Cell operator()(BlobView blob) const { return Bytes{std::string(blob.bytes)}; }
  template <class T>
  Cell operator()(T value) const {
    return value;
  }
};

struct Viewed {
  ValueView operator()(std::monostate) const { return std::monostate{}; }
  ValueView operator()(int64_t number) const { return number; }
  ValueView operator()(double number) const { return number; }
  ValueView operator()(const std::string& text) const { return std::string_view(text); }
  ValueView operator()(const Bytes& bytes) const { return BlobView{bytes.bytes}; }
  template <class T>
  ValueView operator()(const T&) const {
    return std::monostate{};  // Owned makes no others
  }
};

int64_t BytesOf(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  const auto* bytes = std::get_if<Bytes>(&cell);
  const size_t held = text != nullptr ? text->size() : bytes != nullptr ? bytes->bytes.size() : 0;
  return static_cast<int64_t>(sizeof(Cell) + held);
}

/// What SQLite may find equal has one hash: a number that of its double, and so has a text that an
/// affinity could turn into one.
struct Hash {
  size_t operator()(std::monostate) const { return 2; }
  size_t operator()(int64_t number) const { return (*this)(static_cast<double>(number)); }
  size_t operator()(double number) const { return std::hash<double>()(number); }
  size_t operator()(std::string_view text) const {
    if (const auto number = NumberIn(text)) return (*this)(*number);
    return std::hash<std::string_view>()(text);
  }
  size_t operator()(const std::string& text) const { return (*this)(std::string_view(text)); }
  size_t operator()(BlobView) const { return 1; }
  size_t operator()(Blob) const { return 1; }
};

}  // namespace

KeptEvents::KeptEvents(Events& events, std::vector<size_t> columns)
    : events_(events), columns_(std::move(columns)), slots_(events.columns.size(), 0) {
  for (size_t i = 0; i < columns_.size(); ++i) slots_[columns_[i]] = i;
}

KeptEvents::~KeptEvents() { events_.kept_bytes -= bytes_; }

Status KeptEvents::Take(int64_t bytes) {
  bytes_ += bytes;
  events_.kept_bytes += bytes;
  const bool room = events_.kept_bytes <= events_.kept_max &&
                    row_ids_.size() < std::numeric_limits<uint32_t>::max();
  if (room) return Done{};
  return Error{
      Fault::kFull,
      fmt::format("a join, or a query within it, reads events again and again, and to keep them "
                  "takes more than {} (report.memory): leave events out with a filter, use fewer "
                  "columns, or raise report.memory",
                  FormatSize(events_.kept_max))};
}

Status KeptEvents::Add(EventScan& scan) {
  int64_t bytes = sizeof(int64_t);
  for (const size_t column : columns_) {
    cells_.push_back(std::visit(Owned{}, scan.Read(column)));
    bytes += BytesOf(cells_.back());
  }
  row_ids_.push_back(scan.RowId());
  return Take(bytes);
}

ValueView KeptEvents::Read(size_t row, size_t column) const {
  return std::visit(Viewed{}, cells_[row * columns_.size() + slots_[column]]);
}

Status KeptEvents::MakeIndex(size_t column) {
  auto taken = Take(static_cast<int64_t>(size() * sizeof(Place)));
  if (!taken) return taken;
  std::vector<Place>& places = indexes_[column];
  places.reserve(size());
  for (uint32_t row = 0; row < size(); ++row) {
    places.push_back({std::visit(Hash{}, Read(row, column)), row});
  }
  std::ranges::sort(places);
  return Done{};
}

Result<std::span<const KeptEvents::Place>> KeptEvents::MayEqual(size_t column,
                                                                const Operand& operand) {
  if (!indexes_.contains(column)) {
    if (auto made = MakeIndex(column); !made) return std::move(made).error();
  }
  const std::vector<Place>& places = indexes_[column];
  const size_t hash = std::visit(Hash{}, operand);
  const auto begin = std::ranges::lower_bound(places, hash, {}, &Place::hash);
  const auto end = std::ranges::upper_bound(begin, places.end(), hash, {}, &Place::hash);
  return std::span<const Place>(begin, end);
}

}  // namespace gamevents::report::sql
