#include "core/forward/skips.h"

#include "core/base/edit_file.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/number.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace gamevents::forward {
namespace {

constexpr size_t kSkipFileBytesMax = size_t{16} << 20;

std::optional<Skip> ParseSkip(const std::string& line) {
  std::istringstream words(line);
  std::string topic;
  std::string partition_text;
  std::string offset_text;
  std::string more;
  if (!(words >> topic >> partition_text >> offset_text) || words >> more) return std::nullopt;
  const auto partition = ParseWholeNumber<int32_t>(partition_text);
  const auto offset = ParseWholeNumber<int64_t>(offset_text);
  if (!partition || !offset || *partition < 0 || *offset < 0) return std::nullopt;
  return Skip{std::move(topic), *partition, *offset};
}

// Errors: kCorrupt with the line.
Result<std::vector<Skip>> ParseSkips(const std::string& path, const std::string& text) {
  std::vector<Skip> skips;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    auto skip = ParseSkip(line);
    if (!skip) {
      return Error{Fault::kCorrupt, path + ": line " + std::to_string(skips.size() + 1) +
                                        " is not TOPIC PARTITION OFFSET"};
    }
    skips.push_back(std::move(*skip));
  }
  return skips;
}

std::string FormatSkips(const std::vector<Skip>& skips) {
  std::string text;
  for (const Skip& each : skips) {
    text.append(each.topic).append(" ").append(std::to_string(each.partition));
    text.append(" ").append(std::to_string(each.offset)).append("\n");
  }
  return text;
}

}  // namespace

Result<std::vector<Skip>> ReadSkips(const std::string& path) {
  const auto text = ReadFile(path, kSkipFileBytesMax);
  if (!text && text.error().fault == Fault::kNotFound) return std::vector<Skip>();
  if (!text) return Error(text.error());
  return ParseSkips(path, *text);
}

Status AddSkip(const std::string& path, const Skip& skip) {
  std::error_code ignored;  // EditFile says what is not there
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  return EditFile(path, kSkipFileBytesMax, [&](std::string_view text) -> Result<std::string> {
    auto skips = ParseSkips(path, std::string(text));
    if (!skips) return std::move(skips).error();
    const auto found = std::ranges::find_if(*skips, [&](const Skip& other) {
      return other.topic == skip.topic && other.partition == skip.partition;
    });
    if (found == skips->end()) {
      skips->push_back(skip);
    } else {
      found->offset = std::max(found->offset, skip.offset);
    }
    return FormatSkips(*skips);
  });
}

int64_t SkipWatch::Of(const std::string& topic, int32_t partition) {
  if (!path_.empty()) Look();
  for (const Skip& skip : skips_) {
    if (skip.topic == topic && skip.partition == partition) return skip.offset;
  }
  return 0;
}

void SkipWatch::Look() {
  const FileMark mark = FileMarkOf(path_);
  if (mark == seen_) return;
  seen_ = mark;
  auto skips = ReadSkips(path_);
  if (skips) {
    skips_ = std::move(*skips);
  } else {
    Note(NoteLevel::kWarning, "what is to be skipped cannot be read: " + skips.error().context);
  }
}

}  // namespace gamevents::forward
