#include "core/forward/resume.h"

#include <algorithm>
#include <utility>

namespace gamevents::forward {

ResumeSearch::ResumeSearch(std::string cluster_id, int32_t partition, OffsetRange log,
                           std::optional<int64_t> kept)
    : cluster_id_(std::move(cluster_id)),
      partition_(partition),
      log_(log),
      kept_(kept),
      begin_(log.end) {}

std::optional<OffsetRange> ResumeSearch::Window() const {
  if (seen_ || begin_ <= log_.begin) return std::nullopt;
  if (kept_ && log_.end - begin_ >= kOffsetsWithMarkMax) return std::nullopt;
  return OffsetRange{std::max(log_.begin, begin_ - size_), begin_};
}

void ResumeSearch::See(const Mark& mark) {
  if (mark.cluster_id != cluster_id_ || mark.partition != partition_) return;
  // They are in the source's order; should somebody have copied one once more, it is an older one.
  seen_ = std::max(seen_.value_or(0), mark.offset + 1);
}

void ResumeSearch::EndWindow() {
  begin_ = std::max(log_.begin, begin_ - size_);
  size_ *= kGrowth;
}

std::optional<int64_t> ResumeSearch::Next() const {
  if (seen_ && kept_) return std::max(*seen_, *kept_);
  return seen_ ? seen_ : kept_;
}

}  // namespace gamevents::forward
