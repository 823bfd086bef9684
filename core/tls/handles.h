#pragma once

#include <memory>

// OpenSSL's own names: only core/tls includes its headers.
struct ssl_ctx_st;
struct ssl_st;

namespace gamevents::tls {

/// Frees a connection's state.
struct SessionDeleter {
  void operator()(ssl_st* session) const;
};

/// One connection's keys and buffers.
using SessionHandle = std::unique_ptr<ssl_st, SessionDeleter>;
/// A certificate, its key and the rules of the handshake. Never changed after it is made.
using ContextHandle = std::shared_ptr<ssl_ctx_st>;

}  // namespace gamevents::tls
