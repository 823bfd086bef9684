#include "core/kafka/fetch_progress.h"

#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace gamevents::kafka {

std::map<int32_t, int64_t> FetchPositions(std::string_view statistics) {
  // Librdkafka writes it, always in the same order; a reader of JSON would read a hundred times as
  // much for these two numbers.
  constexpr std::string_view kTopics = "\"topics\":{";
  constexpr std::string_view kPartition = "\"partition\":";
  constexpr std::string_view kNextOffset = "\"next_offset\":";
  std::map<int32_t, int64_t> found;
  const size_t topics = statistics.find(kTopics);
  if (topics == std::string_view::npos) return found;
  statistics.remove_prefix(topics);
  const auto take = [&statistics](std::string_view name, auto& number) {
    const size_t at = statistics.find(name);
    if (at == std::string_view::npos) return false;
    statistics.remove_prefix(at + name.size());
    return std::from_chars(statistics.data(), statistics.data() + statistics.size(), number).ec ==
           std::errc();
  };
  int32_t partition = 0;
  int64_t offset = 0;
  while (take(kPartition, partition) && take(kNextOffset, offset)) {
    if (partition >= 0 && offset >= 0) found[partition] = offset;
  }
  return found;
}

void FetchProgress::OnStatistics(std::string_view json) {
  auto positions = FetchPositions(json);
  const std::lock_guard lock(mutex_);
  positions_ = std::move(positions);
}

std::optional<int64_t> FetchProgress::FetchedUpTo(int32_t partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = positions_.find(partition);
  return found == positions_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace gamevents::kafka
