#include "core/forward/resume.h"

#include <algorithm>
#include <utility>

namespace gamevents::forward {

ResumeSearch::ResumeSearch(SourcePartition source, OffsetRange log, std::optional<KeptMark> kept)
    : source_(std::move(source)), log_(log), kept_(std::move(kept)), begin_(log.end) {}

bool ResumeSearch::IsOfTopic(std::string_view topic_id) const {
  return topic_id.empty() || source_.topic_id.empty() || topic_id == source_.topic_id;
}

std::optional<OffsetRange> ResumeSearch::Window() const {
  if (over_ || begin_ <= log_.begin) return std::nullopt;
  if (kept_ && log_.end - begin_ >= kOffsetsWithMarkMax) return std::nullopt;
  return OffsetRange{std::max(log_.begin, begin_ - size_), begin_};
}

bool ResumeSearch::See(const Mark& mark) {
  if (mark.cluster_id != source_.cluster_id || mark.partition != source_.partition) return false;
  // Before the records of an earlier topic there are none of this one.
  over_ = true;
  // They are in the source's order; should somebody have copied one once more, it is an older one.
  if (!IsOfTopic(mark.topic_id) || mark.offset < seen_.value_or(0)) return false;
  seen_ = mark.offset + 1;
  return true;
}

void ResumeSearch::EndWindow() {
  begin_ = std::max(log_.begin, begin_ - size_);
  size_ *= kGrowth;
}

std::optional<int64_t> ResumeSearch::Next() const {
  // It is kept in each transaction: another topic's says that there was none for this one.
  if (!kept_ || !IsOfTopic(kept_->topic_id)) return seen_;
  // All of the log was seen, from its first record on: what was copied was in an earlier topic.
  if (!over_ && log_.begin == 0 && begin_ == 0) return std::nullopt;
  return std::max(seen_.value_or(0), kept_->next);
}

}  // namespace gamevents::forward
