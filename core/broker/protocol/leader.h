#pragma once

#include "core/broker/protocol/field.h"

#include <cstdint>
#include <tuple>

namespace gamevents::broker {

/// Who leads a partition now, for a client that asked the wrong broker (KIP-951).
struct LeaderIdAndEpoch {
  int32_t leader_id = -1;
  int32_t leader_epoch = -1;

  using Self = LeaderIdAndEpoch;
  static constexpr auto kFields = std::tuple{
      Field{"leader_id", &Self::leader_id},
      Field{"leader_epoch", &Self::leader_epoch},
  };
};

}  // namespace gamevents::broker
