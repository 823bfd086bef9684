#pragma once

#include "core/base/uuid.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// What a Kafka message is declared with. A message is a struct whose members are its fields, and a
// constexpr table `kFields` with one row a field in wire order. Encoder, decoder, printer and
// comparison all walk that table, so a field is named in one place only. They are ordinary
// functions, compiled once: a row says what its field's type looks like (value_type.h).
//
//   struct Cursor {
//     std::string topic_name;
//     int32_t partition_index = 0;
//
//     template <class Self>
//     static constexpr auto kFields = std::array{
//         Field{"topic_name", &Self::topic_name},
//         Field{"partition_index", &Self::partition_index},
//     };
//   };
//
// The table is a template so that only those who walk it pay for it: a plain constant would be
// computed again wherever the header is included.
//
//   member type                     on the wire
//   bool, intN_t, uint16_t, double  big-endian
//   ErrorCode                       int16
//   Uuid                            16 bytes
//   std::string                     string (compact in a flexible version)
//   Bytes                           opaque bytes that are kept (compact in a flexible version)
//   Records                         record batches that are not copied
//   std::vector<T>                  array (compact in a flexible version)
//   a struct with kFields           its fields, then its tagged fields in a flexible version
//   std::optional<one of these>     the same where null is allowed, see FieldRules::nullable;
//   numbers
//                                   and ids have no null

namespace gamevents::broker {

/// Opaque bytes, owned.
using Bytes = std::vector<std::byte>;

/// Says that `length` bytes belong at this place but come from somewhere else, a file for one; `id`
/// tells the sender which (its meaning is the sender's).
struct ExternalRecords {
  uint32_t length = 0;
  uint32_t id = 0;
  friend bool operator==(const ExternalRecords&, const ExternalRecords&) = default;
};

/// Record batches in a message, never copied by us: either `bytes`, which someone else owns, or a
/// mark for bytes that the sender puts in between. Decoding gives `bytes` as a view into the frame,
/// so the frame must outlive the message.
struct Records {
  std::span<const std::byte> bytes{};
  std::optional<ExternalRecords> external{};

  /// By content.
  friend bool operator==(const Records& a, const Records& b);
};

inline constexpr int16_t kNoVersion = INT16_MAX;
inline constexpr int16_t kNoTag = -1;

/// In which versions a field is there, and how.
struct FieldRules {
  int16_t since = 0;              ///< First version that has it.
  int16_t until = INT16_MAX;      ///< Last version that has it.
  int16_t nullable = kNoVersion;  ///< First version in which it may be null.
  int16_t tag = kNoTag;           ///< Its number if it is a tagged field (KIP-482).
  bool ignorable = false;         ///< May be dropped in silence from a version without it.
};

/// What values and structs look like; see value_type.h.
struct ValueType;
struct StructType;
template <class T>
struct TypeOf;

/// A T as it is declared, with the default of every field.
template <class T>
inline const T kDefaultOf{};

/// One row of a kFields table. Write it with braces: `Field{"port", &Self::port, {.since = 4}}`.
struct Field {
  template <class Struct, class Member>
  constexpr Field(const char* field_name, Member Struct::* member, FieldRules field_rules = {})
      : name(field_name),
        rules(field_rules),
        type(&TypeOf<Member>::kType),
        standard(&(kDefaultOf<Struct>.*member)) {}

  constexpr bool IsIn(int16_t version) const {
    return rules.since <= version && version <= rules.until;
  }
  constexpr bool IsNullableIn(int16_t version) const { return version >= rules.nullable; }
  constexpr bool IsTagged() const { return rules.tag != kNoTag; }

  const char* name;
  FieldRules rules;
  const ValueType* type;
  /// The field of kDefaultOf its struct: its default, and its place in every other such struct.
  const void* standard;
};

/// A struct that is declared with a field table.
template <class T>
concept Declared = requires { T::template kFields<T>; };

}  // namespace gamevents::broker
