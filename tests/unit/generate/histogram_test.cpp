// Goal: a percentile is right to better than 1 %, whatever the values. Method: every value of a
// range alone, and random ones against a sorted list of them.
#include "core/generate/histogram.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace gamevents::generate {

using std::chrono::microseconds;

TEST_CASE("an empty histogram says 0") {
  const Histogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.Quantile(0.5).count() == 0);
  CHECK(histogram.max().count() == 0);
}

TEST_CASE("one value is every quantile, exactly") {
  for (int64_t value = 0; value < 100'000; value += value < 1'000 ? 1 : 97) {
    Histogram histogram;
    histogram.Record(microseconds(value));
    REQUIRE(histogram.Quantile(0).count() == value);
    REQUIRE(histogram.Quantile(1).count() == value);
  }
}

TEST_CASE("every value falls into a bucket that is near") {
  for (int64_t value = 1; value < Histogram::kMax.count(); value = value * 9 / 8 + 1) {
    Histogram histogram;
    histogram.Record(microseconds(value));
    histogram.Record(Histogram::kMax);  // so that the largest value does not cut the bucket
    const int64_t told = histogram.Quantile(0.5).count();
    INFO(value << " " << told);
    REQUIRE(told >= value);
    REQUIRE(static_cast<double>(told - value) <= static_cast<double>(value) / 128);
  }
}

TEST_CASE("quantiles of random values are those of the sorted list") {
  std::mt19937 random(11);  // NOLINT: the same each time
  std::lognormal_distribution<double> latencies(8, 1.5);
  Histogram histogram;
  Histogram other;
  std::vector<int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<int64_t>(latencies(random)));
    (i % 2 == 0 ? histogram : other).Record(microseconds(values.back()));
  }
  histogram.Merge(other);
  std::sort(values.begin(), values.end());
  CHECK(histogram.count() == 20'000);
  CHECK(histogram.max().count() == values.back());
  for (const double quantile : {0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto place = static_cast<size_t>(std::ceil(quantile * 20'000)) - 1;
    const auto exact = static_cast<double>(values[place]);
    const auto told = static_cast<double>(histogram.Quantile(quantile).count());
    CHECK(told >= exact);
    CHECK(told <= exact * 1.01 + 1);
  }
}

TEST_CASE("what is out of range is counted at its end") {
  Histogram histogram;
  histogram.Record(microseconds(-5), 3);
  CHECK(histogram.Quantile(1).count() == 0);
  histogram.Record(Histogram::kMax + microseconds(1'000'000));
  CHECK(histogram.max() == Histogram::kMax);
  CHECK(histogram.Quantile(1) == Histogram::kMax);
  CHECK(histogram.count() == 4);
}

}  // namespace gamevents::generate
