#include "core/report/sql/kept_column.h"

#include "core/base/check.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <utility>
#include <variant>

namespace gamevents::report::sql {
namespace {

constexpr size_t kFirstSlots = 64;
constexpr uint32_t kNotYet = std::numeric_limits<uint32_t>::max();

uint64_t Mixed(uint64_t hash) {
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBu;
  return hash ^ (hash >> 31);
}

}  // namespace

bool KeptColumn::IsAt(uint32_t code, const Entry& entry, std::string_view text) const {
  const Entry& held = values_[code];
  if (held.kind != entry.kind || held.length != entry.length) return false;
  if (entry.kind != Kind::kText && entry.kind != Kind::kBlob) return held.bits == entry.bits;
  return std::string_view(texts_).substr(held.bits, held.length) == text;
}

void KeptColumn::GrowSlots() {
  std::vector<uint32_t> slots(std::max(kFirstSlots, slots_.size() * 2), 0);
  for (uint32_t code = 0; code < values_.size(); ++code) {
    size_t slot = hashes_[code] & (slots.size() - 1);
    while (slots[slot] != 0) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = code + 1;
  }
  slots_ = std::move(slots);
}

uint32_t KeptColumn::CodeOf(const ValueView& value) {
  Entry entry;
  std::string_view text;
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    entry = {std::bit_cast<uint64_t>(*whole), 0, Kind::kWhole};
  } else if (const auto* number = std::get_if<double>(&value)) {
    entry = {std::bit_cast<uint64_t>(*number), 0, Kind::kDouble};
  } else if (const auto* held = std::get_if<std::string_view>(&value)) {
    text = *held;
    entry.kind = Kind::kText;
  } else if (const auto* blob = std::get_if<BlobView>(&value)) {
    text = blob->bytes;
    entry.kind = Kind::kBlob;
  }
  entry.length = static_cast<uint32_t>(text.size());
  const uint64_t seed = text.empty() ? entry.bits : std::hash<std::string_view>{}(text);
  const size_t hash = Mixed(seed + static_cast<uint64_t>(entry.kind));
  if ((values_.size() + 1) * 2 > slots_.size()) GrowSlots();
  size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const uint32_t code = slots_[slot] - 1;
    if (hashes_[code] == hash && IsAt(code, entry, text)) return code;
  }
  if (entry.kind == Kind::kText || entry.kind == Kind::kBlob) {
    entry.bits = texts_.size();
    texts_.append(text);
  }
  const auto code = static_cast<uint32_t>(values_.size());
  INVARIANT(code < kNotYet - 1);
  values_.push_back(entry);
  hashes_.push_back(hash);
  slots_[slot] = code + 1;
  return code;
}

int64_t KeptColumn::Grown() {
  const size_t now = codes_.capacity() * sizeof(uint32_t) + values_.capacity() * sizeof(Entry) +
                     texts_.capacity() + slots_.capacity() * sizeof(uint32_t) +
                     hashes_.capacity() * sizeof(size_t);
  return static_cast<int64_t>(now) - std::exchange(bytes_, static_cast<int64_t>(now));
}

int64_t KeptColumn::Add(const ValueView& value) {
  codes_.push_back(CodeOf(value));
  return Grown();
}

int64_t KeptColumn::AddNulls(size_t count) {
  if (count > 0) codes_.insert(codes_.end(), count, CodeOf(std::monostate{}));
  return Grown();
}

int64_t KeptColumn::AddRows(const KeptColumn& other, size_t first, size_t count,
                            std::vector<uint32_t>& codes) {
  codes.resize(other.distinct(), kNotYet);
  for (size_t row = first; row < first + count; ++row) {
    const uint32_t theirs = other.codes_[row];
    if (codes[theirs] == kNotYet) codes[theirs] = CodeOf(other.Value(theirs));
    codes_.push_back(codes[theirs]);
  }
  return Grown();
}

ValueView KeptColumn::Value(uint32_t code) const {
  const Entry& entry = values_[code];
  switch (entry.kind) {
    case Kind::kNull:
      return std::monostate{};
    case Kind::kWhole:
      return std::bit_cast<int64_t>(entry.bits);
    case Kind::kDouble:
      return std::bit_cast<double>(entry.bits);
    case Kind::kText:
      return std::string_view(texts_).substr(entry.bits, entry.length);
    case Kind::kBlob:
      return BlobView{std::string_view(texts_).substr(entry.bits, entry.length)};
  }
  return std::monostate{};
}

}  // namespace gamevents::report::sql
