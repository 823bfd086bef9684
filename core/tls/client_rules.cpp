#include "core/tls/client_rules.h"

#include "core/base/ip.h"
#include "core/tls/pem.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace gamevents::tls {
namespace {

// Why the server's certificate was not taken in the handshake that this thread is in, or was last:
// an X509_V_ERR_… code.
thread_local int refused_for = X509_V_OK;

int NoteVerified(int taken, X509_STORE_CTX* about) {
  if (taken == 0) refused_for = ::X509_STORE_CTX_get_error(about);
  return taken;
}

// What is said of a code of OpenSSL's. %C, %O, %K and %P are what the user writes for the files,
// and for a server without TLS.
struct KnownCode {
  int code;
  const char* says;
};

constexpr char kUnknownIssuer[] =
    "nobody that is trusted here issued its certificate; name the issuer's, or the server's own if "
    "it issued itself, with %C";
constexpr char kOtherName[] =
    "its certificate is for another name; connect to a name that the certificate bears, or make "
    "one with this name";
constexpr auto kRefusals = std::to_array<KnownCode>({
    {X509_V_ERR_CERT_HAS_EXPIRED, "its certificate has expired; the server needs a new one"},
    {X509_V_ERR_CERT_NOT_YET_VALID,
     "its certificate is not valid yet; compare the clocks of the two machines"},
    {X509_V_ERR_HOSTNAME_MISMATCH, kOtherName},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, kOtherName},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, kUnknownIssuer},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, kUnknownIssuer},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, kUnknownIssuer},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, kUnknownIssuer},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, kUnknownIssuer},
});

constexpr char kNotTls[] = "it does not speak TLS; without TLS it is reached by %P";
constexpr char kBrokenOff[] =
    "the TLS handshake was broken off, or took too long; a server without TLS is reached by %P";
constexpr char kWantsCertificate[] = "it asks for a client's certificate; give one with %O and %K";
constexpr char kNotTaken[] =
    "it does not take the client's certificate of %O: it knows another issuer, or the certificate "
    "has expired";
constexpr auto kReasons = std::to_array<KnownCode>({
    {SSL_R_WRONG_VERSION_NUMBER, kNotTls},
    {SSL_R_PACKET_LENGTH_TOO_LONG, kNotTls},
    {SSL_R_BAD_RECORD_TYPE, kNotTls},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, kWantsCertificate},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, kNotTaken},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE, kNotTaken},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, kNotTaken},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, kNotTaken},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "the client's certificate of %O has expired"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, "the client's certificate of %O is revoked"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "it speaks no TLS as new as 1.2"},
    {SSL_R_UNSUPPORTED_PROTOCOL, "it speaks no TLS as new as 1.2"},
    {SSL_R_UNEXPECTED_EOF_WHILE_READING, kBrokenOff},
    // What the end of a handshake that was given up leaves behind.
    {SSL_R_SHUTDOWN_WHILE_IN_INIT, kBrokenOff},
});

template <size_t Count>
const char* Find(const std::array<KnownCode, Count>& known, int code) {
  for (const KnownCode& each : known) {
    if (each.code == code) return each.says;
  }
  return nullptr;
}

std::string Filled(std::string_view text, const ClientFiles& files) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'C':
        out += files.ca.name;
        break;
      case 'O':
        out += files.certificate.name;
        break;
      case 'K':
        out += files.key.name;
        break;
      default:
        out += files.plain;
    }
  }
  return out;
}

}  // namespace

std::string DescribeUntrusted(int code, const ClientFiles& files) {
  const char* says = Find(kRefusals, code);
  if (says != nullptr) return Filled(says, files);
  return std::string("its certificate is not taken: ") + ::X509_verify_cert_error_string(code);
}

std::string DescribeTlsError(unsigned long code, const ClientFiles& files) {
  if (ERR_GET_LIB(code) != ERR_LIB_SSL) return {};
  const char* says = Find(kReasons, ERR_GET_REASON(code));
  // Some servers call a certificate that was not shown a bad one.
  if (says == kNotTaken && files.certificate.path.empty()) says = kWantsCertificate;
  if (says != nullptr) return Filled(says, files);
  const char* reason = ::ERR_reason_error_string(code);
  return std::string("TLS: ") + (reason == nullptr ? "no reason is given" : reason);
}

Result<std::shared_ptr<const ClientRules>> ClientRules::Load(const ClientFiles& files) {
  const ContextHandle read(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
  if (!read) return Error{Fault::kIo, "OpenSSL: " + pem::LibraryError()};
  if (files.ca.path.empty()) {
    ::SSL_CTX_set_default_verify_paths(read.get());
    ::ERR_clear_error();  // A system without a list trusts nobody.
  } else if (Status added =
                 pem::AddAuthorities(read.get(), files.ca.name, files.ca.path, pem::Told::kNobody);
             !added) {
    return std::move(added).error();
  }
  const NamedFile& certificate = files.certificate;
  const NamedFile& key = files.key;
  if (!certificate.path.empty()) {
    if (Status used = pem::UseChain(read.get(), certificate.name, certificate.path); !used) {
      return std::move(used).error();
    }
    if (Status used = pem::UseKey(read.get(), key.name, key.path, certificate.path); !used) {
      return std::move(used).error();
    }
  }
  return std::shared_ptr<const ClientRules>(new ClientRules(files, read));
}

bool ClientRules::Apply(ssl_ctx_st* context, const std::string& host) const {
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NoteVerified);
  ::SSL_CTX_set1_cert_store(context, ::SSL_CTX_get_cert_store(read_.get()));
  X509* const certificate = ::SSL_CTX_get0_certificate(read_.get());
  if (certificate != nullptr) {
    STACK_OF(X509)* chain = nullptr;
    ::SSL_CTX_get0_chain_certs(read_.get(), &chain);
    if (::SSL_CTX_use_cert_and_key(context, certificate, ::SSL_CTX_get0_privatekey(read_.get()),
                                   chain, 1) != 1) {
      return false;
    }
  }
  X509_VERIFY_PARAM* const asked = ::SSL_CTX_get0_param(context);
  if (IpAddress::Parse(host)) return ::X509_VERIFY_PARAM_set1_ip_asc(asked, host.c_str()) == 1;
  ::X509_VERIFY_PARAM_set_hostflags(asked, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return ::X509_VERIFY_PARAM_set1_host(asked, host.c_str(), host.size()) == 1;
}

void ClientRules::ForgetFailure() {
  refused_for = X509_V_OK;
  ::ERR_clear_error();
}

std::string ClientRules::Failure() const {
  // The first: what comes behind it is of the connection's end.
  const unsigned long code = ::ERR_peek_error();
  ::ERR_clear_error();
  const int refused = std::exchange(refused_for, X509_V_OK);
  return refused != X509_V_OK ? DescribeUntrusted(refused, files_) : DescribeTlsError(code, files_);
}

}  // namespace gamevents::tls
