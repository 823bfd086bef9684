#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/field.h"
#include "core/broker/protocol/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

// What the C++ types of fields look like to code that does not know them: constant tables, which
// the compiler makes from the types and the functions of walk.h interpret. (A decoder, an encoder
// and a printer instantiated for each field of each message would be no faster, and was most of
// what this room cost to compile.)
//
// A value is passed as a pointer to it. Numbers are copied in and out by their bytes, so that an
// enum can be read as its integer; everything else is used as the type that its Kind says.

namespace gamevents::broker {

enum class Kind : uint8_t {
  kBool,
  kInt8,
  kInt16,
  kUint16,
  kInt32,
  kInt64,
  kErrorCode,  ///< an int16, with a name
  kFloat64,
  kUuid,
  kString,    ///< std::string
  kBytes,     ///< Bytes
  kRecords,   ///< Records
  kArray,     ///< std::vector of `inner`
  kStruct,    ///< has `fields`
  kNullable,  ///< std::optional of `inner`
};

/// The elements of an array, one ValueType::size after the other.
struct Elements {
  const void* first;
  size_t count;
};

/// One type of values. The functions are there for the kinds that are named beside them.
struct ValueType {
  Kind kind;
  size_t size;  ///< sizeof
  const ValueType* inner = nullptr;
  const StructType* fields = nullptr;

  void* (*renew)(void* array, size_t count) = nullptr;   ///< kArray; `count` default elements
  Elements (*elements)(const void* array) = nullptr;     ///< kArray
  void* (*emplace)(void* nullable) = nullptr;            ///< kNullable; gives a default value
  void (*reset)(void* nullable) = nullptr;               ///< kNullable
  const void* (*value)(const void* nullable) = nullptr;  ///< kNullable; nullptr for null
};

/// One struct: its rows, and the default object that they point into.
struct StructType {
  std::span<const Field> fields;
  const void* standard;

  /// Where `field` is in `object`: as far from its start as in the default one.
  const void* Member(const Field& field, const void* object) const {
    return static_cast<const std::byte*>(object) + OffsetOf(field);
  }
  void* Member(const Field& field, void* object) const {
    return static_cast<std::byte*>(object) + OffsetOf(field);
  }

 private:
  ptrdiff_t OffsetOf(const Field& field) const {
    return static_cast<const std::byte*>(field.standard) - static_cast<const std::byte*>(standard);
  }
};

/// The Kind of a number, by its width.
template <class T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
constexpr Kind KindOfNumber() {
  if constexpr (std::is_same_v<T, bool>) {
    return Kind::kBool;
  } else if constexpr (std::is_same_v<T, double>) {
    return Kind::kFloat64;
  } else if constexpr (std::is_same_v<T, uint16_t>) {
    return Kind::kUint16;
  } else {
    static_assert(std::is_enum_v<T> || std::is_signed_v<T>, "the protocol has no such number");
    return sizeof(T) == 1   ? Kind::kInt8
           : sizeof(T) == 2 ? Kind::kInt16
           : sizeof(T) == 4 ? Kind::kInt32
                            : Kind::kInt64;
  }
}

/// TypeOf<T>::kType is what T looks like. This one is for numbers.
template <class T>
struct TypeOf {
  static constexpr ValueType kType{.kind = KindOfNumber<T>(), .size = sizeof(T)};
};
template <>
struct TypeOf<ErrorCode> {
  static constexpr ValueType kType{.kind = Kind::kErrorCode, .size = sizeof(ErrorCode)};
};
template <>
struct TypeOf<Uuid> {
  static constexpr ValueType kType{.kind = Kind::kUuid, .size = sizeof(Uuid)};
};
template <>
struct TypeOf<std::string> {
  static constexpr ValueType kType{.kind = Kind::kString, .size = sizeof(std::string)};
};
template <>
struct TypeOf<Bytes> {
  static constexpr ValueType kType{.kind = Kind::kBytes, .size = sizeof(Bytes)};
};
template <>
struct TypeOf<Records> {
  static constexpr ValueType kType{.kind = Kind::kRecords, .size = sizeof(Records)};
};

template <class T>
struct TypeOf<std::vector<T>> {
  using Array = std::vector<T>;
  static void* Renew(void* array, size_t count) {
    // Not by resize(): that has code to move elements, of each type.
    *static_cast<Array*>(array) = Array(count);
    return static_cast<Array*>(array)->data();
  }
  static Elements View(const void* array) {
    const auto& elements = *static_cast<const Array*>(array);
    return {elements.data(), elements.size()};
  }
  static constexpr ValueType kType{.kind = Kind::kArray,
                                   .size = sizeof(Array),
                                   .inner = &TypeOf<T>::kType,
                                   .renew = Renew,
                                   .elements = View};
};

template <class T>
struct TypeOf<std::optional<T>> {
  static_assert(!std::is_arithmetic_v<T> && !std::is_enum_v<T> && !std::is_same_v<T, Uuid>,
                "numbers and ids have no null on the wire");
  using Nullable = std::optional<T>;
  static void* Emplace(void* nullable) { return &static_cast<Nullable*>(nullable)->emplace(); }
  static void Reset(void* nullable) { static_cast<Nullable*>(nullable)->reset(); }
  static const void* Value(const void* nullable) {
    const auto& value = *static_cast<const Nullable*>(nullable);
    return value ? &*value : nullptr;
  }
  static constexpr ValueType kType{.kind = Kind::kNullable,
                                   .size = sizeof(Nullable),
                                   .inner = &TypeOf<T>::kType,
                                   .emplace = Emplace,
                                   .reset = Reset,
                                   .value = Value};
};

template <Declared T>
struct TypeOf<T> {
  static constexpr StructType kFields{T::template kFields<T>, &kDefaultOf<T>};
  static constexpr ValueType kType{.kind = Kind::kStruct, .size = sizeof(T), .fields = &kFields};
};

/// Whether `a` and `b`, two values of `type`, are equal: a struct is when all its fields are,
/// whatever the versions.
bool AreEqual(const ValueType& type, const void* a, const void* b);
bool AreEqual(const StructType& type, const void* a, const void* b);

template <Declared T>
bool operator==(const T& a, const T& b) {
  return AreEqual(TypeOf<T>::kFields, &a, &b);
}

/// See message.h.

template <Message M>
const MessageType& MessageTypeOf() {
  static constexpr MessageType kType{&TypeOf<M>::kFields, VersionsOf<M>(), FlexibleFrom<M>()};
  return kType;
}

}  // namespace gamevents::broker
