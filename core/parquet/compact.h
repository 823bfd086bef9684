#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::parquet {

/// Writes structs in Thrift's compact protocol, the one that Parquet's page headers and footer are
/// in. Fields must come in ascending order of their numbers. One thread.
/// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
class CompactWriter {
 public:
  /// What a list's elements are: the protocol's numbers.
  enum class Element : uint8_t { kI32 = 5, kText = 8, kStruct = 12 };

  /// Appends to `out`, which must outlive the writer.
  explicit CompactWriter(std::string& out) : out_(out) {}

  /// A struct that is the message itself, or a list's element.
  void BeginStruct() { last_.push_back(0); }
  /// A struct that is a field.
  void BeginStruct(int16_t field);
  void EndStruct();

  void Bool(int16_t field, bool value);
  void I32(int16_t field, int32_t value);
  void I64(int16_t field, int64_t value);
  void Text(int16_t field, std::string_view value);

  /// A field that is a list of `size` elements, which must follow.
  void BeginList(int16_t field, Element element, size_t size);
  void I32(int32_t element);
  void Text(std::string_view element);

 private:
  void Header(int16_t field, uint8_t type);
  void Varint(uint64_t value);

  std::string& out_;
  std::vector<int16_t> last_;  ///< of each struct that is open: the field before
};

}  // namespace gamevents::parquet
