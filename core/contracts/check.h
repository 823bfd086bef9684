#pragma once

#include "core/contracts/values.h"

#include <cstddef>
#include <string>
#include <vector>

namespace gamevents::contracts {

struct Schema;

/// What of an event breaks its contract.
struct Problem {
  std::string pointer;  ///< a JSON pointer (RFC 6901) into the event; empty: the event itself
  std::string reason;
};

/// How many problems of one event are told.
inline constexpr size_t kProblemsMax = 8;
/// How many schemas an event is held against, at most: the first, and the second for each of its
/// values. Schemas that refer to themselves within anyOf can ask for more than anybody has time
/// for.
inline constexpr size_t kChecksMin = 10'000;
inline constexpr size_t kChecksPerValue = 100;

/// Holds `value` against `schema`; nothing when it is as the schema says. At most kProblemsMax, in
/// the order of the event. Any thread may ask.
std::vector<Problem> CheckValue(const Schema& schema, const ValueList& values,
                                const Instance& value);

}  // namespace gamevents::contracts
