#include "core/broker/protocol/walk.h"

#include <optional>
#include <string>

namespace gamevents::broker {
namespace {

bool IsDefault(const StructType& type, const Field& field, const void* from) {
  return AreEqual(*field.type, type.Member(field, from), field.standard);
}

/// Writes structs field by field. `nullable` is whether the field in hand may be null in the
/// version in hand.
class Encoder {
 public:
  Encoder(WireWriter& out, Version version) : out_(out), version_(version) {}

  void Struct(const StructType& type, const void* from);

 private:
  void TaggedFields(const StructType& type, uint32_t count, const void* from);
  void Tagged(const Field& field, const void* value);
  void Value(const ValueType& type, const void* value, bool nullable);
  void Array(const ValueType& type, const void* array);
  void Nullable(const ValueType& type, const void* from, bool nullable);
  void Null(const ValueType& type);
  void FailAbsent() {
    out_.Fail(Fault::kUnsupported,
              "is set, but version " + std::to_string(version_.number) + " does not have it");
  }

  WireWriter& out_;
  const Version version_;
};

void Encoder::Struct(const StructType& type, const void* from) {
  uint32_t tagged = 0;
  for (const Field& field : type.fields) {
    out_.Enter(field.name);
    if (!field.IsIn(version_.number)) {
      if (!field.rules.ignorable && !IsDefault(type, field, from)) FailAbsent();
    } else if (field.IsTagged()) {
      if (!IsDefault(type, field, from)) ++tagged;
    } else {
      Value(*field.type, type.Member(field, from), field.IsNullableIn(version_.number));
    }
  }
  if (version_.IsFlexible()) TaggedFields(type, tagged, from);
}

void Encoder::TaggedFields(const StructType& type, uint32_t count, const void* from) {
  out_.WriteUnsignedVarint(count);
  if (count == 0) return;
  // Ascending tags: the tables list them so (KIP-482 asks for it on the wire).
  for (const Field& field : type.fields) {
    if (!field.IsTagged() || !field.IsIn(version_.number)) continue;
    if (!IsDefault(type, field, from)) Tagged(field, type.Member(field, from));
  }
}

void Encoder::Tagged(const Field& field, const void* value) {
  WireWriter payload;
  payload.Enter(field.name);
  Encoder(payload, version_).Value(*field.type, value, field.IsNullableIn(version_.number));
  if (auto status = payload.status(); !status) {
    out_.Fail(status.error().fault, status.error().context);
  }
  out_.WriteUnsignedVarint(static_cast<uint32_t>(field.rules.tag));
  out_.WriteUnsignedVarint(static_cast<uint32_t>(payload.bytes().size()));
  out_.WriteRaw(payload.bytes());
}

void Encoder::Value(const ValueType& type, const void* value, bool nullable) {
  switch (type.kind) {
    case Kind::kBool:
      return out_.WriteBool(Load<bool>(value));
    case Kind::kInt8:
      return out_.WriteInt(Load<int8_t>(value));
    case Kind::kErrorCode:
      return out_.WriteErrorCode(Load<ErrorCode>(value));
    case Kind::kInt16:
    case Kind::kUint16:
      return out_.WriteInt(Load<int16_t>(value));
    case Kind::kInt32:
      return out_.WriteInt(Load<int32_t>(value));
    case Kind::kInt64:
      return out_.WriteInt(Load<int64_t>(value));
    case Kind::kFloat64:
      return out_.WriteFloat64(Load<double>(value));
    case Kind::kUuid:
      return out_.WriteUuid(As<Uuid>(value));
    case Kind::kString:
      return out_.WriteString(As<std::string>(value), version_.form);
    case Kind::kBytes:
      return out_.WriteBytes(As<Bytes>(value), version_.form);
    case Kind::kRecords:
      return out_.WriteRecords(As<Records>(value), version_.form);
    case Kind::kArray:
      return Array(type, value);
    case Kind::kStruct:
      return Struct(*type.fields, value);
    case Kind::kNullable:
      return Nullable(type, value, nullable);
  }
}

void Encoder::Array(const ValueType& type, const void* array) {
  const Elements elements = type.elements(array);
  out_.WriteCount(elements.count, version_.form);
  const auto* element = static_cast<const std::byte*>(elements.first);
  for (size_t left = elements.count; left > 0; --left, element += type.inner->size) {
    Value(*type.inner, element, false);
  }
}

void Encoder::Nullable(const ValueType& type, const void* from, bool nullable) {
  if (const void* value = type.value(from); value != nullptr) {
    // A struct that may be null has an int8 before it: -1 for null.
    if (type.inner->kind == Kind::kStruct) out_.WriteInt(int8_t{1});
    return Value(*type.inner, value, nullable);
  }
  if (!nullable) {
    out_.Fail(Fault::kUnsupported,
              "is null, which version " + std::to_string(version_.number) + " does not allow");
  }
  Null(*type.inner);
}

void Encoder::Null(const ValueType& type) {
  if (type.kind == Kind::kStruct) {
    out_.WriteInt(int8_t{-1});
  } else if (type.kind == Kind::kString) {
    out_.WriteString(std::nullopt, version_.form);
  } else if (type.kind == Kind::kArray) {
    out_.WriteCount(std::nullopt, version_.form);
  } else {
    out_.WriteBytes(std::nullopt, version_.form);
  }
}

}  // namespace

Status EncodeMessage(const MessageType& type, const void* message, int16_t version,
                     WireWriter& out) {
  if (auto checked = CheckVersion(type, version); !checked) return checked;
  Encoder(out, VersionOf(type, version)).Struct(*type.fields, message);
  return out.status();
}

}  // namespace gamevents::broker
