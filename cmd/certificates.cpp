#include "cmd/certificates.h"

#include "cmd/cluster.h"
#include "core/base/notes.h"

#include <chrono>
#include <utility>

namespace gamevents::cmd {
namespace {

void NoteCertificate(const tls::Certificates& certificates, const std::string& prefix) {
  const std::string warning = certificates.Warning(std::chrono::system_clock::now());
  if (!warning.empty()) return Note(NoteLevel::kWarning, warning);
  Note(NoteLevel::kInfo, prefix + ": " + certificates.Summary());
}

}  // namespace

Result<std::shared_ptr<tls::Certificates>> ReadCertificates(
    const config::Settings::Tls& settings, const std::string& prefix,
    tls::Certificates::Protocols protocols) {
  if (!settings.any()) return std::shared_ptr<tls::Certificates>();
  tls::CertificateFiles files;
  files.prefix = prefix;
  struct Named {
    const char* key;
    const std::string& text;
    std::string& path;
  };
  for (const Named& each : {Named{".certificate", settings.certificate, files.certificate},
                            Named{".key", settings.key, files.key},
                            Named{".client_ca", settings.client_ca, files.client_ca}}) {
    auto path = PathOf(prefix + each.key, each.text);
    if (!path) return std::move(path).error();
    each.path = std::move(*path);
  }
  return tls::Certificates::Load(std::move(files), std::move(protocols));
}

Result<std::shared_ptr<tls::Certificates>> LoadCertificates(
    const config::Settings::Tls& settings, const std::string& prefix,
    tls::Certificates::Protocols protocols) {
  auto loaded = ReadCertificates(settings, prefix, std::move(protocols));
  if (loaded && *loaded) NoteCertificate(**loaded, prefix);
  return loaded;
}

void AddCertificates(const std::shared_ptr<tls::Certificates>& certificates,
                     const std::string& prefix, Reloads& reloads) {
  if (!certificates) return;
  reloads.Add(
      prefix,
      [certificates, prefix]() -> Status {
        if (Status read = certificates->Reload(); !read) return read;
        NoteCertificate(*certificates, prefix);
        return Done{};
      },
      [certificates] { return certificates->Changed(); });
}

}  // namespace gamevents::cmd
