#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace gamevents {

/// All of `text` as a whole number in `base`, 2 to 36: digits, and for a signed type a minus before
/// them. Nullopt when there is anything else in it, a plus or a blank say, when there are no
/// digits, and when the number does not fit.
template <std::integral Number>
std::optional<Number> ParseWholeNumber(std::string_view text, int base = 10) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

}  // namespace gamevents
