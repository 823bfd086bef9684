#include "tests/unit/tls/pairs.h"

#include "core/base/check.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace gamevents::tls {
namespace {

template <class Writer>
std::string Pem(Writer write) {
  BIO* out = ::BIO_new(::BIO_s_mem());
  INVARIANT(write(out) == 1);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out, &text);
  std::string pem(text, static_cast<size_t>(length));
  ::BIO_free(out);
  return pem;
}

}  // namespace

Pair MakePair(const std::string& name, long seconds) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = ::X509_new();
  INVARIANT(key != nullptr && certificate != nullptr);
  ::X509_set_version(certificate, 2);
  ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 1);
  ::X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  ::X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  ::X509_set_pubkey(certificate, key);
  X509_NAME* subject = ::X509_get_subject_name(certificate);
  ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  ::X509_set_issuer_name(certificate, subject);
  INVARIANT(::X509_sign(certificate, key, ::EVP_sha256()) > 0);
  Pair pair{Pem([&](BIO* out) { return ::PEM_write_bio_X509(out, certificate); }),
            Pem([&](BIO* out) {
              return ::PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
            })};
  ::X509_free(certificate);
  ::EVP_PKEY_free(key);
  return pair;
}

}  // namespace gamevents::tls
