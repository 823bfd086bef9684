#pragma once

#include "core/base/uuid.h"
#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/field.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::broker {

/// Builds a message's text for a log, up to a limit; what would pass it is left out and ends in
/// "…". Always valid UTF-8. Not thread-safe.
class Printer {
 public:
  /// `bytes_max` is the limit of the text; the "…" comes on top.
  explicit Printer(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Whether nothing more will be added, so that a long array need not be walked to its end.
  bool IsFull() const { return full_; }
  /// The text so far.
  std::string Take() && { return std::move(text_); }

  /// Begins an object or array; what comes next is its first.
  void Open(char bracket);
  /// Ends the innermost one.
  void Close(char bracket);
  /// Separates from what came before, if anything did; `name` may be empty (an array's element).
  void Next(std::string_view name);

  void Null() { Add("null"); }
  void Bool(bool value) { Add(value ? "true" : "false"); }
  void Integer(int64_t value) { Add(std::to_string(value)); }
  /// By its name; by its number when it has none.
  void Code(ErrorCode code);
  void Float64(double value) { Add(std::to_string(value)); }
  void Id(const Uuid& uuid) { Add(FormatUuid(uuid)); }
  /// In quotes; bytes that are not UTF-8 give "<N bytes>" instead.
  void Text(std::string_view text);
  void ByteCount(size_t bytes);

 private:
  void Add(std::string_view text);

  std::string text_;
  size_t bytes_max_;
  bool full_ = false;
  bool first_ = true;
};

}  // namespace gamevents::broker
