#include "cmd/escapes.h"

#include "core/base/number.h"

namespace gamevents::cmd {

Result<size_t> AppendEscape(std::string& out, std::string_view text) {
  constexpr std::string_view kLetters = "nrt0\\";
  constexpr std::string_view kCharacters("\n\r\t\0\\", 5);
  const char letter = text.size() > 1 ? text[1] : ' ';
  if (const size_t found = kLetters.find(letter); found != kLetters.npos) {
    out.push_back(kCharacters[found]);
    return size_t{2};
  }
  if (letter == 'x' && text.size() >= 4) {
    if (const auto value = ParseWholeNumber<uint8_t>(text.substr(2, 2), 16)) {
      out.push_back(static_cast<char>(*value));
      return size_t{4};
    }
  }
  return Error{Fault::kBadInput, "\"" + std::string(text.substr(0, 4)) +
                                     "\" is not an escape; there are \\n \\r \\t \\0 \\\\ \\xNN"};
}

Result<std::string> Unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '\\') {
      out.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    auto taken = AppendEscape(out, text);
    if (!taken) return std::move(taken).error();
    text.remove_prefix(*taken);
  }
  return out;
}

}  // namespace gamevents::cmd
