#pragma once

#include "core/broker/protocol/field.h"

#include <array>
#include <cstdint>

namespace gamevents::broker {

/// Who leads a partition now, for a client that asked the wrong broker (KIP-951).
struct LeaderIdAndEpoch {
  int32_t leader_id = -1;
  int32_t leader_epoch = -1;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"leader_id", &Self::leader_id},
      Field{"leader_epoch", &Self::leader_epoch},
  };
};

}  // namespace gamevents::broker
