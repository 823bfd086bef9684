#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What users and clients may use of the broker, of which nothing is limited here.

namespace gamevents::broker {

/// Which entities of one type are meant.
struct ClientQuotaComponent {
  std::string entity_type;
  int8_t match_type = 0;
  std::optional<std::string> match = "";

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"entity_type", &Self::entity_type},
      Field{"match_type", &Self::match_type},
      Field{"match", &Self::match, {.nullable = 0}},
  };
};

/// Asks for the quotas of users, client ids or addresses.
struct DescribeClientQuotasRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeClientQuotas;

  std::vector<ClientQuotaComponent> components;
  bool strict = false;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"components", &Self::components},
      Field{"strict", &Self::strict},
  };
};

/// A part of whom a quota is for; without a name: whoever has none of its own.
struct ClientQuotaEntity {
  std::string entity_type;
  std::optional<std::string> entity_name = "";

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"entity_type", &Self::entity_type},
      Field{"entity_name", &Self::entity_name, {.nullable = 0}},
  };
};

/// One limit.
struct ClientQuotaValue {
  std::string key;
  double value = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"key", &Self::key},
      Field{"value", &Self::value},
  };
};

/// The limits of one entity.
struct ClientQuotaEntry {
  std::vector<ClientQuotaEntity> entity;
  std::vector<ClientQuotaValue> values;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"entity", &Self::entity},
      Field{"values", &Self::values},
  };
};

/// The quotas.
struct DescribeClientQuotasResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeClientQuotas;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message = "";
  std::optional<std::vector<ClientQuotaEntry>> entries = std::vector<ClientQuotaEntry>{};

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"entries", &Self::entries, {.nullable = 0}},
  };
};

}  // namespace gamevents::broker
