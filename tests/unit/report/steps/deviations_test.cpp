// Goal: a variance is that of its values, in whatever parts and order they come, and some of them
// taken back.
// Method: random values beside the two sums by their definition.

#include "core/report/steps/deviations.h"

#include "tests/unit/catch.h"

#include <cmath>
#include <random>
#include <vector>

namespace gamevents::report {
namespace {

double VarianceBySums(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

bool AreNear(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

TEST_CASE("a variance is that of its values") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> spread(1e6, 3);
  std::vector<double> values(1'000);
  Deviations whole;
  Deviations left;
  Deviations right;
  for (double& value : values) {
    value = spread(random);
    whole.Add(value);
    (value > 1e6 ? left : right).Add(value);
  }
  left.Merge(right);
  left.Merge({});
  CHECK(left.count() == 1'000);
  CHECK(AreNear(*whole.SampleVariance(), VarianceBySums(values)));
  CHECK(AreNear(*left.SampleVariance(), *whole.SampleVariance()));
  CHECK(AreNear(*whole.Variance(), *whole.SampleVariance() * 999 / 1'000));
  for (size_t i = 0; i < 600; ++i) whole.Remove(values[i]);
  values.erase(values.begin(), values.begin() + 600);
  CHECK(AreNear(*whole.SampleVariance(), VarianceBySums(values)));
}

TEST_CASE("few values have no variance, or none") {
  Deviations deviations;
  CHECK_FALSE(deviations.Variance());
  deviations.Add(5);
  CHECK(deviations.Variance() == 0.0);
  CHECK_FALSE(deviations.SampleVariance());
  deviations.Add(5);
  deviations.Remove(5);
  deviations.Remove(5);
  CHECK(deviations.count() == 0);
  deviations.Merge(deviations);
  CHECK_FALSE(deviations.Variance());
}

}  // namespace
}  // namespace gamevents::report
