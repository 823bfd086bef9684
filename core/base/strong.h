#pragma once

#include <compare>

namespace gamevents {

/// A number of one kind that cannot be mixed up with a number of another:
/// `using Offset = Strong<struct OffsetTag, int64_t>;`. Compares within its kind only.
template <class Tag, class Rep>
struct Strong {
  Rep value{};

  constexpr Strong() = default;
  constexpr explicit Strong(Rep v) : value(v) {}
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace gamevents
