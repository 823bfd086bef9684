#include "core/broker/protocol/print.h"
#include "core/broker/protocol/walk.h"

#include <string>
#include <utility>

namespace gamevents::broker {
namespace {

void PrintStruct(const StructType& type, const void* from, Version version, Printer& out);
void PrintArray(const ValueType& type, const void* array, Version version, Printer& out);

void PrintValue(const ValueType& type, const void* value, Version version, Printer& out) {
  switch (type.kind) {
    case Kind::kBool:
      return out.Bool(Load<bool>(value));
    case Kind::kInt8:
      return out.Integer(Load<int8_t>(value));
    case Kind::kInt16:
      return out.Integer(Load<int16_t>(value));
    case Kind::kUint16:
      return out.Integer(Load<uint16_t>(value));
    case Kind::kInt32:
      return out.Integer(Load<int32_t>(value));
    case Kind::kInt64:
      return out.Integer(Load<int64_t>(value));
    case Kind::kErrorCode:
      return out.Code(Load<ErrorCode>(value));
    case Kind::kFloat64:
      return out.Float64(Load<double>(value));
    case Kind::kUuid:
      return out.Id(As<Uuid>(value));
    case Kind::kString:
      return out.Text(As<std::string>(value));
    case Kind::kBytes:
      return out.ByteCount(As<Bytes>(value).size());
    case Kind::kRecords: {
      const auto& records = As<Records>(value);
      return out.ByteCount(records.external ? records.external->length : records.bytes.size());
    }
    case Kind::kArray:
      return PrintArray(type, value, version, out);
    case Kind::kStruct:
      return PrintStruct(*type.fields, value, version, out);
    case Kind::kNullable:
      if (const void* inner = type.value(value); inner != nullptr) {
        return PrintValue(*type.inner, inner, version, out);
      }
      return out.Null();
  }
}

void PrintArray(const ValueType& type, const void* array, Version version, Printer& out) {
  const Elements elements = type.elements(array);
  const auto* element = static_cast<const std::byte*>(elements.first);
  out.Open('[');
  for (size_t left = elements.count; left > 0; --left, element += type.inner->size) {
    if (out.IsFull()) return;
    out.Next("");
    PrintValue(*type.inner, element, version, out);
  }
  out.Close(']');
}

/// The fields that the version has.
void PrintStruct(const StructType& type, const void* from, Version version, Printer& out) {
  out.Open('{');
  for (const Field& field : type.fields) {
    if (out.IsFull() || !field.IsIn(version.number)) continue;
    out.Next(field.name);
    PrintValue(*field.type, type.Member(field, from), version, out);
  }
  out.Close('}');
}

}  // namespace

std::string PrintMessage(const MessageType& type, const void* message, int16_t version) {
  Printer out(kPrintBytesMax);
  PrintStruct(*type.fields, message, VersionOf(type, version), out);
  return std::move(out).Take();
}

}  // namespace gamevents::broker
