#include "core/report/steps/field_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report {
namespace {

/// The types in the order in which they are named.
constexpr auto kTypeNames =
    std::to_array<std::string_view>({"boolean", "long", "double", "string", "array", "struct"});

/// How many of the most frequent values are named, and how often one must be there.
constexpr size_t kTopValues = 5;
constexpr int64_t kRepeated = 2;
/// What an entry of a map costs beside its text.
constexpr size_t kMapEntryBytes = 96;
/// Bytes that are kept of a text that is the least or the greatest.
constexpr size_t kEndBytesMax = 256;

/// The place of a value's type in kTypeNames.
struct TypePlace {
  size_t operator()(bool) const { return 0; }
  size_t operator()(int64_t) const { return 1; }
  size_t operator()(double) const { return 2; }
  size_t operator()(event::Digits) const { return 2; }
  size_t operator()(std::string_view) const { return 3; }
  size_t operator()(event::RawJson json) const { return json.text.starts_with('[') ? 4 : 5; }
  template <class Nothing>
  size_t operator()(Nothing) const {
    return kTypeNames.size();
  }
};

int64_t EntryBytes(std::string_view text) {
  return static_cast<int64_t>(kMapEntryBytes + text.size());
}

/// The beginning of a text, whole characters.
std::string_view Beginning(std::string_view text) {
  if (text.size() <= kEndBytesMax) return text;
  size_t end = kEndBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

int64_t FrequentTexts::AddCount(std::string_view text, int64_t count) {
  if (text.size() > kTextBytesMax) return 0;
  const auto found = counts_.find(text);
  if (found != counts_.end()) {
    found->second += count;
    return 0;
  }
  counts_.emplace(text, count);
  const int64_t grown = EntryBytes(text);
  return counts_.size() <= kTextsMax ? grown : grown + DropRarest();
}

int64_t FrequentTexts::DropRarest() {
  exact_ = false;
  const int64_t rarest =
      std::ranges::min_element(counts_, {}, [](const auto& each) { return each.second; })->second;
  int64_t shrunk = 0;
  for (auto each = counts_.begin(); each != counts_.end();) {
    each->second -= rarest;
    const bool gone = each->second == 0;
    if (gone) shrunk += EntryBytes(each->first);
    each = gone ? counts_.erase(each) : std::next(each);
  }
  return -shrunk;
}

int64_t FrequentTexts::Merge(const FrequentTexts& other) {
  exact_ = exact_ && other.exact_;
  int64_t grown = 0;
  for (const auto& [text, count] : other.counts_) grown += AddCount(text, count);
  return grown;
}

std::string FrequentTexts::Top(size_t most) const {
  std::vector<std::pair<std::string_view, int64_t>> top(counts_.begin(), counts_.end());
  std::erase_if(top, [](const auto& each) { return each.second < kRepeated; });
  std::ranges::sort(top, {}, [](const auto& each) { return std::pair(-each.second, each.first); });
  if (top.size() > most) top.resize(most);
  std::string text;
  for (const auto& [value, count] : top) {
    text +=
        fmt::format("{}{} {}{}", text.empty() ? "" : ", ", value, exact_ ? "" : "at least ", count);
  }
  return text;
}

int64_t FieldProfile::Add(const event::Value& value) {
  const size_t type = std::visit(TypePlace{}, value);
  if (type >= kTypes) return 0;
  types_.at(type) += 1;
  if (std::holds_alternative<event::RawJson>(value)) return 0;
  key_.clear();
  AppendKey(key_, value);
  int64_t grown = distinct_.Add(key_);
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    grown += frequent_.Add(*text);
    const std::string_view beginning = Beginning(*text);
    const auto* least = std::get_if<std::string>(&min_);
    const auto* greatest = std::get_if<std::string>(&max_);
    const bool is_within =
        least != nullptr && greatest != nullptr && *least <= beginning && beginning <= *greatest;
    if (!is_within) Widen(std::string(beginning));
    return grown;
  }
  const Cell cell = ToCell(value);
  grown += frequent_.Add(CellText(cell));
  if (const std::optional<double> number = DoubleOf(cell)) {
    grown += quantiles_.Add(*number);
    Widen(cell);
  }
  return grown;
}

void FieldProfile::Widen(const Cell& value) {
  const bool kept_numbers = IsNumber(min_);
  if (kept_numbers && !IsNumber(value)) return;
  const bool first =
      std::holds_alternative<std::monostate>(min_) || kept_numbers != IsNumber(value);
  if (first || CellLess(value, min_)) min_ = value;
  if (first || CellLess(max_, value)) max_ = value;
}

int64_t FieldProfile::Merge(const FieldProfile& other) {
  for (size_t i = 0; i < kTypes; ++i) types_.at(i) += other.types_.at(i);
  if (!std::holds_alternative<std::monostate>(other.min_)) {
    Widen(other.min_);
    Widen(other.max_);
  }
  return quantiles_.Merge(other.quantiles_) + distinct_.Merge(other.distinct_) +
         frequent_.Merge(other.frequent_);
}

std::string FieldProfile::Types() const {
  std::string types;
  for (size_t i = 0; i < kTypes; ++i) {
    if (types_.at(i) == 0) continue;
    types += fmt::format("{}{} {}", types.empty() ? "" : ", ", kTypeNames.at(i), types_.at(i));
  }
  return types;
}

Cell FieldProfile::Distinct() const {
  constexpr size_t kScalars = 4;
  const int64_t values = std::accumulate(types_.begin(), types_.begin() + kScalars, int64_t{0});
  // An estimate may be more than there are values.
  return values > 0 ? Cell(std::min(distinct_.Estimate(), values)) : Cell();
}

Cell FieldProfile::Quantile(double share) const {
  return quantiles_.empty() ? Cell() : Cell(quantiles_.At(share));
}

std::string FieldProfile::Top() const { return frequent_.Top(kTopValues); }

}  // namespace gamevents::report
