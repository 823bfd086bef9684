#pragma once

#include "core/base/result.h"
#include "core/kafka/record.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// How `consume --output` writes a record. Immutable.
class RecordFormat {
 public:
  /// "value" (its bytes and a newline; a null value is an empty line), "json" (an envelope and a
  /// newline, see core/kafka/envelope.h), or a format with kcat's tokens, %D (kHelp) and escapes.
  /// Errors: kBadInput, naming the token.
  static Result<RecordFormat> Parse(std::string_view text);

  /// Appends `record` to `out`.
  void Append(std::string& out, const kafka::RecordView& record) const;

  static constexpr std::string_view kHelp =
      "value, json, parquet, or a format: %t topic, %p partition, %o offset, %k key, %s value, %T "
      "timestamp, %D the same as a date and time, %h headers, %K %S lengths, %R binary length, %%, "
      "\\n \\t \\xNN";

 private:
  enum class Kind : uint8_t { kValue, kJson, kTokens };
  // A token's letter, or 0 and the text to be copied.
  struct Token {
    char letter = 0;
    std::string text;
  };

  Kind kind_ = Kind::kValue;
  std::vector<Token> tokens_;
};

}  // namespace gamevents::cmd
