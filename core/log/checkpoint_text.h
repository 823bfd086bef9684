#pragma once

#include "core/base/result.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace gamevents::log {

/// The lines of `text` without their ends; a last line need not have one.
std::vector<std::string_view> SplitLines(std::string_view text);

/// A whole number and nothing else; nullopt otherwise.
template <class T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

/// Kafka's checkpoint files are text: "0", the number of entries, an entry a line. Gives the
/// entries' lines. Errors: kCorrupt; kUnsupported (a version other than 0).
Result<std::vector<std::string_view>> ParseCheckpoint(std::string_view text);

/// Such a file's text.
std::string PrintCheckpoint(const std::vector<std::string>& entries);

}  // namespace gamevents::log
