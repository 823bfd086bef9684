#pragma once

#include "core/report/table/text_hash.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace gamevents::report {

// What answers "how many different" and "which share lies below": exact up to a bound, and from
// there on a sketch of fixed size, so that a group's memory does not grow with its events. Both
// can be merged, for scans in parallel. Not thread-safe.

/// Counts different texts. Beyond kExactMax a HyperLogLog of 16,384 registers (Flajolet 2007,
/// estimated as in Ertl 2017, arXiv:1702.01284): a standard error of 0.8 %.
class DistinctCount {
 public:
  static constexpr size_t kExactMax = 10'000;

  /// Gives how many bytes of memory it grew by (or shrank, when negative).
  int64_t Add(std::string_view text);
  /// Takes what `other` has counted; returns the growth in bytes, as Add.
  int64_t Merge(const DistinctCount& other);

  /// How many different texts there were.
  int64_t Estimate() const;
  /// Whether Estimate is the true number.
  bool exact() const { return registers_.empty(); }

 private:
  void AddHash(uint64_t hash);
  int64_t BecomeSketch();

  std::unordered_set<std::string, TextHash, std::equal_to<>> texts_;
  std::vector<uint8_t> registers_;  ///< empty while exact
};

/// Quantiles of numbers. Up to kExactMax values exact, as Spark's percentile(): by rank, in a
/// straight line between neighbours. Beyond it a merging t-digest (Dunning 2019, arXiv:1902.04023)
/// of at most some 200 centroids: the rank is off by less than 0.5 %, and by far less at the ends.
class Quantiles {
 public:
  static constexpr size_t kExactMax = 50'000;

  /// Both give how many bytes of memory it grew by. Requires: not NaN.
  int64_t Add(double value);
  int64_t Merge(const Quantiles& other);

  /// The value at `share` of the values' ranks. Requires: !empty(), 0 <= share <= 1.
  double At(double share) const;

  bool empty() const { return values_.empty() && centroids_.empty(); }
  /// Whether At is exact.
  bool exact() const { return centroids_.empty(); }

 private:
  struct Centroid {
    double mean = 0;
    double weight = 0;
  };

  /// Folds the buffered values into the centroids.
  void Compress();
  int64_t CompressWhenFull();
  double AtCentroids(double share) const;

  std::vector<double> values_;  ///< all of them while exact, then those not yet in a centroid
  std::vector<Centroid> centroids_;
  double min_ = 0;
  double max_ = 0;
};

}  // namespace gamevents::report
