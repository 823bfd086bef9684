#pragma once

#include "core/base/clock.h"
#include "core/base/time_zone.h"
#include "core/event/value.h"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gamevents::report {

/// A column's type, by Spark's names. A field of an event has no type of its own: each of its
/// cells brings one (kAny).
enum class Type : uint8_t { kBinary, kString, kInteger, kLong, kTimestamp, kAny };

/// "binary", "string", "integer", "long", "timestamp"; kAny is a "string" in a schema.
std::string_view TypeName(Type type);

/// The name of a column, and what its cells are.
struct Heading {
  std::string name;
  Type type = Type::kString;
  bool worked_out = false;  ///< its numbers were counted or calculated, not read
};

/// Bytes as they were in the message, which need not be a text.
struct Bytes {
  std::string bytes;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

/// An array or an object, as its JSON text.
struct Json {
  std::string text;
  friend auto operator<=>(const Json&, const Json&) = default;
};

/// A moment, and how far the clock that shows it is ahead of UTC.
struct Time {
  TimestampMs at;
  std::chrono::seconds ahead{0};

  Time() = default;
  /// On a clock that shows UTC.
  Time(TimestampMs time)
      : at(time) {}  // NOLINT(google-explicit-constructor): a cell is made of one
  Time(TimestampMs time, std::chrono::seconds offset) : at(time), ahead(offset) {}

  /// What the clock shows, in milliseconds since it showed 1970-01-01 00:00.
  TimestampMs OnClock() const {
    return TimestampMs(at.value + std::chrono::milliseconds(ahead).count());
  }
  friend auto operator<=>(const Time&, const Time&) = default;
};

/// The moment on a clock of `zone`.
Time TimeIn(const TimeZone& zone, TimestampMs time);

/// One value in a row, owned. std::monostate is null. Texts are valid UTF-8.
using Cell = std::variant<std::monostate, bool, int64_t, event::OwnedDigits, double, std::string,
                          Bytes, Time, Json>;
using Row = std::vector<Cell>;

/// The cell as Spark casts it to a string: "NULL", "true", "1.0E20", "[7B 22]",
/// "2026-11-23 10:00:00.5".
std::string CellText(const Cell& cell);

/// The cell with nothing lost or shortened, as csv and its like have it: bytes are base64, times
/// RFC 3339, with the clock's distance from UTC; else as CellText.
std::string ExactText(const Cell& cell);

/// "2026-11-23", on the time's clock.
std::string DateText(const Time& time);

/// "2026-11-23T10:00:00.123Z", "2026-11-23T11:00:00.123+01:00".
std::string FormatTime(const Time& time);

/// Ascending order with nulls first, as Spark sorts. Numbers by their value: a whole one and the
/// double that equals it tie, so that what is sorted by next decides, as in a column of doubles.
/// Cells of other types by type: booleans, numbers, texts, bytes, times, JSON.
bool CellLess(const Cell& a, const Cell& b);

/// Whether the cell is a number.
bool IsNumber(const Cell& cell);
/// Whether it is one without fraction and exponent.
bool IsWhole(const Cell& cell);
/// The double that is nearest to it; nothing of what is not a number.
std::optional<double> DoubleOf(const Cell& cell);

/// About how much memory the row takes, in bytes: what the limits count.
size_t RowBytes(const Row& row);

/// Rows under their headings: what a query gives and a rendering takes.
struct Table {
  std::vector<Heading> headings;
  std::vector<Row> rows;
  bool more = false;  ///< there were further rows, beyond the limit asked for
};

/// Gives a column of numbers one type, as Spark's columns have: with a double among them all are
/// doubles. A column with anything else in it stays as it is.
void UnifyNumbers(Table& table, size_t column);

/// Appends `value` so that different values give different texts; a double that is whole is what
/// the same integer is.
void AppendKey(std::string& out, const event::Value& value);

/// The value as an owned cell; missing and null become null.
Cell ToCell(const event::Value& value);

}  // namespace gamevents::report
