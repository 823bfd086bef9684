#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

// What a world with a span is made by, in one place: docs/generate.md says the same for people, and
// tests find these numbers again in what the views of `report` say. Days are those of UTC.

namespace gamevents::generate {

/// Whoever came on day 0 plays on day n with the probability kRetentionShare * n ^ -kRetentionDecay
/// (times the weekday's factor). For each player that is a life of as many days as
/// U ^ (-1 / kRetentionDecay) is, with U uniform in (0, 1], and a play on each of them with the
/// probability kRetentionShare: after the last the player has churned and never comes back.
inline constexpr double kRetentionShare = 0.45;
inline constexpr double kRetentionDecay = 0.5;

/// New players on day d of the world, in proportion: 1 + kLaunchPeak * e ^ (-d / kLaunchDays).
inline constexpr double kLaunchPeak = 3;
inline constexpr double kLaunchDays = 4;

/// How likely a player who has come before plays, Monday to Sunday; the mean is 1.
inline constexpr std::array<double, 7> kWeekFactors = {0.9, 0.9, 0.9, 0.9, 1.05, 1.25, 1.1};

/// How often sessions begin in each hour of the player's own clock, beside another hour.
inline constexpr std::array<double, 24> kHourWeights = {
    0.55, 0.35, 0.20, 0.12, 0.10, 0.15, 0.30, 0.55, 0.70, 0.70, 0.75, 0.85,
    1.00, 1.00, 0.95, 1.00, 1.15, 1.40, 1.70, 2.00, 2.20, 2.10, 1.60, 1.00};
inline constexpr double kHourWeightMax = 2.20;

/// Where players live, and their shares, which add up to 1.
struct ZoneShare {
  std::string_view name;
  double share;
};
inline constexpr auto kZoneShares = std::to_array<ZoneShare>({{"Europe/Berlin", 0.30},
                                                              {"America/New_York", 0.25},
                                                              {"Asia/Tokyo", 0.20},
                                                              {"America/Los_Angeles", 0.15},
                                                              {"America/Sao_Paulo", 0.10}});

/// On a day on which somebody plays, another session follows with this probability: 1.5 sessions on
/// average. Two of a player on one day are kPauseMin apart at least.
inline constexpr double kAnotherSession = 1.0 / 3;
inline constexpr std::chrono::minutes kPauseMin{45};

/// A session's length is log-normal: its median, and the standard deviation of its logarithm. None
/// is shorter or longer than the bounds.
inline constexpr std::chrono::minutes kSessionMedian{8};
inline constexpr double kSessionSigma = 0.7;
inline constexpr std::chrono::seconds kSessionMin{20};
inline constexpr std::chrono::minutes kSessionMax{120};
/// The mean time between two events of a session, each of which has two at least.
inline constexpr std::chrono::seconds kEventSpacing{45};

/// This share of the players buys, each in the first session and then as the kinds of events have
/// it; the others never do.
inline constexpr double kBuyerShare = 0.15;

/// With an experiment every player is in one of its variants, half of them in each. In the second
/// more of them buy.
inline constexpr std::array<std::string_view, 2> kVariants = {"control", "blue"};
inline constexpr double kBlueBuyerShare = 0.20;

/// An item of price p is chosen as often as p ^ -kPriceElasticity, beside others.
inline constexpr double kPriceElasticity = 0.7;

}  // namespace gamevents::generate
