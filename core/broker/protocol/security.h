#pragma once

#include "core/broker/protocol/error_code.h"
#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Who a client is, whose passwords there are, and what ACLs would say.

namespace gamevents::broker {

/// Begins an authentication.
struct SaslHandshakeRequest {
  static constexpr ApiKey kKey = ApiKey::kSaslHandshake;

  std::string mechanism;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"mechanism", &Self::mechanism},
  };
};

/// Which mechanisms there are.
struct SaslHandshakeResponse {
  static constexpr ApiKey kKey = ApiKey::kSaslHandshake;

  ErrorCode error_code = ErrorCode::kNone;
  std::vector<std::string> mechanisms;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"mechanisms", &Self::mechanisms},
  };
};

/// One step of an authentication.
struct SaslAuthenticateRequest {
  static constexpr ApiKey kKey = ApiKey::kSaslAuthenticate;

  Bytes auth_bytes;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"auth_bytes", &Self::auth_bytes},
  };
};

/// The other side's step.
struct SaslAuthenticateResponse {
  static constexpr ApiKey kKey = ApiKey::kSaslAuthenticate;

  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message = "";
  Bytes auth_bytes;
  int64_t session_lifetime_ms = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"auth_bytes", &Self::auth_bytes},
      Field{"session_lifetime_ms", &Self::session_lifetime_ms, {.since = 1, .ignorable = true}},
  };
};

/// One user by name.
struct ScramUserName {
  std::string name;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
  };
};

/// Asks which passwords users have; null or nothing: all users.
struct DescribeUserScramCredentialsRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeUserScramCredentials;

  std::optional<std::vector<ScramUserName>> users;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"users", &Self::users, {.nullable = 0}},
  };
};

/// That there is a password for one mechanism.
struct ScramCredentialInfo {
  int8_t mechanism = 0;
  int32_t iterations = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"mechanism", &Self::mechanism},
      Field{"iterations", &Self::iterations},
  };
};

/// One user's.
struct DescribedScramUser {
  std::string user;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message = "";
  std::vector<ScramCredentialInfo> credential_infos;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"user", &Self::user},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"credential_infos", &Self::credential_infos},
  };
};

/// The users.
struct DescribeUserScramCredentialsResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeUserScramCredentials;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message = "";
  std::vector<DescribedScramUser> results;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"results", &Self::results},
  };
};

/// A password to remove.
struct ScramCredentialDeletion {
  std::string name;
  int8_t mechanism = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"mechanism", &Self::mechanism},
  };
};

/// A password to set, salted already.
struct ScramCredentialUpsertion {
  std::string name;
  int8_t mechanism = 0;
  int32_t iterations = 0;
  Bytes salt;
  Bytes salted_password;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"name", &Self::name},
      Field{"mechanism", &Self::mechanism},
      Field{"iterations", &Self::iterations},
      Field{"salt", &Self::salt},
      Field{"salted_password", &Self::salted_password},
  };
};

/// Sets and removes passwords.
struct AlterUserScramCredentialsRequest {
  static constexpr ApiKey kKey = ApiKey::kAlterUserScramCredentials;

  std::vector<ScramCredentialDeletion> deletions;
  std::vector<ScramCredentialUpsertion> upsertions;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"deletions", &Self::deletions},
      Field{"upsertions", &Self::upsertions},
  };
};

/// What became of one user's.
struct AlteredScramUser {
  std::string user;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message = "";

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"user", &Self::user},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
  };
};

/// The users.
struct AlterUserScramCredentialsResponse {
  static constexpr ApiKey kKey = ApiKey::kAlterUserScramCredentials;

  int32_t throttle_time_ms = 0;
  std::vector<AlteredScramUser> results;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"results", &Self::results},
  };
};

/// Asks for access control lists, of which there are none.
struct DescribeAclsRequest {
  static constexpr ApiKey kKey = ApiKey::kDescribeAcls;

  int8_t resource_type_filter = 0;
  std::optional<std::string> resource_name_filter = "";
  int8_t pattern_type_filter = 3;
  std::optional<std::string> principal_filter = "";
  std::optional<std::string> host_filter = "";
  int8_t operation = 0;
  int8_t permission_type = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resource_type_filter", &Self::resource_type_filter},
      Field{"resource_name_filter", &Self::resource_name_filter, {.nullable = 0}},
      Field{"pattern_type_filter", &Self::pattern_type_filter},
      Field{"principal_filter", &Self::principal_filter, {.nullable = 0}},
      Field{"host_filter", &Self::host_filter, {.nullable = 0}},
      Field{"operation", &Self::operation},
      Field{"permission_type", &Self::permission_type},
  };
};

/// One rule.
struct AclDescription {
  std::string principal;
  std::string host;
  int8_t operation = 0;
  int8_t permission_type = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"principal", &Self::principal},
      Field{"host", &Self::host},
      Field{"operation", &Self::operation},
      Field{"permission_type", &Self::permission_type},
  };
};

/// The rules of one resource.
struct DescribeAclsResource {
  int8_t resource_type = 0;
  std::string resource_name;
  int8_t pattern_type = 3;
  std::vector<AclDescription> acls;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"resource_type", &Self::resource_type},
      Field{"resource_name", &Self::resource_name},
      Field{"pattern_type", &Self::pattern_type},
      Field{"acls", &Self::acls},
  };
};

/// The lists.
struct DescribeAclsResponse {
  static constexpr ApiKey kKey = ApiKey::kDescribeAcls;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::kNone;
  std::optional<std::string> error_message = "";
  std::vector<DescribeAclsResource> resources;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"throttle_time_ms", &Self::throttle_time_ms},
      Field{"error_code", &Self::error_code},
      Field{"error_message", &Self::error_message, {.nullable = 0}},
      Field{"resources", &Self::resources},
  };
};

}  // namespace gamevents::broker
