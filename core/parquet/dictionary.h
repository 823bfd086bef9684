#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::parquet {

/// The different values of a column, numbered in the order of their first appearance. One thread.
class Dictionary {
 public:
  /// Beyond this many bytes of values a dictionary is given up: its column repeats too little.
  static constexpr size_t kBytesMax = size_t{1} << 20;

  /// The number of `value`, in its plain encoding, which is added if it is new. nullopt: there is
  /// no room for it.
  std::optional<uint32_t> NumberOf(std::string_view value);

  /// The value of that number. Requires: number < size().
  std::string_view At(uint32_t number) const;

  size_t size() const { return starts_.size(); }
  /// All values, one behind another: a dictionary page's content.
  std::string_view bytes() const { return bytes_; }
  /// What it takes in memory, about.
  size_t MemoryBytes() const;

 private:
  void Grow();

  std::string bytes_;
  std::vector<uint32_t> starts_;  ///< of each value in bytes_
  std::vector<uint32_t> slots_;   ///< by hash, open addressing: a value's number + 1, or 0
};

}  // namespace gamevents::parquet
