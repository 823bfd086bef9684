#include "core/report/steps/sketch.h"

#include "core/base/check.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace gamevents::report {
namespace {

constexpr int kIndexBits = 14;
constexpr size_t kRegisters = size_t{1} << kIndexBits;
constexpr int kRankMax = 64 - kIndexBits;
/// What an entry of the set costs beside its text: node, hash and bucket.
constexpr size_t kEntryBytes = 64;

constexpr double kCompression = 200;
constexpr size_t kBufferMax = 2'000;

/// std::hash of a text made even in all of its bits (the finalizer of splitmix64).
uint64_t Hash(std::string_view text) {
  uint64_t hash = std::hash<std::string_view>{}(text);
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBu;
  return hash ^ (hash >> 31);
}

/// The estimator of the first paper is wrong in the middle, where it changes from counting empty
/// registers to averaging ranks. Ertl's weighs how many registers have each rank, and is right
/// throughout. These are its corrections for registers that are still empty, and for those that are
/// full.
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  for (double before = -1; before != z; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  for (double before = -1; before != z;) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

/// Dunning's scale function k1 and its inverse: small centroids at both ends.
double ScaleOf(double share) {
  return kCompression / (2 * std::numbers::pi) * std::asin(2 * share - 1);
}

double ShareOf(double scale) {
  const double angle = scale * 2 * std::numbers::pi / kCompression;
  return angle >= std::numbers::pi / 2 ? 1 : (std::sin(angle) + 1) / 2;
}

int64_t Signed(size_t bytes) { return static_cast<int64_t>(bytes); }

}  // namespace

int64_t DistinctCount::Add(std::string_view text) {
  if (!exact()) {
    AddHash(Hash(text));
    return 0;
  }
  if (texts_.contains(text)) return 0;
  texts_.emplace(text);
  const int64_t grown = Signed(kEntryBytes + text.size());
  return texts_.size() > kExactMax ? grown + BecomeSketch() : grown;
}

int64_t DistinctCount::Merge(const DistinctCount& other) {
  int64_t grown = 0;
  if (!other.exact() && exact()) grown += BecomeSketch();
  for (const std::string& text : other.texts_) grown += Add(text);
  for (size_t i = 0; i < other.registers_.size(); ++i) {
    registers_[i] = std::max(registers_[i], other.registers_[i]);
  }
  return grown;
}

// A register keeps the longest run of zeros that any hash of its part began with: a run of n is
// met about once in 2^n different texts, and a text that comes again changes nothing.
void DistinctCount::AddHash(uint64_t hash) {
  const size_t index = hash >> kRankMax;
  const uint64_t rest = hash << kIndexBits;
  const int rank = rest == 0 ? kRankMax + 1 : std::countl_zero(rest) + 1;
  registers_[index] = std::max(registers_[index], static_cast<uint8_t>(rank));
}

int64_t DistinctCount::BecomeSketch() {
  size_t freed = 0;
  registers_.resize(kRegisters);
  for (const std::string& text : texts_) {
    AddHash(Hash(text));
    freed += kEntryBytes + text.size();
  }
  texts_ = {};
  return Signed(kRegisters) - Signed(freed);
}

int64_t DistinctCount::Estimate() const {
  if (exact()) return Signed(texts_.size());
  std::array<double, kRankMax + 2> counts{};
  for (const uint8_t rank : registers_) counts[rank] += 1;
  constexpr auto kAll = static_cast<double>(kRegisters);
  double z = kAll * Tau(1 - counts[kRankMax + 1] / kAll);
  for (size_t rank = kRankMax; rank >= 1; --rank) z = 0.5 * (z + counts[rank]);
  z += kAll * Sigma(counts[0] / kAll);
  return std::llround(kAll * kAll / (2 * std::numbers::ln2 * z));
}

int64_t Quantiles::Add(double value) {
  min_ = empty() ? value : std::min(min_, value);
  max_ = empty() ? value : std::max(max_, value);
  const size_t before = values_.capacity();
  values_.push_back(value);
  const auto grown = Signed((values_.capacity() - before) * sizeof(double));
  return grown + CompressWhenFull();
}

int64_t Quantiles::Merge(const Quantiles& other) {
  if (other.empty()) return 0;
  int64_t grown = 0;
  min_ = empty() ? other.min_ : std::min(min_, other.min_);
  max_ = empty() ? other.max_ : std::max(max_, other.max_);
  centroids_.insert(centroids_.end(), other.centroids_.begin(), other.centroids_.end());
  const size_t before = values_.capacity();
  values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  grown += Signed((values_.capacity() - before) * sizeof(double));
  if (!centroids_.empty()) Compress();
  return grown + CompressWhenFull();
}

int64_t Quantiles::CompressWhenFull() {
  if (values_.size() <= (exact() ? kExactMax : kBufferMax)) return 0;
  const size_t before = values_.capacity();
  Compress();
  if (before <= 2 * kBufferMax) return 0;
  values_.shrink_to_fit();
  return Signed(centroids_.size() * sizeof(Centroid)) - Signed(before * sizeof(double));
}

// Neighbours are joined as long as the centroid spans at most one step of the scale function. Its
// steps are short near 0 and 1, so the ends keep single values, where the percentiles that people
// ask for lie, and the middle gives up the detail.
void Quantiles::Compress() {
  std::vector<Centroid> all = std::move(centroids_);
  for (const double value : values_) all.push_back({value, 1});
  values_.clear();
  std::ranges::sort(all, {}, &Centroid::mean);
  double total = 0;
  for (const Centroid& centroid : all) total += centroid.weight;
  centroids_ = {all.front()};
  double before = 0;  // the weight of the finished centroids
  double limit = total * ShareOf(ScaleOf(0) + 1);
  for (size_t i = 1; i < all.size(); ++i) {
    Centroid& last = centroids_.back();
    if (before + last.weight + all[i].weight <= limit) {
      last.weight += all[i].weight;
      last.mean += (all[i].mean - last.mean) * all[i].weight / last.weight;
    } else {
      before += last.weight;
      limit = total * ShareOf(ScaleOf(before / total) + 1);
      centroids_.push_back(all[i]);
    }
  }
}

double Quantiles::At(double share) const {
  INVARIANT(!empty() && share >= 0 && share <= 1);
  if (!exact()) {
    // On a copy: asking must not change what is merged later.
    Quantiles folded = *this;
    folded.Compress();
    return folded.AtCentroids(share);
  }
  std::vector<double> sorted = values_;
  const double rank = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(std::floor(rank));
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(below);
  std::ranges::nth_element(sorted, at);
  const double part = rank - static_cast<double>(below);
  if (part == 0) return *at;
  const double next = *std::min_element(at + 1, sorted.end());
  return (1 - part) * *at + part * next;
}

double Quantiles::AtCentroids(double share) const {
  double total = 0;
  for (const Centroid& centroid : centroids_) total += centroid.weight;
  const double rank = share * total;
  // Between the middles of neighbouring centroids, and from the ends to the true least and most.
  double left_rank = 0;
  double left = min_;
  double before = 0;
  for (const Centroid& centroid : centroids_) {
    const double middle = before + centroid.weight / 2;
    if (rank < middle) {
      return left + (centroid.mean - left) * (rank - left_rank) / (middle - left_rank);
    }
    left_rank = middle;
    left = centroid.mean;
    before += centroid.weight;
  }
  if (total <= left_rank) return max_;
  return left + (max_ - left) * (rank - left_rank) / (total - left_rank);
}

}  // namespace gamevents::report
