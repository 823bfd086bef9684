#include "core/parquet/dictionary.h"

#include <functional>

namespace gamevents::parquet {
namespace {

constexpr size_t kFirstSlots = 64;  // a power of two, as all later sizes

size_t HashOf(std::string_view value) { return std::hash<std::string_view>()(value); }

}  // namespace

std::string_view Dictionary::At(uint32_t number) const {
  const size_t start = starts_[number];
  const size_t end = number + 1 < starts_.size() ? starts_[number + 1] : bytes_.size();
  return std::string_view(bytes_).substr(start, end - start);
}

std::optional<uint32_t> Dictionary::NumberOf(std::string_view value) {
  if (2 * (starts_.size() + 1) > slots_.size()) Grow();
  const size_t mask = slots_.size() - 1;
  size_t at = HashOf(value) & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const uint32_t number = slots_[at] - 1;
    if (At(number) == value) return number;
  }
  if (bytes_.size() + value.size() > kBytesMax) return std::nullopt;
  const auto number = static_cast<uint32_t>(starts_.size());
  starts_.push_back(static_cast<uint32_t>(bytes_.size()));
  bytes_.append(value);
  slots_[at] = number + 1;
  return number;
}

void Dictionary::Grow() {
  slots_.assign(slots_.empty() ? kFirstSlots : 2 * slots_.size(), 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < starts_.size(); ++number) {
    size_t at = HashOf(At(number)) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = number + 1;
  }
}

size_t Dictionary::MemoryBytes() const {
  return bytes_.size() + (starts_.size() + slots_.size()) * sizeof(uint32_t);
}

}  // namespace gamevents::parquet
