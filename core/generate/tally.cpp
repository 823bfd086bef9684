#include "core/generate/tally.h"

namespace gamevents::generate {
namespace {

void Count(std::map<std::string, int64_t>& reasons, const std::string& reason) {
  const bool full = reasons.size() >= kReasonsMax && !reasons.contains(reason);
  ++reasons[full ? kOtherReason : reason];
}

}  // namespace

void Tally::Sent(int64_t events) {
  const std::lock_guard lock(mutex_);
  counts_.sent += events;
}

void Tally::Request(bool is_retry) {
  const std::lock_guard lock(mutex_);
  ++counts_.requests;
  if (is_retry) ++counts_.retries;
}

void Tally::Ended(const Outcome& outcome, Histogram::Duration latency) {
  const std::lock_guard lock(mutex_);
  switch (outcome.fate) {
    case Fate::kAcknowledged:
      ++counts_.acknowledged;
      if (outcome.duplicate) ++counts_.duplicates;
      counts_.latency.Record(latency);
      return;
    case Fate::kRefused:
      ++counts_.refused;
      return Count(counts_.refusals, outcome.reason);
    case Fate::kUnknown:
      ++counts_.unknown;
      return Count(counts_.unknowns, outcome.reason);
  }
}

Counts Tally::Read() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace gamevents::generate
