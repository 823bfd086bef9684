#include "core/event/number.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <system_error>

namespace gamevents::event {
namespace {

// Takes the digits at the front of `text` away and says whether there was one.
bool SkipDigits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count > 0;
}

bool SkipOne(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

enum class Form { kNone, kInteger, kReal };

Form FormOf(std::string_view text) {
  SkipOne(text, "-");
  // A zero in front is the whole integer part: 01 is not a JSON number.
  if (!SkipOne(text, "0") && !SkipDigits(text)) return Form::kNone;
  if (text.empty()) return Form::kInteger;
  if (SkipOne(text, ".") && !SkipDigits(text)) return Form::kNone;
  if (SkipOne(text, "eE")) {
    SkipOne(text, "+-");
    if (!SkipDigits(text)) return Form::kNone;
  }
  return text.empty() ? Form::kReal : Form::kNone;
}

constexpr double kTwoTo63 = 9223372036854775808.0;
// The largest double has 309 digits before the point.
constexpr size_t kDoubleDigitsMax = 320;

double NearestDouble(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc{}) return value;
  // Out of range: from_chars leaves open on which side; strtod gives an infinity or zero.
  return std::strtod(std::string(text).c_str(), nullptr);
}

bool IsNegative(Digits number) { return number.text.front() == '-'; }

}  // namespace

std::optional<Value> ParseJsonNumber(std::string_view text) {
  const Form form = FormOf(text);
  if (form == Form::kNone) return std::nullopt;
  int64_t integer = 0;
  if (form == Form::kInteger &&
      std::from_chars(text.data(), text.data() + text.size(), integer).ec == std::errc{}) {
    return Value{integer};
  }
  if (form == Form::kInteger && text.size() <= kDigitsMax) return Value{Digits{text}};
  return Value{NearestDouble(text)};
}

double NearestDouble(Digits number) { return NearestDouble(number.text); }

std::optional<OwnedDigits> DigitsOf(double number) {
  const bool beyond = number >= kTwoTo63 || number < -kTwoTo63;
  if (!beyond || std::isinf(number)) return std::nullopt;
  // Beyond 2^53 a double has no fraction.
  std::array<char, kDoubleDigitsMax> text;
  const auto made =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, 0);
  return OwnedDigits{std::string(text.data(), made.ptr)};
}

std::partial_ordering CompareNumbers(int64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kTwoTo63) return std::partial_ordering::less;
  if (b < -kTwoTo63) return std::partial_ordering::greater;
  const double whole = std::trunc(b);
  const auto order = a <=> static_cast<int64_t>(whole);  // Exact: `whole` is within int64_t.
  return order != 0 ? std::partial_ordering(order) : whole <=> b;
}

// Neither has zeros in front, so the longer of two positive numbers is the larger.
std::partial_ordering CompareNumbers(Digits a, Digits b) {
  const bool negative = IsNegative(a);
  if (negative != IsNegative(b)) {
    return negative ? std::partial_ordering::less : std::partial_ordering::greater;
  }
  const auto order = a.text.size() != b.text.size() ? a.text.size() <=> b.text.size()
                                                    : a.text.compare(b.text) <=> 0;
  return negative ? 0 <=> order : order;
}

// Every int64_t lies between the negative ones and the positive ones.
std::partial_ordering CompareNumbers(Digits a, int64_t) {
  return IsNegative(a) ? std::partial_ordering::less : std::partial_ordering::greater;
}

std::partial_ordering CompareNumbers(Digits a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (const auto digits = DigitsOf(b)) return CompareNumbers(a, Digits(*digits));
  if (std::isinf(b)) return 0 <=> b;
  return CompareNumbers(a, int64_t{0});
}

}  // namespace gamevents::event
