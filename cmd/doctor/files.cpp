// doctor: the files that the configuration names.

#include "cmd/certificates.h"
#include "cmd/cluster.h"
#include "cmd/config/check.h"
#include "cmd/doctor/finding.h"
#include "core/base/result.h"
#include "core/tls/certificates.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

using std::chrono::days;

// How long before its end a certificate is spoken of, and how long before nobody should wait.
constexpr days kCertificateWarn{30};
constexpr days kCertificateFail{7};

// Keys of CheckFiles that have a check of their own here.
constexpr std::string_view kTlsPrefixes[] = {"serve.tls", "embedded.tls"};
constexpr std::string_view kDataDirectoryKey = "embedded.data_dir";

bool HasOwnCheck(const std::string& key) {
  return key == kDataDirectoryKey || std::ranges::find(kTlsPrefixes, key) != std::end(kTlsPrefixes);
}

// Who may read a file that others must not read, or write to one that says who may do what.
enum class Kept : uint8_t { kUnread, kUnwritten };

struct SecretFile {
  std::string key;
  std::string path;
  Kept kept = Kept::kUnread;
};

// The file of the configuration, where a secret stands in it.
bool HoldsSecret(const config::Loaded& loaded) {
  return loaded.file && std::ranges::any_of(loaded.origins, [&](const config::Origin& origin) {
           return origin.secret && origin.source.starts_with(*loaded.file + ":");
         });
}

std::vector<SecretFile> SecretFiles(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  std::vector<SecretFile> files;
  const auto add = [&](const std::string& key, const std::string& text, Kept kept) {
    const auto path = PathOf(key, text);
    if (!text.empty() && path) files.push_back({key, *path, kept});
  };
  if (HoldsSecret(examined.loaded)) add("--config", *examined.loaded.file, Kept::kUnread);
  add("serve.tls.key", settings.serve.tls.key, Kept::kUnread);
  // Its lines are hashes of keys.
  add("serve.api_keys_file", settings.serve.api_keys_file, Kept::kUnwritten);
  if (!examined.data_dir.empty()) {
    add("embedded.tls.key", settings.embedded.tls.key, Kept::kUnread);
    if (const auto users = UsersFileOf(settings)) add("embedded.users_file", *users, Kept::kUnread);
    add(std::string(kDataDirectoryKey), examined.data_dir, Kept::kUnread);
  }
  for (const auto* properties : {&settings.kafka.properties, &settings.forward.properties}) {
    const auto found = properties->find("ssl.key.location");
    if (found != properties->end()) add("ssl.key.location", found->second, Kept::kUnread);
  }
  return files;
}

Finding JudgeMode(const SecretFile& file, mode_t mode) {
  const bool is_read = file.kept == Kept::kUnread && (mode & S_IROTH) != 0;
  const bool is_written = (mode & S_IWOTH) != 0;
  const std::string subject = file.key + " " + file.path;
  if (!is_read && !is_written) return Ok(subject, "kept from other users");
  return Warn(subject, is_written ? "every user may change it" : "every user may read it",
              std::string("chmod ") + (is_read ? "o-rwx " : "o-w ") + file.path);
}

std::string DaysLeft(std::chrono::system_clock::duration left) {
  const auto count = std::chrono::floor<days>(left).count();
  if (count < 0) return "it has ended";
  return std::to_string(count) + (count == 1 ? " day left" : " days left");
}

std::string SayTrust(tls::Trust trust) {
  switch (trust) {
    case tls::Trust::kSystem:
      return "";
    case tls::Trust::kUnknown:
      return "; clients must be given its authority, which is not known here";
    case tls::Trust::kItself:
      return "; clients must be given it, for it is signed by itself";
    case tls::Trust::kBroken:
      return "; the next certificate in the file is not of its issuer";
  }
  return {};
}

Finding JudgeCertificate(const std::string& prefix, const std::string& path,
                         const tls::Certificates& certificates) {
  const std::string subject = prefix + " " + path;
  const auto ends =
      std::chrono::system_clock::time_point(std::chrono::seconds(certificates.EndsAt()));
  const auto left = ends - std::chrono::system_clock::now();
  const tls::Trust trust = certificates.TrustOf();
  const std::string found = certificates.Summary() + " (" + DaysLeft(left) + ")" + SayTrust(trust);
  const std::string renew =
      "put a new certificate and its key in the place of these; serve and "
      "broker take them without a restart";
  if (left <= kCertificateFail) return Fail(subject, found, renew);
  if (trust == tls::Trust::kBroken) {
    return Fail(subject, found,
                "put the server's certificate first in the file, then each one's issuer");
  }
  if (left <= kCertificateWarn) return Warn(subject, found, renew);
  return Ok(subject, found);
}

}  // namespace

std::vector<Finding> FindConfiguration(const Examined& examined) {
  const auto& file = examined.loaded.file;
  const auto changed = std::ranges::count_if(
      examined.loaded.origins,
      [](const config::Origin& origin) { return origin.source != "default"; });
  return {Ok(file.value_or("no file"),
             std::to_string(changed) + (changed == 1 ? " key is" : " keys are") + " set")};
}

std::vector<Finding> FindFiles(const Examined& examined) {
  std::vector<Finding> findings;
  for (const CheckedFile& file : CheckFiles(examined.loaded)) {
    if (HasOwnCheck(file.key)) continue;
    const std::string subject = file.path.empty() ? file.key : file.key + " " + file.path;
    if (file.error.empty()) {
      findings.push_back(Ok(subject, "can be used"));
    } else {
      findings.push_back(Fail(subject, file.error,
                              "mend what it names, or set " + file.key +
                                  " to another value; "
                                  "gamevents config check looks again"));
    }
  }
  return findings;
}

std::vector<Finding> FindSecrets(const Examined& examined) {
  std::vector<Finding> findings;
  std::set<std::string> seen;
  for (const SecretFile& file : SecretFiles(examined)) {
    struct stat status{};
    if (::stat(file.path.c_str(), &status) != 0 || !seen.insert(file.path).second) continue;
    findings.push_back(JudgeMode(file, status.st_mode));
  }
  return findings;
}

std::vector<Finding> FindCertificates(const Examined& examined) {
  const config::Settings& settings = examined.settings();
  std::vector<std::pair<std::string, const config::Settings::Tls*>> all = {
      {"serve.tls", &settings.serve.tls}};
  if (!examined.data_dir.empty()) all.emplace_back("embedded.tls", &settings.embedded.tls);
  std::vector<Finding> findings;
  for (const auto& [prefix, tls] : all) {
    const auto loaded = ReadCertificates(*tls, prefix, {});
    if (!loaded) {
      findings.push_back(Fail(prefix, loaded.error().context,
                              "name a certificate and its own key, both readable, in " + prefix +
                                  ".certificate and " + prefix + ".key"));
    } else if (*loaded) {
      findings.push_back(JudgeCertificate(prefix, tls->certificate, **loaded));
    }
  }
  return findings;
}

}  // namespace gamevents::cmd
