#pragma once

#include "core/report/sql/condition.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report::sql {

/// One column of many rows in memory: its different values, and which of them each row has, so that
/// a row costs four bytes where values repeat. Values are SQLite's (AsSqlite); 5 and 5.0 are two.
/// Not thread-safe to change; any number of threads may read.
class KeptColumn {
 public:
  /// Adds a row. Returns the growth in bytes of memory.
  int64_t Add(const ValueView& value);

  /// Adds rows that are null. Returns the growth.
  int64_t AddNulls(size_t count);

  /// Adds `count` rows of `other`, from `first` on. `codes` has what a value of `other` is called
  /// here, and grows as needed: one for each other column. Returns the growth.
  int64_t AddRows(const KeptColumn& other, size_t first, size_t count,
                  std::vector<uint32_t>& codes);

  size_t rows() const { return codes_.size(); }
  /// Which value each row has.
  std::span<const uint32_t> codes() const { return codes_; }
  /// How many values are called 0, 1, …
  size_t distinct() const { return values_.size(); }
  /// The value that is called so; lives until the next change.
  ValueView Value(uint32_t code) const;
  ValueView At(size_t row) const { return Value(codes_[row]); }

  /// What it takes in memory, in bytes.
  int64_t bytes() const { return bytes_; }

 private:
  enum class Kind : uint8_t { kNull, kWhole, kDouble, kText, kBlob };
  /// A number's bits, or where in `texts_` a text begins.
  struct Entry {
    uint64_t bits = 0;
    uint32_t length = 0;
    Kind kind = Kind::kNull;
  };

  uint32_t CodeOf(const ValueView& value);
  bool IsAt(uint32_t code, const Entry& entry, std::string_view text) const;
  void GrowSlots();
  int64_t Grown();

  std::vector<uint32_t> codes_;
  std::vector<Entry> values_;
  std::string texts_;
  std::vector<uint32_t> slots_;  ///< a hash table of codes, each one more; 0: empty
  std::vector<size_t> hashes_;   ///< of each value
  int64_t bytes_ = 0;
};

}  // namespace gamevents::report::sql
