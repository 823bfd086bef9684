#pragma once

#include "core/base/result.h"
#include "core/report/ask/view.h"
#include "core/report/scan/asked_fields.h"
#include "core/report/scan/scan.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gamevents::report {

/// A step whose answer is one table, gathered in parallel: every part of the scan has a sibling.
/// Views look at the selected events only. Not thread-safe.
class EventView : public Step {
 public:
  /// Another of the same question, empty, that shares the memory: for a thread of its own.
  virtual std::unique_ptr<EventView> Sibling() const = 0;

  /// Takes what a sibling gathered, which is left empty. Requires: of the same question.
  virtual void Merge(EventView&& sibling) = 0;

  /// Errors: kFull when there was more to keep than the memory allows.
  virtual Result<Table> Finish() const = 0;

  /// What the reader of the answer should know; a sentence each.
  virtual std::vector<std::string> Notes() const = 0;

  /// What the question names and no event is.
  virtual std::vector<MissingName> Missing() const { return {}; }
};

/// part / whole to four decimals, which is more than most groups' size bears; null of nothing.
Cell ShareOf(int64_t part, int64_t whole);

/// `bytes_max`: report.memory.
std::unique_ptr<EventView> MakeView(const ViewQuestion& question, size_t bytes_max);

}  // namespace gamevents::report
