#include "core/broker/protocol/walk.h"

#include <optional>
#include <string>

namespace gamevents::broker {
namespace {

/// The least number of bytes that a value of `type` takes on the wire: what a claimed array count
/// is held against before anything is allocated. At least 1.
size_t WireBytesMin(const ValueType& type, Version version) {
  switch (type.kind) {
    case Kind::kBool:
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kErrorCode:
    case Kind::kUint16:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kFloat64:
    case Kind::kUuid:
      return type.size;  // as wide on the wire as in memory
    case Kind::kString:
      return version.IsFlexible() ? 1 : 2;
    case Kind::kBytes:
    case Kind::kRecords:
    case Kind::kArray:
      return version.IsFlexible() ? 1 : 4;
    case Kind::kNullable:
      return type.inner->kind == Kind::kStruct ? 1 : WireBytesMin(*type.inner, version);
    case Kind::kStruct:
      break;
  }
  size_t bytes = version.IsFlexible() ? 1 : 0;  // the count of tagged fields
  for (const Field& field : type.fields->fields) {
    if (field.IsIn(version.number) && !field.IsTagged())
      bytes += WireBytesMin(*field.type, version);
  }
  return bytes > 0 ? bytes : 1;
}

/// Reads structs field by field. `nullable` is whether the field in hand may be null in the version
/// in hand.
class Decoder {
 public:
  Decoder(WireReader& in, Version version) : in_(in), version_(version) {}

  void Struct(const StructType& type, void* out);

 private:
  void TaggedFields(const StructType& type, void* out);
  void Value(const ValueType& type, void* out, bool nullable);
  void Nullable(const ValueType& type, void* out, bool nullable);
  bool IsThere(const ValueType& type, void* out);
  void Array(const ValueType& type, size_t count, void* out);

  WireReader& in_;
  const Version version_;
};

void Decoder::Struct(const StructType& type, void* out) {
  for (const Field& field : type.fields) {
    if (field.IsTagged() || !field.IsIn(version_.number)) continue;
    in_.Enter(field.name);
    Value(*field.type, type.Member(field, out), field.IsNullableIn(version_.number));
  }
  if (version_.IsFlexible()) TaggedFields(type, out);
}

void Decoder::TaggedFields(const StructType& type, void* out) {
  in_.Enter("tagged fields");
  for (uint32_t left = in_.ReadUnsignedVarint(); left > 0 && in_.ok(); --left) {
    const uint32_t tag = in_.ReadUnsignedVarint();
    const auto rest = in_.EnterWindow(in_.ReadUnsignedVarint());
    bool known = false;
    for (const Field& field : type.fields) {
      if (!field.IsTagged() || static_cast<uint32_t>(field.rules.tag) != tag) continue;
      if (!field.IsIn(version_.number)) continue;
      known = true;
      in_.Enter(field.name);
      Value(*field.type, type.Member(field, out), field.IsNullableIn(version_.number));
    }
    if (!known) in_.Skip(in_.remaining());
    in_.LeaveWindow(rest);
  }
}

void Decoder::Value(const ValueType& type, void* out, bool nullable) {
  switch (type.kind) {
    case Kind::kBool:
      return Store(in_.ReadBool(), out);
    case Kind::kInt8:
      return Store(in_.ReadInt<int8_t>(), out);
    case Kind::kInt16:
    case Kind::kErrorCode:
    case Kind::kUint16:
      return Store(in_.ReadInt<int16_t>(), out);
    case Kind::kInt32:
      return Store(in_.ReadInt<int32_t>(), out);
    case Kind::kInt64:
      return Store(in_.ReadInt<int64_t>(), out);
    case Kind::kFloat64:
      return Store(in_.ReadFloat64(), out);
    case Kind::kUuid:
      return Store(in_.ReadUuid(), out);
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kRecords:
    case Kind::kArray:
      if (!IsThere(type, out)) in_.FailNull();
      return;
    case Kind::kStruct:
      return Struct(*type.fields, out);
    case Kind::kNullable:
      return Nullable(type, out, nullable);
  }
}

void Decoder::Nullable(const ValueType& type, void* out, bool nullable) {
  void* value = type.emplace(out);
  // A struct that may be null has an int8 before it: -1 for null.
  if (type.inner->kind == Kind::kStruct && in_.ReadInt<int8_t>() >= 0) {
    return Struct(*type.inner->fields, value);
  }
  if (type.inner->kind != Kind::kStruct && IsThere(*type.inner, value)) return;
  if (!nullable) in_.FailNull();
  type.reset(out);
}

/// Reads a value that has a length before it; false when that says null.
bool Decoder::IsThere(const ValueType& type, void* out) {
  if (type.kind == Kind::kString) {
    const auto text = in_.ReadString(version_.form);
    if (text) As<std::string>(out) = *text;
    return text.has_value();
  }
  if (type.kind == Kind::kArray) {
    const auto count = in_.ReadCount(version_.form, WireBytesMin(*type.inner, version_));
    if (count) Array(type, *count, out);
    return count.has_value();
  }
  const auto bytes = in_.ReadBytes(version_.form);
  if (bytes && type.kind == Kind::kRecords) As<Records>(out).bytes = *bytes;
  if (bytes && type.kind == Kind::kBytes) As<Bytes>(out).assign(bytes->begin(), bytes->end());
  return bytes.has_value();
}

void Decoder::Array(const ValueType& type, size_t count, void* out) {
  auto* element = static_cast<std::byte*>(type.renew(out, count));
  for (size_t left = count; left > 0 && in_.ok(); --left, element += type.inner->size) {
    Value(*type.inner, element, false);
  }
}

}  // namespace

Status CheckVersion(const MessageType& type, int16_t number) {
  if (type.versions.Has(number)) return Done{};
  return Error{Fault::kUnsupported, "version " + std::to_string(number) + " is not one of " +
                                        std::to_string(type.versions.min) + " to " +
                                        std::to_string(type.versions.max)};
}

Status DecodeMessage(const MessageType& type, WireReader& in, int16_t version, void* message) {
  if (auto checked = CheckVersion(type, version); !checked) return checked;
  Decoder(in, VersionOf(type, version)).Struct(*type.fields, message);
  return in.status();
}

}  // namespace gamevents::broker
