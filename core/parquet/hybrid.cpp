#include "core/parquet/hybrid.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace gamevents::parquet {
namespace {

constexpr size_t kGroupSize = 8;  // packed values come in groups of as many
// One header a packed run: as long as the groups that it counts keep it at two bytes.
constexpr size_t kPackedMax = 63 * kGroupSize;

using Numbers = std::span<const uint32_t>;

/// How many of the first values are equal.
size_t RunOf(Numbers values) {
  const auto differs = [&](uint32_t value) { return value != values.front(); };
  return static_cast<size_t>(std::ranges::find_if(values, differs) - values.begin());
}

/// Whether a run is worth its header here.
bool StartsRun(Numbers values) {
  return values.size() >= kGroupSize && RunOf(values.first(kGroupSize)) == kGroupSize;
}

void AppendVarint(std::string& out, uint64_t value) {
  std::array<std::byte, kVarint64BytesMax> bytes{};
  out.append(AsText(std::span(bytes).first(StoreVarint64(bytes.data(), value))));
}

void AppendRun(std::string& out, uint32_t value, size_t length, int bit_width) {
  AppendVarint(out, length << 1);
  for (int bits = 0; bits < bit_width; bits += 8) out.push_back(static_cast<char>(value >> bits));
}

void AppendPacked(std::string& out, Numbers values, int bit_width) {
  const size_t groups = (values.size() + kGroupSize - 1) / kGroupSize;
  AppendVarint(out, groups << 1 | 1);
  uint64_t bits = 0;  // fewer than 8 + 32 of them are in use
  int held = 0;
  for (size_t i = 0; i < groups * kGroupSize; ++i) {
    bits |= static_cast<uint64_t>(i < values.size() ? values[i] : 0) << held;
    for (held += bit_width; held >= 8; held -= 8, bits >>= 8) {
      out.push_back(static_cast<char>(bits));
    }
  }
}

}  // namespace

int BitWidth(uint32_t largest) { return std::max(1, static_cast<int>(std::bit_width(largest))); }

void AppendHybrid(std::string& out, Numbers values, int bit_width) {
  while (!values.empty()) {
    if (StartsRun(values)) {
      const size_t run = RunOf(values);
      AppendRun(out, values.front(), run, bit_width);
      values = values.subspan(run);
      continue;
    }
    size_t end = 0;
    do {
      end = std::min(end + kGroupSize, values.size());
    } while (end < std::min(values.size(), kPackedMax) && !StartsRun(values.subspan(end)));
    AppendPacked(out, values.first(end), bit_width);
    values = values.subspan(end);
  }
}

void AppendBits(std::string& out, std::span<const char> values) {
  for (size_t i = 0; i < values.size(); i += 8) {
    unsigned byte = 0;
    for (size_t bit = 0; bit < std::min<size_t>(8, values.size() - i); ++bit) {
      if (values[i + bit] != '\0') byte |= 1U << bit;
    }
    out.push_back(static_cast<char>(byte));
  }
}

}  // namespace gamevents::parquet
