#pragma once

#include "core/base/uuid.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace gamevents::broker {

/// Where the values of a made-up message come from. Fields are filled in wire order.
class ValueSource {
 public:
  virtual ~ValueSource() = default;

  /// A number for the field `name` of the element `index` of its array; cut to the field's width.
  virtual uint64_t Number(std::string_view name, int index) = 0;
  /// What a string, bytes or records hold.
  virtual std::string Text(std::string_view name, int index) = 0;
  virtual Uuid Id(std::string_view name, int index) = 0;
  /// How many elements the next array has.
  virtual size_t Length() = 0;
  /// Whether the next field that may be null is.
  virtual bool IsNull() = 0;
  /// Whether fields that are not null keep their defaults.
  virtual bool KeepsDefaults() const { return false; }
};

/// The rule of tests/interop/java/WireVectors.java ("filled"): each value follows from the field's
/// name and the element's index, so that a value in the wrong field shows.
class NamedValues : public ValueSource {
 public:
  uint64_t Number(std::string_view name, int index) override;
  std::string Text(std::string_view name, int index) override;
  Uuid Id(std::string_view name, int index) override;
  size_t Length() override { return 2; }
  bool IsNull() override { return false; }
};

/// The same program's "bare": null where that is allowed, defaults elsewhere.
class BareValues : public NamedValues {
 public:
  bool IsNull() override { return true; }
  bool KeepsDefaults() const override { return true; }
};

/// Anything at all, the same for the same seed.
class RandomValues : public ValueSource {
 public:
  explicit RandomValues(uint64_t seed) : random_(seed) {}

  uint64_t Number(std::string_view name, int index) override;
  std::string Text(std::string_view name, int index) override;
  Uuid Id(std::string_view name, int index) override;
  size_t Length() override { return random_() % 4; }
  bool IsNull() override { return random_() % 4 == 0; }

 private:
  std::mt19937_64 random_;
};

}  // namespace gamevents::broker
