// Goal: bounds are those of the specification, so that no reader skips a row that it should see.
// Method: each order of values, and what the specification says of NaN, zeros and long texts.

#include "core/parquet/statistics.h"

#include "core/parquet/plain.h"
#include "tests/unit/catch.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace gamevents::parquet {
namespace {

template <class T>
std::string Plain(const std::vector<T>& values) {
  std::string plain;
  for (const T& value : values) AppendPlain(plain, value);
  return plain;
}

std::string Texts(const std::vector<std::string>& values) {
  std::string plain;
  for (const std::string& value : values) AppendPlainText(plain, value);
  return plain;
}

TEST_CASE("whole numbers are ordered by value") {
  const auto bounds = BoundsOf(Type::kInt64, Plain<int64_t>({3, -1, 2}));
  REQUIRE(bounds);
  CHECK(LoadPlain<int64_t>(bounds->min) == -1);
  CHECK(LoadPlain<int64_t>(bounds->max) == 3);
  const auto days = BoundsOf(Type::kDate, Plain<int32_t>({5, -5}));
  REQUIRE(days);
  CHECK(LoadPlain<int32_t>(days->min) == -5);
  CHECK(days->max.size() == 4);
}

TEST_CASE("texts are ordered by unsigned bytes") {
  const auto bounds = BoundsOf(Type::kString, Texts({"b", "", "\xC3\xA9"}));
  REQUIRE(bounds);
  CHECK(bounds->min.empty());
  CHECK(bounds->max == "\xC3\xA9");
}

TEST_CASE("a bound that is too long is left out") {
  CHECK(BoundsOf(Type::kString, Texts({std::string(kBoundBytesMax, 'a')})));
  CHECK_FALSE(BoundsOf(Type::kString, Texts({"b", std::string(kBoundBytesMax + 1, 'c')})));
  CHECK_FALSE(BoundsOf(Type::kString, Texts({"b", std::string(kBoundBytesMax + 1, 'a')})));
}

TEST_CASE("NaN is no bound, and a zero has the sign that excludes nothing") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(BoundsOf(Type::kDouble, Plain<double>({nan})));
  for (const std::vector<double>& zeros :
       {std::vector<double>{0.0, nan}, {-0.0}, {nan, -0.0, 0.0}}) {
    const auto bounds = BoundsOf(Type::kDouble, Plain(zeros));
    REQUIRE(bounds);
    CHECK(std::signbit(LoadPlain<double>(bounds->min)));
    CHECK_FALSE(std::signbit(LoadPlain<double>(bounds->max)));
  }
  const auto bounds =
      BoundsOf(Type::kDouble, Plain<double>({1.5, nan, -std::numeric_limits<double>::infinity()}));
  REQUIRE(bounds);
  CHECK(LoadPlain<double>(bounds->max) == 1.5);
  CHECK(std::isinf(LoadPlain<double>(bounds->min)));
}

TEST_CASE("booleans have a byte as bound, and no value has none") {
  const auto bounds = BoundsOf(Type::kBoolean, std::string_view("\1\0\1", 3));
  REQUIRE(bounds);
  CHECK(bounds->min == std::string(1, '\0'));
  CHECK(bounds->max == std::string(1, '\1'));
  for (const Type type : {Type::kBoolean, Type::kInt64, Type::kDouble, Type::kJson}) {
    CHECK_FALSE(BoundsOf(type, ""));
  }
}

}  // namespace
}  // namespace gamevents::parquet
