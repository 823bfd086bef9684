#pragma once

#include "core/base/result.h"
#include "core/tls/handles.h"

#include <memory>
#include <string>
#include <utility>

namespace gamevents::tls {

/// A file in PEM, and what the user writes to name it, which begins an error about it: "--ca FILE".
struct NamedFile {
  std::string name;
  std::string path = {};
};

/// What a client of TLS needs.
struct ClientFiles {
  NamedFile ca;  ///< who may have issued the server's certificate; empty: the system's list
  NamedFile certificate;   ///< its own, for a server that asks for one; empty: none
  NamedFile key;           ///< of its own certificate
  std::string plain = {};  ///< what the user writes for a server without TLS: "http://"
};

/// Why a server's certificate is not taken, and what to do. `code` is what OpenSSL's verification
/// says (X509_V_ERR_…).
std::string DescribeUntrusted(int code, const ClientFiles& files);
/// What an error of OpenSSL's TLS in a client means, and what to do. Empty when it is none.
std::string DescribeTlsError(unsigned long code, const ClientFiles& files);

/// How this process's clients do a handshake: TLS 1.2 or later, a server whose certificate is in
/// force, was issued by somebody that is trusted, and bears the name that was asked for. There is
/// no way to leave that out. Read once, for all connections. Thread-safe.
class ClientRules {
 public:
  /// Errors: kBadInput, kNotFound, kIo: which file is wrong, and what to do about it.
  static Result<std::shared_ptr<const ClientRules>> Load(const ClientFiles& files);

  /// Has the connections that are made from `context` keep to the rules and reach `host`, a name
  /// or an address. False when there is no memory.
  bool Apply(ssl_ctx_st* context, const std::string& host) const;

  /// Forgets what earlier connections of this thread failed by. To be called before a client's
  /// call, of which Failure tells.
  static void ForgetFailure();
  /// Which part of TLS failed in this thread since, and what to do: "its certificate has expired;
  /// …". Empty when it was not TLS.
  std::string Failure() const;

 private:
  ClientRules(ClientFiles files, ContextHandle read)
      : files_(std::move(files)), read_(std::move(read)) {}

  const ClientFiles files_;
  const ContextHandle read_;  // what contexts take from; no connection is made from it
};

}  // namespace gamevents::tls
