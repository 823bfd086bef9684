// Goal: a certificate is read or refused with the key, the file and what to do; it is read again,
// and a bad one leaves the old one. Method: pairs made here, written to files and changed there.
#include "core/tls/certificates.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/tls/pairs.h"

#include <chrono>
#include <memory>
#include <string>

namespace gamevents::tls {
namespace {

struct Files {
  TempFolder folder;
  CertificateFiles files;

  explicit Files(const Pair& pair = MakePair("first")) {
    files.prefix = "serve.tls";
    Put(pair);
  }
  void Put(const Pair& pair) {
    files.certificate = folder.Write("cert.pem", pair.certificate);
    files.key = folder.Write("key.pem", pair.key);
  }
  std::shared_ptr<Certificates> MustLoad() const {
    auto loaded = Certificates::Load(files, {"http/1.1"});
    REQUIRE(loaded.ok());
    return *loaded;
  }
  std::string Refusal() const {
    auto loaded = Certificates::Load(files, {"http/1.1"});
    REQUIRE(!loaded.ok());
    return loaded.error().context;
  }
};

bool Has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a certificate and its key are read") {
  const Files given;
  const auto loaded = Certificates::Load(given.files, {"http/1.1"});
  REQUIRE(loaded.ok());
  CHECK((*loaded)->Current() != nullptr);
  CHECK((*loaded)->Summary().starts_with("CN=first, valid until 20"));
  const auto now = std::chrono::system_clock::now();
  CHECK(Has((*loaded)->Warning(now), "cert.pem ends on 20"));
  CHECK(Has((*loaded)->Warning(now + std::chrono::hours(2)), "cert.pem ended on 20"));
  CHECK((*loaded)->Warning(now - Certificates::kWarnBefore - std::chrono::hours(1)).empty());
}

TEST_CASE("what is wrong with the files is said with the key, the file and the remedy") {
  Files given;
  SECTION("no key") {
    given.files.key.clear();
    CHECK(Has(given.Refusal(), "serve.tls.key: expected a file"));
    CHECK(Has(given.Refusal(), "openssl req -x509"));
  }
  SECTION("no such file") {
    given.files.certificate += ".not";
    CHECK(Has(given.Refusal(), "serve.tls.certificate: "));
    CHECK(Has(given.Refusal(), "No such file"));
  }
  SECTION("the key of another") {
    given.files.key = given.folder.Write("key.pem", MakePair("other").key);
    CHECK(Has(given.Refusal(), "does not belong to the certificate in " + given.files.certificate));
  }
  SECTION("not PEM") {
    given.folder.Write("cert.pem", "hello");
    CHECK(Has(given.Refusal(), "has no certificate in PEM"));
  }
  SECTION("a broken second certificate of the chain is not in PEM's words, and is left out") {
    given.folder.Write("cert.pem", MakePair("first").certificate + "-----BEGIN CERTIFICATE-----\n");
    CHECK(Has(given.Refusal(), "serve.tls.key"));  // the key is of the pair before
  }
  SECTION("no authority") {
    given.files.client_ca = given.folder.Write("ca.pem", "");
    CHECK(Has(given.Refusal(), "serve.tls.client_ca: "));
  }
}

TEST_CASE("who vouches for a certificate is seen") {
  const Files own(MakePair("first"));
  CHECK(own.MustLoad()->TrustOf() == Trust::kItself);
  // Behind it stands one that did not issue it.
  Files other(MakePair("first"));
  const Pair pair = MakePair("first");
  other.Put({pair.certificate + MakePair("second").certificate, pair.key});
  CHECK(other.MustLoad()->TrustOf() == Trust::kBroken);
}

TEST_CASE("files are read again, and a bad one leaves what was there") {
  Files given;
  const auto loaded = Certificates::Load(given.files, {});
  REQUIRE(loaded.ok());
  Certificates& certificates = **loaded;
  const ContextHandle first = certificates.Current();
  CHECK(!certificates.Changed());
  given.folder.Write("key.pem", "no key");
  CHECK(!certificates.Changed());  // perhaps not all is written
  CHECK(certificates.Changed());
  CHECK(!certificates.Reload().ok());
  CHECK(certificates.Current() == first);
  CHECK(!certificates.Changed());  // it was tried
  given.Put(MakePair("second"));
  CHECK(!certificates.Changed());
  CHECK(certificates.Changed());
  REQUIRE(certificates.Reload().ok());
  CHECK(certificates.Current() != first);
  CHECK(certificates.Summary().starts_with("CN=second"));
  CHECK(!certificates.Changed());
}

}  // namespace gamevents::tls
