#pragma once

#include <cstdint>
#include <span>

namespace gamevents::report {

// What two shares of users, and the sizes of groups, say about chance.

/// So many of so many. Requires of all functions below: 0 <= part <= whole, 1 <= whole.
struct Proportion {
  int64_t part = 0;
  int64_t whole = 1;

  double share() const { return static_cast<double>(part) / static_cast<double>(whole); }
};

/// From `low` to `high`.
struct Interval {
  double low = 0;
  double high = 0;
};

/// The 95 % score interval of a share (Wilson 1927): within [0, 1], also of none and of all.
Interval WilsonInterval(const Proportion& of);

/// The 95 % interval of one.share() - other.share() by the hybrid score method without correction
/// for continuity (Newcombe 1998, Statistics in Medicine 17, pages 873 to 890, method 10).
Interval NewcombeInterval(const Proportion& one, const Proportion& other);

/// Whether one of the four counts that would be expected if both shares were the same is below 5:
/// then the normal distribution is a poor guide (Cochran 1954).
bool AreFew(const Proportion& one, const Proportion& other);

/// How likely the shares are to differ as much as this or more if both were the same: the two-sided
/// z-test with the pooled share. 1 where nobody or everybody did it.
double ZTestP(const Proportion& one, const Proportion& other);

/// The same by Fisher's exact test, two-sided: the sum of all tables with the same margins that are
/// not more likely than this one. Takes as many steps as the smallest margin has counts.
double FisherExactP(const Proportion& one, const Proportion& other);

/// How likely counts are to be as far from the expected shares as these, or farther: Pearson's
/// chi-square test with counts.size() - 1 degrees of freedom. 1 of a single count.
/// Requires: as many shares as counts, all shares positive; a count that is not 0.
double ChiSquareP(std::span<const int64_t> counts, std::span<const double> shares);

}  // namespace gamevents::report
