#include "core/report/sql/aggregates.h"

#include "core/base/check.h"
#include "core/base/units.h"
#include "core/event/value.h"
#include "core/report/steps/deviations.h"
#include "core/report/steps/sketch.h"
#include "core/report/table/cell.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report::sql {
namespace {

using Arguments = std::span<sqlite3_value* const>;

constexpr double kMiddle = 0.5;
constexpr double kHundred = 100;

/// The number that a value is, or that its text is; nullopt of others.
std::optional<double> NumericValue(sqlite3_value* value) {
  const int type = sqlite3_value_numeric_type(value);
  if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return std::nullopt;
  return sqlite3_value_double(value);
}

bool IsNullValue(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

/// Gives it to SQLite; nothing is null there.
void GiveNumber(sqlite3_context* context, const std::optional<double>& number) {
  if (number) sqlite3_result_double(context, *number);
}

/// What all of these aggregates are.
class Gathering : public SqlAggregate {
 protected:
  Gathering(FunctionState& state, const SqlAggregateRow& row) : state_(state), row_(row) {}
  ~Gathering() override { state_.memory.Add(-kept_); }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

  std::string_view name() const { return row_.name; }

  /// Notes that it keeps so many bytes more. Errors: kFull, with `instead`.
  Status Keep(int64_t bytes, std::string_view instead) {
    kept_ += bytes;
    if (bytes <= 0) {
      state_.memory.Add(bytes);
      return Done{};
    }
    if (state_.memory.Add(bytes)) return Done{};
    return Error{Fault::kFull,
                 fmt::format("{} keeps all values, and they take more than {} (report.memory): "
                             "take {}, narrow the events, or raise the key",
                             name(), FormatSize(state_.memory.bytes_max()), instead)};
  }

  /// The row's number; nullopt of null, and of what is none, which is counted.
  std::optional<double> Number(sqlite3_value* value) {
    if (IsNullValue(value)) return std::nullopt;
    const auto number = NumericValue(value);
    if (!number) state_.left_out[std::string(name())] += 1;
    return number;
  }

 private:
  FunctionState& state_;
  const SqlAggregateRow& row_;
  int64_t kept_ = 0;
};

/// The share of quantile(x, 0.5) or percentile(x, 50), which the first row says for all.
class AskedShare {
 public:
  /// Errors: kBadInput.
  Status Take(std::string_view function, Arguments arguments) {
    if (arguments.size() < 2 || taken_) return Done{};
    const double most = function == "percentile" ? kHundred : 1;
    const auto number = NumericValue(arguments[1]);
    if (!number || !(*number >= 0 && *number <= most)) {
      return Error{Fault::kBadInput,
                   fmt::format("{}(x, p): p is a number from 0 to {}, as in {}", function, most,
                               most == 1 ? "quantile(x, 0.95)" : "percentile(x, 95)")};
    }
    share_ = *number / most;
    taken_ = true;
    return Done{};
  }
  double share() const { return share_; }

 private:
  double share_ = kMiddle;
  bool taken_ = false;
};

/// median, quantile, percentile: all values, in order as far as they were asked for. A window asks
/// after each row and takes rows back: then one more value is put in its place.
class KeptNumbers final : public Gathering {
 public:
  KeptNumbers(FunctionState& state, const SqlAggregateRow& row) : Gathering(state, row) {}

  Status Add(Arguments arguments) override {
    if (auto taken = share_.Take(name(), arguments); !taken) return taken;
    const auto number = Number(arguments[0]);
    if (!number) return Done{};
    const size_t before = values_.capacity();
    values_.push_back(*number);
    const auto grown = static_cast<int64_t>((values_.capacity() - before) * sizeof(double));
    return grown == 0 ? Status(Done{}) : Keep(grown, "approx_quantile(x, 0.5) or --agg 'p50(x)'");
  }

  void Remove(Arguments arguments) override {
    const auto number = NumericValue(arguments[0]);
    if (!number) return;
    SortAll();
    values_.erase(std::ranges::lower_bound(values_, *number));
    sorted_ = values_.size();
  }

  void Answer(sqlite3_context* context) override {
    if (values_.empty()) return;
    SortAll();
    const double rank = share_.share() * static_cast<double>(values_.size() - 1);
    const auto below = static_cast<size_t>(std::floor(rank));
    const double part = rank - static_cast<double>(below);
    const double low = values_[below];
    GiveNumber(context, part == 0 ? low : (1 - part) * low + part * values_[below + 1]);
  }

 private:
  void SortAll() {
    const auto tail = values_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    if (values_.end() - tail == 1) {
      std::rotate(std::upper_bound(values_.begin(), tail, *tail), tail, values_.end());
    } else {
      std::sort(tail, values_.end());
      std::inplace_merge(values_.begin(), tail, values_.end());
    }
    sorted_ = values_.size();
  }

  AskedShare share_;
  std::vector<double> values_;
  size_t sorted_ = 0;  ///< so many from the front are in order
};

/// mode: how often each value came.
class CountedValues final : public Gathering {
 public:
  CountedValues(FunctionState& state, const SqlAggregateRow& row) : Gathering(state, row) {}

  Status Add(Arguments arguments) override {
    if (IsNullValue(arguments[0])) return Done{};
    Cell cell = CellValue(arguments[0]);
    const auto bytes = static_cast<int64_t>(RowBytes({cell})) + kNodeBytes;
    const auto [at, is_new] = counts_.try_emplace(std::move(cell), 0);
    at->second += 1;
    return is_new ? Keep(bytes, "GROUP BY and count(*)") : Status(Done{});
  }

  void Remove(Arguments arguments) override {
    const auto at = counts_.find(CellValue(arguments[0]));
    if (at == counts_.end() || --at->second > 0) return;
    INVARIANT(Keep(-static_cast<int64_t>(RowBytes({at->first})) - kNodeBytes, ""));
    counts_.erase(at);
  }

  void Answer(sqlite3_context* context) override {
    const auto most = std::ranges::max_element(counts_, {}, [](const auto& each) {
      return each.second;  // of equal ones the first, which is the least
    });
    if (most == counts_.end()) return;
    const Cell& cell = most->first;
    if (const auto* whole = std::get_if<int64_t>(&cell)) sqlite3_result_int64(context, *whole);
    if (const auto* number = std::get_if<double>(&cell)) sqlite3_result_double(context, *number);
    if (const auto* text = std::get_if<std::string>(&cell)) {
      sqlite3_result_text64(context, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    if (const auto* bytes = std::get_if<Bytes>(&cell)) {
      sqlite3_result_blob64(context, bytes->bytes.data(), bytes->bytes.size(), SQLITE_TRANSIENT);
    }
  }

 private:
  static constexpr int64_t kNodeBytes = 64;  ///< of a map, beside what is in it

  struct Less {
    bool operator()(const Cell& a, const Cell& b) const { return CellLess(a, b); }
  };

  static Cell CellValue(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        return int64_t{sqlite3_value_int64(value)};
      case SQLITE_FLOAT:
        return sqlite3_value_double(value);
      case SQLITE_TEXT:
        return std::string(TextOfValue(value));
      case SQLITE_BLOB: {
        const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
        const auto size = static_cast<size_t>(sqlite3_value_bytes(value));
        return Bytes{bytes == nullptr ? std::string() : std::string(bytes, size)};
      }
      default:
        return {};
    }
  }

  std::map<Cell, int64_t, Less> counts_;
};

/// stddev and variance, of a sample or of all.
class Spread final : public Gathering {
 public:
  Spread(FunctionState& state, const SqlAggregateRow& row)
      : Gathering(state, row),
        of_all_(row.name.ends_with("_pop")),
        is_root_(row.name.starts_with("stddev")) {}

  Status Add(Arguments arguments) override {
    if (const auto number = Number(arguments[0])) deviations_.Add(*number);
    return Done{};
  }
  void Remove(Arguments arguments) override {
    if (const auto number = NumericValue(arguments[0])) deviations_.Remove(*number);
  }
  void Answer(sqlite3_context* context) override {
    auto variance = of_all_ ? deviations_.Variance() : deviations_.SampleVariance();
    if (variance && is_root_) variance = std::sqrt(*variance);
    GiveNumber(context, variance);
  }

 private:
  const bool of_all_;
  const bool is_root_;
  Deviations deviations_;
};

/// approx_quantile.
class SketchedQuantile final : public Gathering {
 public:
  SketchedQuantile(FunctionState& state, const SqlAggregateRow& row) : Gathering(state, row) {}

  Status Add(Arguments arguments) override {
    if (auto taken = share_.Take(name(), arguments); !taken) return taken;
    const auto number = Number(arguments[0]);
    return number ? Keep(values_.Add(*number), "fewer groups") : Status(Done{});
  }
  void Answer(sqlite3_context* context) override {
    if (!values_.empty()) GiveNumber(context, values_.At(share_.share()));
  }

 private:
  AskedShare share_;
  Quantiles values_;
};

/// approx_count_distinct.
class SketchedCount final : public Gathering {
 public:
  SketchedCount(FunctionState& state, const SqlAggregateRow& row) : Gathering(state, row) {}

  Status Add(Arguments arguments) override {
    if (IsNullValue(arguments[0])) return Done{};
    key_.clear();
    AppendKey(key_, EventValue(arguments[0]));
    return Keep(values_.Add(key_), "fewer groups");
  }
  void Answer(sqlite3_context* context) override {
    sqlite3_result_int64(context, values_.Estimate());
  }

 private:
  static event::Value EventValue(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        return int64_t{sqlite3_value_int64(value)};
      case SQLITE_FLOAT:
        return sqlite3_value_double(value);
      case SQLITE_TEXT:
        return TextOfValue(value);
      default:
        return event::RawJson{TextOfValue(value)};
    }
  }

  DistinctCount values_;
  std::string key_;
};

template <class Aggregate>
std::unique_ptr<SqlAggregate> Make(FunctionState& state, const SqlAggregateRow& row) {
  return std::make_unique<Aggregate>(state, row);
}

constexpr auto kAggregates = std::to_array<SqlAggregateRow>({
    {.name = "median", .make = Make<KeptNumbers>},
    {.name = "quantile", .arguments = 2, .make = Make<KeptNumbers>},
    {.name = "quantile_cont", .arguments = 2, .make = Make<KeptNumbers>},
    {.name = "percentile", .arguments = 2, .make = Make<KeptNumbers>},
    {.name = "mode", .make = Make<CountedValues>},
    {.name = "stddev", .make = Make<Spread>},
    {.name = "stddev_samp", .make = Make<Spread>},
    {.name = "stddev_pop", .make = Make<Spread>},
    {.name = "variance", .make = Make<Spread>},
    {.name = "var_samp", .make = Make<Spread>},
    {.name = "var_pop", .make = Make<Spread>},
    {.name = "approx_quantile",
     .arguments = 2,
     .has_window = false,
     .make = Make<SketchedQuantile>},
    {.name = "approx_count_distinct", .has_window = false, .make = Make<SketchedCount>},
});

}  // namespace

std::string_view TextOfValue(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_value_bytes(value))};
}

// SQLite takes rows back from those with a window alone.
void SqlAggregate::Remove(Arguments) { INVARIANT(false); }

std::span<const SqlAggregateRow> SqlAggregates() { return kAggregates; }

}  // namespace gamevents::report::sql
