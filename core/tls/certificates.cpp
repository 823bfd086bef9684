#include "core/tls/certificates.h"

#include "core/base/clock.h"
#include "core/tls/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>
#include <utility>

namespace gamevents::tls {
namespace {

// Those with forward secrecy and authenticated encryption, which is what TLS 1.3 has left; the
// order is ours except for clients that prefer ChaCha20, because they have no AES of their own.
constexpr char kCiphers12[] = "ECDHE+AES128+AESGCM:ECDHE+CHACHA20:ECDHE+AESGCM";
// AES of 128 bits first: nobody breaks it, and it costs a third less than that of 256.
constexpr char kCiphers13[] =
    "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";
constexpr char kGroups[] = "X25519:P-256:P-384";

Status UseClientCa(SSL_CTX* context, const CertificateFiles& files) {
  if (files.client_ca.empty()) return Done{};
  const Status added = pem::AddAuthorities(context, files.prefix + ".client_ca", files.client_ca,
                                           pem::Told::kTheOtherSide);
  if (!added) return added;
  ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // Who resumes a session shows no certificate again, which may have ended meanwhile.
  ::SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  ::SSL_CTX_set_num_tickets(context, 0);
  return Done{};
}

void SetRules(SSL_CTX* context) {
  ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  ::SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
  // What an idle connection need not hold, it gives back: 34 KiB.
  ::SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A record in one system call instead of two.
  ::SSL_CTX_set_read_ahead(context, 1);
  // Tickets resume sessions; a cache of them would grow with the clients.
  ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_num_tickets(context, 1);
  constexpr unsigned char kName[] = "gamevents";
  ::SSL_CTX_set_session_id_context(context, kName, sizeof(kName) - 1);
}

std::string OnWire(const Certificates::Protocols& protocols) {
  std::string wire;
  for (const std::string& name : protocols) wire.append(1, static_cast<char>(name.size())) += name;
  return wire;
}

// RFC 7301 section 3.2: who offers nothing that we speak is told so by an alert.
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* length,
                   const unsigned char* offered, unsigned int bytes, void* own) {
  const auto& ours = *static_cast<const std::string*>(own);
  unsigned char* found = nullptr;
  const int result =
      ::SSL_select_next_proto(&found, length, reinterpret_cast<const unsigned char*>(ours.data()),
                              static_cast<unsigned int>(ours.size()), offered, bytes);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::string SubjectOf(const X509* certificate) {
  const pem::BioHandle out(::BIO_new(::BIO_s_mem()));
  if (!out || ::X509_NAME_print_ex(out.get(), ::X509_get_subject_name(certificate), 0,
                                   XN_FLAG_ONELINE & ~XN_FLAG_SPC_EQ) < 0) {
    return {};
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(length)};
}

int64_t EndOf(const X509* certificate) {
  std::tm end = {};
  if (::ASN1_TIME_to_tm(::X509_get0_notAfter(certificate), &end) != 1) return 0;
  return ::timegm(&end);
}

struct StoreDeleter {
  void operator()(X509_STORE* store) const { ::X509_STORE_free(store); }
};
using StoreHandle = std::unique_ptr<X509_STORE, StoreDeleter>;
struct VerifyDeleter {
  void operator()(X509_STORE_CTX* verify) const { ::X509_STORE_CTX_free(verify); }
};
using VerifyHandle = std::unique_ptr<X509_STORE_CTX, VerifyDeleter>;

std::string DayOf(int64_t seconds) {
  constexpr size_t kDayBytes = 10;  // "2027-01-31"
  return FormatTimestamp(TimestampMs(seconds * 1'000)).substr(0, kDayBytes);
}

}  // namespace

Certificates::Certificates(CertificateFiles files, Protocols protocols)
    : files_(std::move(files)), protocols_(std::move(protocols)), offered_(OnWire(protocols_)) {}

Result<std::shared_ptr<Certificates>> Certificates::Load(CertificateFiles files,
                                                         Protocols protocols) {
  if (files.certificate.empty() || files.key.empty()) {
    const std::string missing =
        files.prefix + (files.certificate.empty() ? ".certificate" : ".key");
    return Error{Fault::kBadInput, missing +
                                       ": expected a file: TLS needs a certificate and its "
                                       "key; to try it: " +
                                       std::string(pem::TestCertificateCommand())};
  }
  std::shared_ptr<Certificates> made(new Certificates(std::move(files), std::move(protocols)));
  if (Status loaded = made->Reload(); !loaded) return std::move(loaded).error();
  made->seen_ = made->read_;
  return made;
}

// One with the certificate and the rules, but for what the files say.
Result<Certificates::Loaded> Certificates::Read() const {
  Loaded loaded;
  loaded.context.reset(::SSL_CTX_new(::TLS_server_method()), &::SSL_CTX_free);
  SSL_CTX* context = loaded.context.get();
  if (context == nullptr || ::SSL_CTX_set_cipher_list(context, kCiphers12) != 1 ||
      ::SSL_CTX_set_ciphersuites(context, kCiphers13) != 1 ||
      ::SSL_CTX_set1_groups_list(context, kGroups) != 1) {
    return Error{Fault::kIo, files_.prefix + ": OpenSSL: " + pem::LibraryError()};
  }
  SetRules(context);
  const std::string key = files_.prefix + ".certificate";
  if (Status used = pem::UseChain(context, key, files_.certificate); !used) {
    return std::move(used).error();
  }
  const std::string own = files_.prefix + ".key";
  if (Status used = pem::UseKey(context, own, files_.key, files_.certificate); !used) {
    return std::move(used).error();
  }
  if (Status used = UseClientCa(context, files_); !used) return std::move(used).error();
  if (!protocols_.empty()) {
    ::SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, const_cast<std::string*>(&offered_));
  }
  const X509* certificate = ::SSL_CTX_get0_certificate(context);
  loaded.subject = SubjectOf(certificate);
  loaded.ends_at = EndOf(certificate);
  return loaded;
}

Status Certificates::Reload() {
  const Marks marks = Look();  // before reading: what changes meanwhile is read once more
  auto loaded = Read();
  const std::lock_guard lock(mutex_);
  read_ = marks;
  if (!loaded) return std::move(loaded).error();
  loaded_ = std::move(*loaded);
  return Done{};
}

Certificates::Marks Certificates::Look() const {
  Marks marks;
  const std::string* paths[] = {&files_.certificate, &files_.key, &files_.client_ca};
  for (size_t i = 0; i < marks.size(); ++i) {
    if (!paths[i]->empty()) marks[i] = FileMarkOf(*paths[i]);
  }
  return marks;
}

bool Certificates::Changed() {
  const Marks now = Look();
  const bool settled = now == std::exchange(seen_, now);
  const std::lock_guard lock(mutex_);
  return settled && now != read_;
}

ContextHandle Certificates::Current() const {
  const std::lock_guard lock(mutex_);
  return loaded_.context;
}

std::string Certificates::Summary() const {
  const std::lock_guard lock(mutex_);
  return loaded_.subject + ", valid until " + DayOf(loaded_.ends_at);
}

Trust Certificates::TrustOf() const {
  const ContextHandle context = Current();
  X509* certificate = ::SSL_CTX_get0_certificate(context.get());
  STACK_OF(X509)* chain = nullptr;
  ::SSL_CTX_get0_chain_certs(context.get(), &chain);
  const bool has_chain = chain != nullptr && sk_X509_num(chain) > 0;
  if (has_chain && ::X509_check_issued(sk_X509_value(chain, 0), certificate) != X509_V_OK) {
    return Trust::kBroken;
  }
  if (::X509_check_issued(certificate, certificate) == X509_V_OK) return Trust::kItself;
  const StoreHandle store(::X509_STORE_new());
  const VerifyHandle verify(::X509_STORE_CTX_new());
  if (!store || !verify || ::X509_STORE_set_default_paths(store.get()) != 1 ||
      ::X509_STORE_CTX_init(verify.get(), store.get(), certificate, chain) != 1) {
    ::ERR_clear_error();
    return Trust::kUnknown;
  }
  ::X509_STORE_CTX_set_flags(verify.get(), X509_V_FLAG_NO_CHECK_TIME);
  const bool known = ::X509_verify_cert(verify.get()) == 1;
  ::ERR_clear_error();
  return known ? Trust::kSystem : Trust::kUnknown;
}

int64_t Certificates::EndsAt() const {
  const std::lock_guard lock(mutex_);
  return loaded_.ends_at;
}

std::string Certificates::Warning(std::chrono::system_clock::time_point now) const {
  const auto ends = std::chrono::system_clock::time_point(std::chrono::seconds(EndsAt()));
  if (ends - now > kWarnBefore) return {};
  return files_.prefix + ".certificate: " + files_.certificate +
         (ends <= now ? " ended on " : " ends on ") + DayOf(EndsAt()) +
         (ends <= now ? ": clients refuse it" : "") + "; put a new one in its place";
}

}  // namespace gamevents::tls
