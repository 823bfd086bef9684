#include "core/report/table/terminal_text.h"

#include "core/base/check.h"
#include "core/report/table/spark_text.h"
#include "core/report/table/utf8.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>

namespace gamevents::report {
namespace {

constexpr std::string_view kCut = "\u2026";  // one column

/// The C library's own table of widths, which terminals go by, whatever the environment says of
/// the language. Restores the thread's locale at its end.
class Utf8Widths {
 public:
  Utf8Widths() : before_(uselocale(Utf8())) {}
  Utf8Widths(const Utf8Widths&) = delete;
  Utf8Widths& operator=(const Utf8Widths&) = delete;
  ~Utf8Widths() { uselocale(before_); }

  /// Of one character; one that the table does not know is drawn as a box.
  static size_t Of(char32_t value) {
    const int width = ::wcwidth(static_cast<wchar_t>(value));
    return width < 0 ? 1 : static_cast<size_t>(width);
  }

  /// Null on a system without it.
  static locale_t Utf8() {
    static const locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
  }

 private:
  locale_t before_;
};

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

size_t TerminalWidth(std::string_view text) {
  if (IsAscii(text)) return text.size();
  if (Utf8Widths::Utf8() == nullptr) return DisplayWidth(text);
  const Utf8Widths widths;
  size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    width += Utf8Widths::Of(point.value);
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string CutToWidth(std::string_view text, size_t width) {
  INVARIANT(width > 0);
  if (TerminalWidth(text) <= width) return std::string(text);
  std::string_view rest = text;
  size_t taken = 0;
  while (!rest.empty()) {
    const CodePoint point = FirstCodePoint(rest);
    taken += TerminalWidth(rest.substr(0, point.bytes));
    if (taken > width - 1) break;
    rest.remove_prefix(point.bytes);
  }
  return std::string(text.substr(0, text.size() - rest.size())).append(kCut);
}

}  // namespace gamevents::report
