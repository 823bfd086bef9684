#pragma once

#include "core/base/check.h"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::event {

/// Writes one event's JSON text, field by field in the order of the calls, without a tree in
/// between. Not thread-safe. A name that is added twice, and a name or text that is not UTF-8,
/// are the caller's mistakes and end the process; check what outsiders sent with IsUtf8 first,
/// and add what may be there already with AddIfAbsent.
class EventWriter {
 public:
  /// `bytes_expected` is only a hint that spares reallocations.
  explicit EventWriter(size_t bytes_expected = 512);

  /// A text. Requires: both are UTF-8.
  void Add(std::string_view name, std::string_view text);
  void Add(std::string_view name, const char* text) { Add(name, std::string_view(text)); }

  /// A number without a fraction, or a boolean. Requires: an integer fits int64_t.
  template <std::integral T>
  void Add(std::string_view name, T value);

  /// The shortest text that reads back as the same double, with a ".0" where it would otherwise
  /// read as an integer. Requires: `value` is finite, because JSON has no other numbers.
  void Add(std::string_view name, double value);

  /// Takes `json` as it is. Requires: one JSON value in UTF-8, without a line feed (events are
  /// lines in NDJSON); only the UTF-8 and the line feed are checked.
  void AddJson(std::string_view name, std::string_view json);

  /// Adds the field unless the event has one of that name; says whether it was added. This is how
  /// a request's headers join an event whose own fields win.
  bool AddIfAbsent(std::string_view name, std::string_view text);

  /// Whether a field of that name was added since the last Finish.
  bool Has(std::string_view name) const;

  /// The finished object. The writer is empty again and may be used for the next event.
  std::string Finish();

 private:
  void AddName(std::string_view name);
  void PutString(std::string_view text);
  void Put(std::string_view json);
  void Grow(size_t bytes);
  /// Where the next `bytes` of the event go.
  char* Room(size_t bytes) {
    if (text_.size() - used_ < bytes) Grow(bytes);
    return text_.data() + used_;
  }
  bool HasJson(std::string_view name) const;
  void AddInteger(std::string_view name, int64_t value);
  void AddBool(std::string_view name, bool value);

  // A name within text_, with its quotes.
  struct Name {
    size_t begin;
    size_t size;
  };

  size_t bytes_expected_;
  std::string text_;  // of which used_ bytes are the event so far
  size_t used_ = 0;
  std::vector<Name> names_;  // a search over some twenty short names is quicker than any table
};

template <std::integral T>
void EventWriter::Add(std::string_view name, T value) {
  if constexpr (std::same_as<T, bool>) {
    AddBool(name, value);
  } else {
    INVARIANT(std::in_range<int64_t>(value));
    AddInteger(name, static_cast<int64_t>(value));
  }
}

}  // namespace gamevents::event
