#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// Which APIs and versions the broker has; every client asks this first.

namespace gamevents::broker {

/// What the client is called; asked on every new connection.
struct ApiVersionsRequest {
  static constexpr ApiKey kKey = ApiKey::kApiVersions;

  std::string client_software_name;
  std::string client_software_version;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"client_software_name", &Self::client_software_name, {.since = 3, .ignorable = true}},
      Field{"client_software_version",
            &Self::client_software_version,
            {.since = 3, .ignorable = true}},
  };
};

/// The range of one API; see AdvertisedMin.
struct ApiVersion {
  int16_t api_key = 0;
  int16_t min_version = 0;
  int16_t max_version = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"api_key", &Self::api_key},
      Field{"min_version", &Self::min_version},
      Field{"max_version", &Self::max_version},
  };
};

/// A cluster feature that the broker could have.
struct SupportedFeatureKey {
  std::string name;
  int16_t min_version = 0;
  int16_t max_version = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"min_version", &Self::min_version},
      Field{"max_version", &Self::max_version},
  };
};

/// A cluster feature that is on.
struct FinalizedFeatureKey {
  std::string name;
  int16_t max_version_level = 0;
  int16_t min_version_level = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"max_version_level", &Self::max_version_level},
      Field{"min_version_level", &Self::min_version_level},
  };
};

/// The header before this is always version 0. A request of an unknown version is answered with
/// kUnsupportedVersion in the form of version 0 (KIP-511).
struct ApiVersionsResponse {
  static constexpr ApiKey kKey = ApiKey::kApiVersions;

  ErrorCode error_code = ErrorCode::kNone;
  std::vector<ApiVersion> api_keys;
  int32_t throttle_time_ms = 0;
  std::vector<SupportedFeatureKey> supported_features;
  int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeatureKey> finalized_features;
  bool zk_migration_ready = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"api_keys", &Self::api_keys},
      Field{"throttle_time_ms", &Self::throttle_time_ms, {.since = 1, .ignorable = true}},
      Field{"supported_features",
            &Self::supported_features,
            {.since = 3, .tag = 0, .ignorable = true}},
      Field{"finalized_features_epoch",
            &Self::finalized_features_epoch,
            {.since = 3, .tag = 1, .ignorable = true}},
      Field{"finalized_features",
            &Self::finalized_features,
            {.since = 3, .tag = 2, .ignorable = true}},
      Field{"zk_migration_ready",
            &Self::zk_migration_ready,
            {.since = 3, .tag = 3, .ignorable = true}},
  };
};

}  // namespace gamevents::broker
