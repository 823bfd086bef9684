#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::report::sql {

/// Bytes that are no text, as SQLite's BLOB.
struct BlobView {
  std::string_view bytes;
};

/// A value as SQLite has it; std::monostate is NULL. Texts belong to who gave it.
using ValueView = std::variant<std::monostate, int64_t, double, std::string_view, BlobView>;

/// One that a statement compares with; owned. Of a BLOB its bytes are not kept.
struct Blob {
  friend bool operator==(Blob, Blob) { return false; }  // they may differ
};
using Operand = std::variant<std::monostate, int64_t, double, std::string, Blob>;

/// What a scan can test.
enum class Operator : uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,
  kIsNull,
  kIsNotNull
};

/// A condition on one column of a row. kIsNull and kIsNotNull have no use for the operands, kIn
/// has several, the others one.
struct Condition {
  size_t column = 0;
  Operator op = Operator::kEqual;
  std::vector<Operand> operands{};
  friend bool operator==(const Condition&, const Condition&) = default;
};

/// Values of an `IN (…)` that a scan tests; a longer list is left to SQLite.
inline constexpr size_t kInMax = 64;

/// False only where SQLite itself, with its BINARY collation, would find `held op operands` false
/// or NULL; what an affinity may yet turn about (a text beside a number, or a text that looks like
/// one) is true: SQLite tests every row that it is given again.
bool MayHold(const ValueView& held, Operator op, std::span<const Operand> operands);

/// Whether an operator that compares is met by what stands so to its operand.
bool Means(Operator op, std::partial_ordering order);

/// The number that SQLite's NUMERIC affinity may make of `text`.
std::optional<double> NumberIn(std::string_view text);

}  // namespace gamevents::report::sql
