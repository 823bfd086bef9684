#include "core/broker/protocol/value_type.h"

#include "core/broker/protocol/walk.h"

#include <cstring>
#include <string>

namespace gamevents::broker {
namespace {

bool AreEqualElements(const ValueType& type, Elements a, Elements b) {
  if (a.count != b.count) return false;
  const auto* in_a = static_cast<const std::byte*>(a.first);
  const auto* in_b = static_cast<const std::byte*>(b.first);
  for (size_t left = a.count; left > 0; --left, in_a += type.size, in_b += type.size) {
    if (!AreEqual(type, in_a, in_b)) return false;
  }
  return true;
}

}  // namespace

bool AreEqual(const ValueType& type, const void* a, const void* b) {
  switch (type.kind) {
    case Kind::kBool:
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kErrorCode:
    case Kind::kUint16:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kUuid:
      return std::memcmp(a, b, type.size) == 0;
    case Kind::kFloat64:
      return Load<double>(a) == Load<double>(b);
    case Kind::kString:
      return As<std::string>(a) == As<std::string>(b);
    case Kind::kBytes:
      return As<Bytes>(a) == As<Bytes>(b);
    case Kind::kRecords:
      return As<Records>(a) == As<Records>(b);
    case Kind::kArray:
      return AreEqualElements(*type.inner, type.elements(a), type.elements(b));
    case Kind::kStruct:
      return AreEqual(*type.fields, a, b);
    case Kind::kNullable:
      break;
  }
  const void* in_a = type.value(a);
  const void* in_b = type.value(b);
  if (in_a == nullptr || in_b == nullptr) return in_a == in_b;
  return AreEqual(*type.inner, in_a, in_b);
}

bool AreEqual(const StructType& type, const void* a, const void* b) {
  for (const Field& field : type.fields) {
    if (!AreEqual(*field.type, type.Member(field, a), type.Member(field, b))) return false;
  }
  return true;
}

}  // namespace gamevents::broker
