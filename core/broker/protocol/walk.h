#pragma once

#include "core/base/result.h"
#include "core/broker/protocol/codec.h"
#include "core/broker/protocol/value_type.h"

#include <cstdint>
#include <cstring>

// What decode.cpp, encode.cpp and print_message.cpp share: they walk the tables of value_type.h,
// field by field, with a switch over the kind of each.

namespace gamevents::broker {

/// A version, and the form of lengths that follows from it.
struct Version {
  int16_t number;
  Form form;
  /// Whether lengths are varints and structs end in tagged fields (KIP-482).
  bool IsFlexible() const { return form == Form::kCompact; }
};

/// `number` with its form; `type` need not have such a version.
inline Version VersionOf(const MessageType& type, int16_t number) {
  return {number, number >= type.flexible_from ? Form::kCompact : Form::kPlain};
}

/// Errors: kUnsupported (`type` has no version `number`).
Status CheckVersion(const MessageType& type, int16_t number);

/// A number from where it is, whatever C++ type it has there: an enum for one.
template <class T>
T Load(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
/// Writes it back, as Load reads it.
template <class T>
void Store(T value, void* to) {
  std::memcpy(to, &value, sizeof value);
}

/// The value at `from` as what its kind says it is.
template <class T>
const T& As(const void* from) {
  return *static_cast<const T*>(from);
}
/// The same for writing.
template <class T>
T& As(void* to) {
  return *static_cast<T*>(to);
}

}  // namespace gamevents::broker
