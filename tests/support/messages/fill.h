#pragma once

#include "core/broker/protocol/value_type.h"
#include "tests/support/messages/value_source.h"

#include <cstdint>
#include <deque>
#include <string>

namespace gamevents::broker {

/// Sets the fields that a version has. What Records point to lives as long as the Filler.
class Filler {
 public:
  Filler(ValueSource& values, int16_t version) : values_(values), version_(version) {}

  /// `out` is a struct of `type`, and the element `index` of its array if it is in one.
  void Struct(const StructType& type, void* out, int index);

 private:
  void Member(const Field& field, void* out, int index);
  void Value(const ValueType& type, void* out, const char* name, int index);
  void Array(const ValueType& type, void* out, const char* name);
  bool IsNamed() const { return dynamic_cast<NamedValues*>(&values_) != nullptr; }
  uint64_t Number(const ValueType& type, const char* name, int index);

  ValueSource& values_;
  int16_t version_;
  std::deque<std::string> kept_{};
};

}  // namespace gamevents::broker
