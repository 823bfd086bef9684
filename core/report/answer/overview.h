#pragma once

#include "core/base/time_zone.h"
#include "core/report/answer/pyspark_session.h"
#include "core/report/steps/grouping.h"
#include "core/report/steps/last_rows.h"
#include "core/report/steps/row_steps.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// What an overview keeps.
struct OverviewOptions {
  size_t bytes_max = kKeptBytesMax;  ///< what each of its groupings may keep
  /// Show the newest events instead of the first: for what goes on.
  bool newest = false;
  std::optional<event::FieldPath> time{};  ///< the course is by this field's, not the record's
  TimeZone zone{};                         ///< whose clocks the course goes by
};

/// The course's steps.
inline constexpr std::chrono::minutes kCourseStep{1};

/// What a page or a document shows of a topic where the session shows Spark's steps: counts, the
/// course over time, and some events, from one scan.
class Overview {
 public:
  /// `partitions` as the source gave them.
  explicit Overview(const std::vector<int32_t>& partitions, const OverviewOptions& options = {});

  /// What the scan must show its records to; they live as long as the overview.
  std::vector<Step*> Steps();

  /// One grouping, without the events that have no such value.
  struct Part {
    Result<Table> table;
    int64_t without = 0;  ///< how many events were left out
  };
  struct Parts {
    Part by_minute;  ///< by time
    Part by_type;    ///< this and the next: the most frequent first
    Part by_item;    ///< the field "item", else what follows "purchase_" in the type
    Part by_user;    ///< as in the session; then the field "user"
    Table events;    ///< the first selected events; or the newest, the last one first
    bool newest = false;
    TimeZone zone{};  ///< of by_minute
  };
  Parts Finish() const;

 private:
  Groups by_minute_;
  Groups by_type_;
  Groups by_item_;
  Groups by_user_;
  const bool newest_;
  const TimeZone zone_;
  FirstRows first_;  // or:
  LastRows last_;
};

/// The heading of parts.events.
std::string_view EventsTitle(const Overview::Parts& parts);

/// The overview as a Markdown document: headings and tables, each its first rows.
std::string OverviewMarkdown(const Overview::Parts& parts, const ScanSummary& summary,
                             std::string_view title);

}  // namespace gamevents::report
