#pragma once

#include "core/base/result.h"
#include "core/kafka/landmark.h"
#include "core/kafka/record.h"
#include "core/log/batch.h"
#include "core/log/log.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gamevents::embedded {

/// `record` as a reader gives it, but for its topic, partition and headers. The views are those of
/// the record.
kafka::RecordView ViewOf(const log::BatchHeader& header, const log::Record& record);

/// What one Next gives: views, and the headers that they point at. Its memory is used again.
class GivenRecords {
 public:
  void Clear();
  bool empty() const { return records_.empty(); }
  size_t size() const { return records_.size(); }

  /// Adds `view`, which is that of `record`; with its headers if `headers`. Errors: kCorrupt (they
  /// do not fit); then it is not added.
  Status Add(const kafka::RecordView& view, const log::Record& record, bool headers);

  /// All of them, with their headers. Valid until the next call of any.
  std::span<const kafka::RecordView> Bind();

 private:
  std::vector<kafka::RecordView> records_;
  std::vector<kafka::HeaderView> headers_;
  std::vector<size_t> header_counts_;  // one a record, until the spans can be made
};

/// The landmark at `offset` of `log` as it is now; nullopt where no record can be read there.
std::optional<kafka::Landmark> FindLandmark(const log::Log& log, int64_t offset);

}  // namespace gamevents::embedded
