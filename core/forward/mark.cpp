#include "core/forward/mark.h"

#include "core/base/number.h"

#include <cstddef>

namespace gamevents::forward {

std::string FormatMark(const Mark& mark) {
  std::string text(mark.cluster_id);
  text.append(" ").append(std::to_string(mark.partition));
  text.append(" ").append(std::to_string(mark.offset));
  if (!mark.topic_id.empty()) text.append(" ").append(mark.topic_id);
  return text;
}

std::optional<Mark> ParseMark(std::string_view text) {
  std::string_view topic_id;
  const size_t first = text.find(' ');
  if (first == 0 || first == text.npos) return std::nullopt;
  const size_t second = text.find(' ', first + 1);
  if (second == text.npos) return std::nullopt;
  const size_t third = text.find(' ', second + 1);
  if (third != text.npos) {
    topic_id = text.substr(third + 1);
    if (topic_id.empty() || topic_id.find(' ') != topic_id.npos) return std::nullopt;
    text = text.substr(0, third);
  }
  const auto partition = ParseWholeNumber<int32_t>(text.substr(first + 1, second - first - 1));
  const auto offset = ParseWholeNumber<int64_t>(text.substr(second + 1));
  if (!partition || !offset || *partition < 0 || *offset < 0) return std::nullopt;
  return Mark{text.substr(0, first), *partition, *offset, topic_id};
}

std::optional<Mark> MarkOf(std::span<const kafka::HeaderView> headers) {
  for (size_t i = headers.size(); i-- > 0;) {
    if (headers[i].name != kMarkHeader) continue;
    return headers[i].value ? ParseMark(*headers[i].value) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace gamevents::forward
