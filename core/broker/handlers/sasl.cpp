// Who a client is: SaslHandshake picks a mechanism, SaslAuthenticate carries its messages.

#include "core/base/bytes.h"
#include "core/broker/handlers/handlers.h"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <string>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr const char* kNobodyAsks = "this listener has no authentication";

// An answer after which nothing more is taken from the client.
template <ApiMessage Response>
Reply LastReply(const Call& call, const Response& response, std::string reason) {
  Reply reply = ReplyWith(call, response);
  reply.last = true;
  reply.reason = std::move(reason);
  return reply;
}

}  // namespace

Reply OnSaslHandshake(Broker& broker, Call call, const SaslHandshakeRequest& request) {
  SaslHandshakeResponse response;
  response.mechanisms = call.session.Mechanisms();
  // In version 0 the mechanism's messages would follow without Kafka's frames.
  response.error_code = call.header.api_version == 0 && call.session.asks()
                            ? ErrorCode::kUnsupportedVersion
                            : call.session.Begin(request.mechanism);
  if (response.error_code == ErrorCode::kNone || call.session.admitted()) {
    return ReplyWith(call, response);
  }
  const std::string why = "SaslHandshake for " + request.mechanism.substr(0, 32) + ": " +
                          std::string(ErrorCodeName(response.error_code));
  broker.refusals.AddLogin(LoginRefusal::kMechanism, std::nullopt,
                           call.peer.client_host + ": " + why);
  return LastReply(call, response, why);
}

asio::awaitable<Reply> OnSaslAuthenticate(Broker& broker, Call call,
                                          const SaslAuthenticateRequest& request) {
  SaslAuthenticateResponse response;
  if (!call.session.authenticating()) {
    response.error_code = ErrorCode::kIllegalSaslState;
    response.error_message = call.session.asks() ? "SaslHandshake must come before" : kNobodyAsks;
    if (call.session.admitted()) co_return ReplyWith(call, response);
    co_return LastReply(call, response, *response.error_message);
  }
  auto next = call.session.Next(AsText(request.auth_bytes));
  if (next) {
    const auto bytes = AsBytes(*next);
    response.error_message = std::nullopt;
    response.auth_bytes.assign(bytes.begin(), bytes.end());
    if (!call.session.authenticating()) {
      response.session_lifetime_ms = call.session.lifetime().count();
    }
    co_return ReplyWith(call, response);
  }
  const bool denied = next.error().fault == Fault::kDenied;
  broker.refusals.AddLogin(denied ? LoginRefusal::kCredentials : LoginRefusal::kMessage,
                           call.session.mechanism(),
                           call.peer.client_host + ": authentication as '" +
                               call.session.claimed() + "' failed: " + next.error().context);
  response.error_code = ErrorCode::kSaslAuthenticationFailed;
  response.error_message = "authentication failed: " + next.error().context;
  asio::error_code ignored;
  asio::steady_timer delay(co_await asio::this_coro::executor,
                           broker.options.limits.failed_authentication_delay);
  co_await delay.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  co_return LastReply(call, response, next.error().context);
}

}  // namespace gamevents::broker
