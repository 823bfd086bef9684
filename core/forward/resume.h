#pragma once

#include "core/forward/mark.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::forward {

/// Offsets of a partition: [begin, end).
struct OffsetRange {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const OffsetRange&) const = default;
};

/// Whose records are looked for.
struct SourcePartition {
  std::string cluster_id;
  std::string topic_id;  ///< empty: not known, and any will do
  int32_t partition = 0;
};

/// The second mark, see ResumeSearch.
struct KeptMark {
  int64_t next = 0;      ///< the offset behind what was copied
  std::string topic_id;  ///< empty: not known
};

/// The rule by which a forwarder goes on: after the newest record of its source partition that is
/// in the target. It says which windows of the target's log are to be read, backwards and growing,
/// and is shown the marks of their records; it reads nothing itself.
///
/// A second mark, an offset that each transaction leaves under a group's name, is there for a log
/// whose retention has removed all that was copied; the larger of the two counts.
///
/// Marks of a topic of the same name that had another id do not count: the topic was made again.
class ResumeSearch {
 public:
  /// `log` is what the target's partition has, up to where committed records end. `kept` is the
  /// second mark.
  ResumeSearch(SourcePartition source, OffsetRange log, std::optional<KeptMark> kept);

  /// What is to be read next; nullopt: the search is over. The same until EndWindow.
  std::optional<OffsetRange> Window() const;
  /// Takes the mark of one record of the window; those of other logs are passed over. Whether it
  /// is the newest so far.
  bool See(const Mark& mark);
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
  bool IsOfTopic(std::string_view topic_id) const;

  const SourcePartition source_;
  const OffsetRange log_;
  const std::optional<KeptMark> kept_;
  bool over_ = false;            // what was seen is of the partition, or of an earlier one
  std::optional<int64_t> seen_;  // the offset after the newest record that was seen
  int64_t begin_;                // the log has been looked through from here
  int64_t size_ = kFirstWindow;
};

}  // namespace gamevents::forward
