// Goal: exact up to the bound, near beyond it, the same when merged, and of bounded memory.
// Method: series of numbers whose true answers are known, around the bounds and far beyond them.

#include "core/report/steps/sketch.h"

#include "tests/unit/catch.h"

#include <cmath>
#include <random>
#include <string>

namespace gamevents::report {
namespace {

TEST_CASE("different texts are counted exactly up to the bound") {
  DistinctCount count;
  int64_t bytes = 0;
  for (int turn = 0; turn < 2; ++turn) {
    for (size_t i = 0; i < DistinctCount::kExactMax; ++i) bytes += count.Add(std::to_string(i));
  }
  CHECK(count.exact());
  CHECK(count.Estimate() == static_cast<int64_t>(DistinctCount::kExactMax));
  bytes += count.Add("one more");
  CHECK_FALSE(count.exact());
  CHECK(bytes == 16'384);
}

TEST_CASE("beyond the bound the estimate is within four standard errors") {
  DistinctCount count;
  int64_t next = 0;
  for (const int64_t total : {10'001, 30'000, 100'000, 1'000'000}) {
    for (; next < total; ++next) count.Add("user" + std::to_string(next));
    const auto off = static_cast<double>(count.Estimate() - total) / static_cast<double>(total);
    INFO(total << " off by " << off);
    CHECK(std::fabs(off) < 4 * 0.0081);
  }
}

TEST_CASE("merged counts are those of all texts") {
  for (const int size : {10, 6'000, 50'000}) {
    DistinctCount whole;
    DistinctCount left;
    DistinctCount right;
    for (int i = 0; i < size; ++i) {
      const std::string text = std::to_string(i);
      whole.Add(text);
      if (i < size * 2 / 3) left.Add(text);
      if (i > size / 3) right.Add(text);
    }
    left.Merge(right);
    CHECK(left.Estimate() == whole.Estimate());
    CHECK(left.exact() == whole.exact());
  }
}

TEST_CASE("quantiles up to the bound are Spark's percentile") {
  Quantiles quantiles;
  for (const double value : {40.0, 10.0, 30.0, 20.0}) quantiles.Add(value);
  CHECK(quantiles.At(0) == 10);
  CHECK(quantiles.At(0.5) == 25);
  CHECK(std::fabs(quantiles.At(0.95) - 38.5) < 1e-9);
  CHECK(quantiles.At(1) == 40);
}

TEST_CASE("beyond the bound a quantile's rank is within half a percent") {
  std::mt19937_64 random(20261123);
  std::uniform_real_distribution<double> uniform(0, 1);
  Quantiles whole;
  Quantiles parts[3];
  int64_t bytes = 0;
  constexpr int kValues = 300'000;
  for (int i = 0; i < kValues; ++i) {
    // Squared: crowded at one end. The value at a share is the share squared.
    const double value = std::pow(uniform(random), 2);
    bytes += whole.Add(value);
    parts[i % 3].Add(value);
  }
  parts[0].Merge(parts[1]);
  parts[0].Merge(parts[2]);
  CHECK_FALSE(whole.exact());
  CHECK(bytes < 64 << 10);
  for (const Quantiles* quantiles : {&whole, &parts[0]}) {
    for (const double share : {0.01, 0.05, 0.5, 0.95, 0.99}) {
      const double rank = std::sqrt(quantiles->At(share));
      INFO(share << " gives the value of " << rank);
      CHECK(std::fabs(rank - share) < 0.005);
    }
  }
}

TEST_CASE("the least and the largest are exact in a sketch, too") {
  Quantiles quantiles;
  for (int i = 0; i < 100'000; ++i) quantiles.Add(i % 1'000);
  quantiles.Add(-5);
  quantiles.Add(70'000);
  CHECK(quantiles.At(0) == -5);
  CHECK(quantiles.At(1) == 70'000);
}

}  // namespace
}  // namespace gamevents::report
