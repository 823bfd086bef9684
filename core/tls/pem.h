#pragma once

#include "core/base/result.h"
#include "core/tls/handles.h"

#include <memory>
#include <string>
#include <string_view>

// OpenSSL's own name, as in handles.h.
struct bio_st;

/// What is read from files in PEM into a context. For core/tls alone.
namespace gamevents::tls::pem {

/// Frees a stream of bytes.
struct BioDeleter {
  void operator()(bio_st* bio) const;
};
using BioHandle = std::unique_ptr<bio_st, BioDeleter>;

/// The newest of OpenSSL's errors of this thread, which are then forgotten.
std::string LibraryError();

/// Shows the certificate of a file to the other side: the own one first, then those between it and
/// its issuer. `name` is what the user calls the file, a key or a flag, and begins each error.
/// Errors: kBadInput, kNotFound, kIo, as those below.
Status UseChain(ssl_ctx_st* context, const std::string& name, const std::string& path);

/// The private key of that certificate, which was read from `certificate`.
Status UseKey(ssl_ctx_st* context, const std::string& name, const std::string& path,
              const std::string& certificate);

/// Whether the other side is told in the handshake whose certificates are taken.
enum class Told : bool { kNobody, kTheOtherSide };

/// Trusts the authorities of a file.
Status AddAuthorities(ssl_ctx_st* context, const std::string& name, const std::string& path,
                      Told told);

/// A line that makes a certificate for this machine to try TLS with, for messages.
std::string_view TestCertificateCommand();

}  // namespace gamevents::tls::pem
