#pragma once

#include "cmd/serve/reloads.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/tls/certificates.h"

#include <memory>
#include <string>

namespace gamevents::cmd {

/// The certificate that the keys below `prefix` ("serve.tls") name; null where they name no file.
/// Errors: as tls::Certificates::Load; kNotFound as PathOf.
Result<std::shared_ptr<tls::Certificates>> ReadCertificates(const config::Settings::Tls& settings,
                                                            const std::string& prefix,
                                                            tls::Certificates::Protocols protocols);

/// The same with a note that says whose it is and when it ends.
Result<std::shared_ptr<tls::Certificates>> LoadCertificates(const config::Settings::Tls& settings,
                                                            const std::string& prefix,
                                                            tls::Certificates::Protocols protocols);

/// Has the certificate read again on SIGHUP and when its files change; a bad one keeps the old one.
void AddCertificates(const std::shared_ptr<tls::Certificates>& certificates,
                     const std::string& prefix, Reloads& reloads);

}  // namespace gamevents::cmd
