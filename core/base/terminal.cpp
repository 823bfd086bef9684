#include "core/base/terminal.h"

#include "core/base/text.h"

#include <cstddef>
#include <cstdint>

namespace gamevents {
namespace {

// How many bytes at the front of `text` are one character; 1 for a byte that begins none.
size_t CharacterLength(std::string_view text) {
  for (size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (IsUtf8(text.substr(0, length))) return length;
  }
  return 1;
}

}  // namespace

std::string EscapeControls(std::string_view text, std::string_view keep) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    // C1 is two bytes in UTF-8, 0xC2 and the character's number.
    const auto number = static_cast<uint8_t>(text[length - 1]);
    const bool c0 = length == 1 && (number < 0x20 || number == 0x7F);
    const bool c1 =
        (length == 1 || (length == 2 && text[0] == '\xC2')) && number >= 0x80 && number < 0xA0;
    if ((c0 || c1) && keep.find(text[0]) == keep.npos) {
      out.append("\\x");
      out.push_back(kHexDigits[number >> 4]);
      out.push_back(kHexDigits[number & 15]);
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace gamevents
