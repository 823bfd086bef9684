#include "core/broker/producer_ids.h"

#include "core/base/number.h"
#include "core/log/data_directory.h"

#include <algorithm>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr size_t kFileBytesMax = 64;
constexpr int64_t kBlock = 1000;  // as Kafka

// The file is one decimal number and a newline: the first id that was never reserved.
Result<int64_t> ParseNext(std::string_view text, const std::string& path) {
  std::optional<int64_t> next;
  if (text.ends_with('\n')) next = ParseWholeNumber<int64_t>(text.substr(0, text.size() - 1));
  if (!next || *next < 0 || *next > INT64_MAX - kBlock) {
    return Error{Fault::kCorrupt, path +
                                      ": not a producer id; restore it from a backup, or "
                                      "remove it if no producer of before is running"};
  }
  return *next;
}

}  // namespace

ProducerIds::ProducerIds(log::FileSystem& files, std::string directory,
                         log::ProducerId highest_used)
    : files_(files), directory_(std::move(directory)), highest_used_(highest_used) {}

Result<log::ProducerId> ProducerIds::Next() {
  const std::lock_guard lock(mutex_);
  if (next_ == reserved_end_) {
    if (auto reserved = ReserveBlock(); !reserved) return std::move(reserved).error();
  }
  return log::ProducerId(next_++);
}

Status ProducerIds::ReserveBlock() {
  const std::string path = directory_ + "/" + std::string(log::kProducerIdsFile);
  int64_t next = 0;
  auto text = log::ReadWholeFile(files_, path, kFileBytesMax);
  if (text) {
    auto parsed = ParseNext(*text, path);
    if (!parsed) return std::move(parsed).error();
    next = *parsed;
  } else if (text.error().fault != Fault::kNotFound) {
    return std::move(text).error();
  }
  next = std::max(next, highest_used_.value + 1);
  auto written = log::ReplaceFile(files_, directory_, std::string(log::kProducerIdsFile),
                                  std::to_string(next + kBlock) + "\n");
  if (!written) return written;
  next_ = next;
  reserved_end_ = next + kBlock;
  return Done{};
}

}  // namespace gamevents::broker
