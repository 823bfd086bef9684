#pragma once

#include "core/parquet/schema.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::parquet {

/// The longest text or bytes that stand as a bound: longer ones help no reader to skip a group.
inline constexpr size_t kBoundBytesMax = 64;

/// The smallest and the largest value, as they stand in a file's statistics.
struct Bounds {
  std::string min;
  std::string max;
};

/// How many bytes of `plain`, values in their plain encoding, the first one takes: 8, 4, or of
/// bytes and texts 4 and their length; of booleans, which are a byte each until a page packs them,
/// 1. Requires: !plain.empty().
size_t PlainSize(Type type, std::string_view plain);

/// The bounds of `plain`, a column's values one behind another, in the order that the specification
/// gives the type: numbers by value, bytes and texts as unsigned bytes. NaN is left out, a bound of
/// zero is -0.0 below and +0.0 above. nullopt: there is no value, or a bound would be too long.
std::optional<Bounds> BoundsOf(Type type, std::string_view plain);

}  // namespace gamevents::parquet
