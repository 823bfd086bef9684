#pragma once

#include "core/event/value.h"
#include "core/report/steps/sketch.h"
#include "core/report/table/cell.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gamevents::report {

/// Finds the most frequent of any number of texts with a bounded memory. Up to kTextsMax different
/// ones are counted exactly. Beyond it (Misra and Gries 1982) a count may be too small, by at most
/// the number of texts over kTextsMax; a text of more than that share is always found.
class FrequentTexts {
 public:
  static constexpr size_t kTextsMax = 1'000;
  /// A longer text is not counted: what is that long is read, not compared.
  static constexpr size_t kTextBytesMax = 256;

  /// Both return the growth in bytes of memory, negative where it shrank.
  int64_t Add(std::string_view text) { return AddCount(text, 1); }
  int64_t Merge(const FrequentTexts& other);

  /// The `most` most frequent: "sword 12, shield 3"; of a sketch those that are surely repeated,
  /// with "at least" before their counts.
  std::string Top(size_t most) const;

 private:
  int64_t AddCount(std::string_view text, int64_t count);
  int64_t DropRarest();

  std::map<std::string, int64_t, std::less<>> counts_;
  bool exact_ = true;
};

/// What the values of one field are. Can be merged, for scans in parallel. Not thread-safe.
class FieldProfile {
 public:
  /// Takes a value that is not null. Both return the growth in bytes of memory.
  int64_t Add(const event::Value& value);
  int64_t Merge(const FieldProfile& other);

  /// "long 1, double 1, string 2".
  std::string Types() const;
  /// The number of different values, estimated when there are many; arrays and objects do not
  /// count. Null when there are only those.
  Cell Distinct() const;
  /// The least and the greatest number; of a field without numbers, text. Null without either.
  const Cell& Min() const { return min_; }
  const Cell& Max() const { return max_; }
  /// The number at `share` of the numbers' ranks; null without numbers.
  Cell Quantile(double share) const;
  /// The most frequent values with their counts; "" when every value is another.
  std::string Top() const;

 private:
  static constexpr size_t kTypes = 6;

  void Widen(const Cell& value);

  std::array<int64_t, kTypes> types_{};
  Cell min_;
  Cell max_;
  Quantiles quantiles_;
  DistinctCount distinct_;
  FrequentTexts frequent_;
  std::string key_;
};

}  // namespace gamevents::report
