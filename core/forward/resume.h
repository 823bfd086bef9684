#pragma once

#include "core/forward/mark.h"

#include <cstdint>
#include <optional>
#include <string>

namespace gamevents::forward {

/// Offsets of a partition: [begin, end).
struct OffsetRange {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const OffsetRange&) const = default;
};

/// The rule by which a forwarder goes on: after the newest record of its source partition that is
/// in the target. It says which windows of the target's log are to be read, backwards and growing,
/// and is shown the marks of their records; it reads nothing itself.
///
/// A second mark, an offset that each transaction leaves under a group's name, is there for a log
/// whose retention has removed all that was copied; the larger of the two counts.
class ResumeSearch {
 public:
  /// `log` is what the target's partition has, up to where committed records end. `kept` is the
  /// second mark.
  ResumeSearch(std::string cluster_id, int32_t partition, OffsetRange log,
               std::optional<int64_t> kept);

  /// What is to be read next; nullopt: the search is over. The same until EndWindow.
  std::optional<OffsetRange> Window() const;
  /// Takes the mark of one record of the window; those of other logs are passed over.
  void See(const Mark& mark);
  /// The whole window has been seen.
  void EndWindow();

  /// The source's offset to go on with; nullopt: nothing of it has been copied, as far as anybody
  /// knows. Requires: the search is over.
  std::optional<int64_t> Next() const;

  /// The first window, and how much larger each is than the one before.
  static constexpr int64_t kFirstWindow = 1'024;
  static constexpr int64_t kGrowth = 4;
  /// With a second mark, so many offsets are looked through and no more.
  static constexpr int64_t kOffsetsWithMarkMax = 100'000;

 private:
  const std::string cluster_id_;
  const int32_t partition_;
  const OffsetRange log_;
  const std::optional<int64_t> kept_;
  std::optional<int64_t> seen_;  // the offset after the newest record that was seen
  int64_t begin_;                // the log has been looked through from here
  int64_t size_ = kFirstWindow;
};

}  // namespace gamevents::forward
