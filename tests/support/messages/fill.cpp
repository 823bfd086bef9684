#include "tests/support/messages/fill.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

void Filler::Struct(const StructType& type, void* out, int index) {
  for (const Field& field : type.fields) {
    if (field.IsIn(version_)) Member(field, type.Member(field, out), index);
  }
}

void Filler::Member(const Field& field, void* out, int index) {
  if (field.type->kind != Kind::kNullable) {
    if (!values_.KeepsDefaults()) Value(*field.type, out, field.name, index);
  } else if (field.IsNullableIn(version_) && values_.IsNull()) {
    field.type->reset(out);
  } else if (!values_.KeepsDefaults()) {
    Value(*field.type->inner, field.type->emplace(out), field.name, index);
  }
}

void Filler::Value(const ValueType& type, void* out, const char* name, int index) {
  switch (type.kind) {
    case Kind::kBool:
      return Store(values_.Number(name, index) % 2 == 1 || IsNamed(), out);
    case Kind::kInt8:
      return Store(static_cast<int8_t>(Number(type, name, index)), out);
    case Kind::kInt16:
    case Kind::kErrorCode:
    case Kind::kUint16:
      return Store(static_cast<int16_t>(Number(type, name, index)), out);
    case Kind::kInt32:
      return Store(static_cast<int32_t>(Number(type, name, index)), out);
    case Kind::kInt64:
      return Store(static_cast<int64_t>(Number(type, name, index)), out);
    case Kind::kFloat64:
      return Store(static_cast<double>(Number(type, name, index)), out);
    case Kind::kUuid:
      return Store(values_.Id(name, index), out);
    case Kind::kString:
      As<std::string>(out) = values_.Text(name, index);
      return;
    case Kind::kBytes: {
      const std::string text = values_.Text(name, index);
      return As<Bytes>(out).assign(AsBytes(text).begin(), AsBytes(text).end());
    }
    case Kind::kRecords:
      As<Records>(out).bytes = AsBytes(kept_.emplace_back(values_.Text(name, index)));
      return;
    case Kind::kArray:
      return Array(type, out, name);
    case Kind::kStruct:
      return Struct(*type.fields, out, index);
    case Kind::kNullable:
      return;  // Only a field is: see Member.
  }
}

void Filler::Array(const ValueType& type, void* out, const char* name) {
  const size_t count = values_.Length();
  auto* element = static_cast<std::byte*>(type.renew(out, count));
  for (size_t i = 0; i < count; ++i, element += type.inner->size) {
    Value(*type.inner, element, name, static_cast<int>(i));
  }
}

/// The named values of signed fields are never negative.
uint64_t Filler::Number(const ValueType& type, const char* name, int index) {
  const uint64_t number = values_.Number(name, index);
  return IsNamed() ? number & ((uint64_t{1} << (8 * type.size - 1)) - 1) : number;
}

}  // namespace gamevents::broker
