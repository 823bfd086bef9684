#pragma once

#include "core/broker/protocol/field.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

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

/// The address of a broker that a LeaderIdAndEpoch names.
struct NodeEndpoint {
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::optional<std::string> rack;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"node_id", &Self::node_id},
      Field{"host", &Self::host},
      Field{"port", &Self::port},
      Field{"rack", &Self::rack, {.nullable = 0}},
  };
};

}  // namespace gamevents::broker
