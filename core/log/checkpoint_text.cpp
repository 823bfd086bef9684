#include "core/log/checkpoint_text.h"

#include "core/base/number.h"
#include "core/base/text.h"

namespace gamevents::log {

Result<std::vector<std::string_view>> ParseCheckpoint(std::string_view text) {
  std::vector<std::string_view> lines = SplitLines(text);
  if (lines.size() < 2) return Error{Fault::kCorrupt, "shorter than its two header lines"};
  if (lines[0] != "0") {
    return Error{Fault::kUnsupported, "version " + std::string(lines[0]) + ", only 0 is known"};
  }
  const auto count = ParseWholeNumber<size_t>(lines[1]);
  if (!count || *count != lines.size() - 2) {
    return Error{Fault::kCorrupt, std::string(lines[1]) + " entries announced, " +
                                      std::to_string(lines.size() - 2) + " found"};
  }
  lines.erase(lines.begin(), lines.begin() + 2);
  return lines;
}

std::string PrintCheckpoint(const std::vector<std::string>& entries) {
  std::string text = "0\n" + std::to_string(entries.size()) + "\n";
  for (const std::string& entry : entries) text += entry + "\n";
  return text;
}

}  // namespace gamevents::log
