// Quotas, of which there are none: Kafka's tools ask for a user's together with its passwords.

#include "core/broker/handlers/authorize.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::broker {
namespace {

constexpr const char* kUser = "user";
constexpr const char* kClientId = "client-id";
constexpr const char* kAddress = "ip";

// How an entity's name is to match, as Kafka numbers it.
constexpr int8_t kExactly = 0;
constexpr int8_t kMatchTypeMax = 2;

struct QuotaRefusal {
  ErrorCode code = ErrorCode::kNone;
  std::string message{};
};

// As Kafka judges a question.
QuotaRefusal CheckQuestion(const std::vector<ClientQuotaComponent>& components) {
  const auto invalid = [](std::string why) {
    return QuotaRefusal{ErrorCode::kInvalidRequest, std::move(why)};
  };
  std::set<std::string> types;
  for (const ClientQuotaComponent& part : components) {
    const std::string& type = part.entity_type;
    if (type.empty()) return invalid("an entity type is empty");
    if (!types.insert(type).second) return invalid("duplicate entity type " + type);
    if (type != kUser && type != kClientId && type != kAddress) {
      return {ErrorCode::kUnsupportedVersion, "there are no entities of the type " + type};
    }
    if (part.match_type < kExactly || part.match_type > kMatchTypeMax) {
      return invalid("there is no match type " + std::to_string(part.match_type));
    }
    if (part.match.has_value() != (part.match_type == kExactly)) {
      return invalid("a name goes with the match type 0, and with no other");
    }
  }
  if (types.contains(kAddress) && types.size() > 1) {
    return invalid("addresses do not go together with users and client ids");
  }
  return {};
}

}  // namespace

DescribeClientQuotasResponse OnDescribeClientQuotas(Broker&, Call call,
                                                    const DescribeClientQuotasRequest& request) {
  DescribeClientQuotasResponse response;
  const QuotaRefusal refusal = MayAsk(call) ? CheckQuestion(request.components)
                                            : QuotaRefusal{ErrorCode::kClusterAuthorizationFailed,
                                                           "the user is no admin of the cluster"};
  response.error_code = refusal.code;
  if (refusal.code == ErrorCode::kNone) {
    response.error_message = std::nullopt;
  } else {
    response.error_message = refusal.message;
    response.entries = std::nullopt;
  }
  return response;
}

}  // namespace gamevents::broker
