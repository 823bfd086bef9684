// Goal: shares and counts are compared as the textbooks say, at the edges, too.
// Method: figures of SciPy and statsmodels for a few cases (tests/cli/test_experiment.py has many),
// and Fisher's test beside a plain sum over all tables.

#include "core/report/table/proportions.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace gamevents::report {
namespace {

/// Equal but for rounding.
bool IsAbout(double one, double other, double within = 1e-9) {
  return std::abs(one - other) <= within * std::max(std::abs(other), 1e-300);
}

TEST_CASE("the interval of a share stays within what a share can be") {
  const Interval some = WilsonInterval({12, 150});
  CHECK(IsAbout(some.low, 0.046353641518652906));
  CHECK(IsAbout(some.high, 0.13462136375053146));
  const Interval none = WilsonInterval({0, 10});
  CHECK(none.low == 0);
  CHECK(IsAbout(none.high, 0.27753279986288926));
  CHECK(WilsonInterval({10, 10}).high == 1);
  CHECK(IsAbout(WilsonInterval({10, 10}).low, 1 - none.high));
}

TEST_CASE("the interval of a difference is Newcombe's") {
  const Interval of = NewcombeInterval({30, 150}, {12, 150});
  CHECK(IsAbout(of.low, 0.041658776206833684));
  CHECK(IsAbout(of.high, 0.1986966732890614));
  // The example of Newcombe's paper, (a).
  const Interval paper = NewcombeInterval({56, 70}, {48, 80});
  CHECK(IsAbout(paper.low, 0.0524, 1e-3));
  CHECK(IsAbout(paper.high, 0.3339, 1e-3));
  const Interval extreme = NewcombeInterval({10, 10}, {0, 20});
  CHECK(IsAbout(extreme.low, 0.6790860371419145));
  CHECK(extreme.high == 1);
}

TEST_CASE("a difference is tested by its deviation from none") {
  CHECK(IsAbout(ZTestP({30, 150}, {12, 150}), 0.0027443362617801236));
  CHECK(IsAbout(ZTestP({12, 150}, {30, 150}), 0.0027443362617801236));
  CHECK(ZTestP({30, 150}, {30, 150}) == 1);
  CHECK(ZTestP({0, 150}, {0, 10}) == 1);
  CHECK(ZTestP({150, 150}, {10, 10}) == 1);
}

/// The sum over all tables, their chances by factorials.
double FisherBySum(const Proportion& one, const Proportion& other) {
  const auto choices = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  const auto part = static_cast<double>(one.part + other.part);
  const auto n = static_cast<double>(one.whole);
  const auto m = static_cast<double>(other.whole);
  const auto chance = [&](double k) {
    return std::exp(choices(n, k) + choices(m, part - k) - choices(n + m, part));
  };
  const double seen = chance(static_cast<double>(one.part));
  double p = 0;
  for (double k = std::max(0.0, part - m); k <= std::min(n, part); ++k) {
    if (chance(k) <= seen * (1 + 1e-7)) p += chance(k);
  }
  return p;
}

TEST_CASE("few counts are tested exactly") {
  CHECK(IsAbout(FisherExactP({3, 10}, {9, 10}), 0.019766611097880443));
  CHECK(IsAbout(FisherExactP({0, 10}, {5, 10}), 0.032507739938080496));
  CHECK(FisherExactP({0, 10}, {0, 10}) == 1);
  CHECK(FisherExactP({10, 10}, {7, 7}) == 1);
  for (int64_t n = 1; n < 9; ++n) {
    for (int64_t m = 1; m < 12; ++m) {
      for (int64_t a = 0; a <= n; ++a) {
        for (int64_t b = 0; b <= m; ++b) {
          CAPTURE(n, m, a, b);
          CHECK(IsAbout(FisherExactP({a, n}, {b, m}), FisherBySum({a, n}, {b, m})));
        }
      }
    }
  }
  // Far from what is likely, and large.
  CHECK(IsAbout(FisherExactP({4, 1'000'000}, {0, 1'000'000}), 0.125, 1e-4));
  CHECK(FisherExactP({3'000, 3'000}, {0, 3'000}) < 1e-300);
}

TEST_CASE("which counts are few is said by what is expected") {
  CHECK(AreFew({9, 100}, {0, 100}));         // 4.5 expected
  CHECK_FALSE(AreFew({10, 100}, {0, 100}));  // 5
  CHECK(AreFew({96, 100}, {95, 100}));       // who did not are as few
  CHECK(AreFew({2, 3}, {500, 1'000}));
}

TEST_CASE("groups are held to the shares that they should have") {
  const auto p = [](std::vector<int64_t> counts, std::vector<double> shares) {
    return ChiSquareP(counts, shares);
  };
  CHECK(IsAbout(p({100, 150}, {1, 1}), 0.001565402258002549));
  CHECK(IsAbout(p({50, 30, 20}, {4, 3, 3}), 0.05411376622282158));
  CHECK(IsAbout(p({10, 20, 33, 12}, {1, 1, 1, 1}), 0.0005773739773888642));
  CHECK(p({100, 100}, {1, 1}) == 1);
  CHECK(p({7}, {1}) == 1);
  CHECK(p({1'000'000, 0}, {1, 1}) == 0);
}

}  // namespace
}  // namespace gamevents::report
