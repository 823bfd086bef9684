#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::shell {

/// What may be typed.
struct Words {
  std::vector<std::string> fields;  ///< columns, as statements write them
  std::vector<std::string> tables;
  std::vector<std::string> commands;  ///< "\d"
  /// The values of a field, without quotes; none where there are too many.
  std::function<std::vector<std::string>(std::string_view field)> values;
};

/// How the word before the cursor may go on.
struct Completion {
  size_t begin = 0;                  ///< where in the text the word begins
  std::vector<std::string> words{};  ///< what may stand there, ascending; all begin as it does
};

/// Completes the end of `before`, the statement up to the cursor: a command after a backslash, a
/// field's values behind it and an operator, tables behind FROM and JOIN, else fields, keywords
/// and functions. Letters of both cases are alike, keywords come in the case that was typed.
Completion Complete(std::string_view before, const Words& words);

/// What all of `words` begin with.
std::string CommonBeginning(const std::vector<std::string>& words);

}  // namespace gamevents::report::shell
