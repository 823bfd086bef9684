#include "core/tls/pem.h"

#include "core/base/file.h"
#include "core/tls/limits.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <utility>

namespace gamevents::tls::pem {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<::EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, Freed<::X509_free>>;

Error Wrong(const std::string& key, const std::string& path, const std::string& why) {
  return Error{Fault::kBadInput, key + ": " + path + ": " + why};
}

// There is nobody to ask for a passphrase: the key counts as unreadable.
int NoPassphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return 0;
}

Result<BioHandle> ReadPem(const std::string& key, const std::string& path, std::string& text) {
  auto read = ReadFile(path, kFileBytesMax);
  if (!read) return std::move(read).error().In(key);
  text = std::move(*read);
  BioHandle bio(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) return Wrong(key, path, LibraryError());
  return bio;
}

}  // namespace

void BioDeleter::operator()(bio_st* bio) const { ::BIO_free(bio); }

std::string LibraryError() {
  const unsigned long code = ::ERR_peek_last_error();
  ::ERR_clear_error();
  const char* reason = ::ERR_reason_error_string(code);
  return reason == nullptr ? "not what it should be" : reason;
}

Status UseChain(SSL_CTX* context, const std::string& name, const std::string& path) {
  std::string text;
  auto bio = ReadPem(name, path, text);
  if (!bio) return std::move(bio).error();
  const CertificateHandle first(::PEM_read_bio_X509_AUX(bio->get(), nullptr, nullptr, nullptr));
  if (!first) {
    ::ERR_clear_error();
    return Wrong(name, path,
                 "has no certificate in PEM (-----BEGIN CERTIFICATE-----); one to try with: " +
                     std::string(TestCertificateCommand()));
  }
  if (::SSL_CTX_use_certificate(context, first.get()) != 1) {
    return Wrong(name, path, LibraryError() + "; RSA of 2048 bits or ECDSA on P-256 will do");
  }
  while (X509* next = ::PEM_read_bio_X509(bio->get(), nullptr, nullptr, nullptr)) {
    if (::SSL_CTX_add0_chain_cert(context, next) != 1) {  // which owns it from now on
      ::X509_free(next);
      return Wrong(name, path, "a certificate of its chain: " + LibraryError());
    }
  }
  ::ERR_clear_error();  // The end of the file counts as an error.
  return Done{};
}

Status UseKey(SSL_CTX* context, const std::string& name, const std::string& path,
              const std::string& certificate) {
  std::string text;
  auto bio = ReadPem(name, path, text);
  if (!bio) return std::move(bio).error();
  bool encrypted = false;
  const KeyHandle own(::PEM_read_bio_PrivateKey(bio->get(), nullptr, NoPassphrase, &encrypted));
  ::OPENSSL_cleanse(text.data(), text.size());
  if (encrypted) {
    return Wrong(name, path,
                 "has a passphrase, which nobody is asked for; write it without: openssl pkey -in "
                 "OLD -out NEW");
  }
  if (!own) {
    ::ERR_clear_error();
    return Wrong(name, path, "has no private key in PEM (-----BEGIN PRIVATE KEY-----)");
  }
  if (::SSL_CTX_use_PrivateKey(context, own.get()) != 1 ||
      ::SSL_CTX_check_private_key(context) != 1) {
    ::ERR_clear_error();
    return Wrong(name, path,
                 "does not belong to the certificate in " + certificate +
                     "; name the two that were made together");
  }
  return Done{};
}

Status AddAuthorities(SSL_CTX* context, const std::string& name, const std::string& path,
                      Told told) {
  std::string text;
  auto bio = ReadPem(name, path, text);
  if (!bio) return std::move(bio).error();
  size_t count = 0;
  while (const CertificateHandle authority{
      ::PEM_read_bio_X509(bio->get(), nullptr, nullptr, nullptr)}) {
    if (::X509_STORE_add_cert(::SSL_CTX_get_cert_store(context), authority.get()) != 1 ||
        (told == Told::kTheOtherSide && ::SSL_CTX_add_client_CA(context, authority.get()) != 1)) {
      return Wrong(name, path, LibraryError());
    }
    ++count;
  }
  ::ERR_clear_error();
  if (count == 0) {
    return Wrong(name, path, "has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  }
  return Done{};
}

std::string_view TestCertificateCommand() {
  return "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "
         "/CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout key.pem -out "
         "cert.pem";
}

}  // namespace gamevents::tls::pem
