#include "cmd/config/check.h"

#include "cmd/certificates.h"
#include "cmd/cluster.h"
#include "cmd/report/named.h"
#include "cmd/report/question.h"
#include "core/access/users.h"
#include "core/base/check.h"
#include "core/base/time_zone.h"
#include "core/base/writable.h"
#include "core/collector/gate/api_keys.h"
#include "core/config/keys.h"
#include "core/contracts/contracts.h"
#include "core/event/catalogue.h"
#include "core/log/data_directory.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

// The properties of librdkafka that name files.
constexpr auto kFileProperties = std::to_array<std::string_view>(
    {"ssl.ca.location", "ssl.certificate.location", "ssl.crl.location", "ssl.key.location",
     "ssl.keystore.location", "sasl.kerberos.keytab"});
// The word with which librdkafka looks for the system's certificates itself.
constexpr std::string_view kProbe = "probe";

Status CheckReadable(const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0) return Done{};
  return SystemError("open " + path, errno);
}

Status CheckDataDirectoryAt(const std::string& directory) {
  if (Status writable = CheckWritable(directory, MissingFolders::kAny); !writable) return writable;
  Status ours = log::CheckDataDirectory(log::FileSystem::Posix(), directory);
  if (!ours && ours.error().fault == Fault::kNotFound) return Done{};  // It is made at the start.
  return ours;
}

// A file that is not there is made by the first `users add`.
Status CheckUsers(const std::string& path) {
  if (const auto users = access::UserFile::Open(path); !users) return Error(users.error());
  return CheckWritable(path, MissingFolders::kNone);
}

/// Goes through the keys and keeps what was found.
class FileCheck {
 public:
  explicit FileCheck(const config::Loaded& loaded) : loaded_(loaded) {}

  void Catalogue(const std::string& path) {
    const auto catalogue = event::Catalogue::Load(path);
    // What is wrong within it has its own place in front.
    if (!catalogue && catalogue.error().fault == Fault::kBadInput) {
      checked_.push_back({"catalogue.file", path, catalogue.error().context});
      return;
    }
    Add("catalogue.file", path, catalogue ? Status(Done{}) : Error(catalogue.error()));
  }

  void ApiKeys(const std::string& path) {
    const auto keys = collector::ApiKeys::Open(path);
    Add("serve.api_keys_file", path, keys ? Status(Done{}) : Error(keys.error()));
  }

  void Contracts(const std::string& folder) {
    const auto read = contracts::Contracts::Load(folder);
    Add("serve.contracts", folder, read ? Status(Done{}) : Error(read.error()));
  }

  void Certificates(const std::string& prefix, const config::Settings::Tls& settings) {
    const auto loaded = ReadCertificates(settings, prefix, {});
    if (!loaded) {
      // Which begins with the key.
      checked_.push_back({prefix, settings.certificate, loaded.error().context});
    } else if (*loaded) {
      checked_.push_back({prefix, settings.certificate, ""});
    }
  }

  void Reports(const config::Settings& settings) {
    const auto zone = TimeZone::Find(settings.report.time_zone);
    INVARIANT(zone);  // the key's own check has found it
    for (const std::string& name : ReportNames(settings.reports)) {
      const auto flags = NamedReport(settings.reports, name);
      const Status checked = flags ? CheckNamed(*flags, *zone) : Status(flags.error());
      if (checked) continue;
      const std::string key = "reports." + name;
      checked_.push_back(
          {key, "", FirstSourceOf(key + ".") + key + ": " + checked.error().context});
    }
  }

  void Add(const std::string& key, const std::string& path, const Status& status) {
    const std::string error = status ? "" : SourceOf(key) + key + ": " + status.error().context;
    checked_.push_back({key, path, error});
  }

  /// Checks the path that `key` gives, where "~" is the user's home.
  template <class Check>
  void AddPath(const std::string& key, const std::string& text, Check check) {
    auto path = PathOf(key, text);
    if (path) return Add(key, *path, check(*path));
    checked_.push_back({key, text, path.error().context});
  }

  /// The files that properties of librdkafka name; `key` is that of all properties.
  void Properties(const std::string& key, const std::map<std::string, std::string>& properties) {
    for (const auto& [name, path] : properties) {
      const bool names_file = std::ranges::find(kFileProperties, name) != kFileProperties.end();
      if (names_file && path != kProbe) Add(key + "." + name, path, CheckReadable(path));
    }
  }

  std::vector<CheckedFile> Take() { return std::move(checked_); }

 private:
  // Where the first of the keys that begin so was set, in one file: "gamevents.yaml:3: ".
  std::string FirstSourceOf(const std::string& prefix) const {
    std::string first;
    for (const config::Origin& origin : loaded_.origins) {
      if (!origin.key.starts_with(prefix)) continue;
      const std::string source = origin.source + ": ";
      // Of two line numbers the shorter is the smaller.
      const bool is_before =
          source.size() != first.size() ? source.size() < first.size() : source < first;
      if (first.empty() || is_before) first = source;
    }
    return first;
  }

  // "gamevents.yaml:3: ", or nothing for a default.
  std::string SourceOf(const std::string& key) const {
    const auto origin = std::ranges::find(loaded_.origins, key, &config::Origin::key);
    if (origin == loaded_.origins.end() || origin->source == "default") return {};
    return origin->source + ": ";
  }

  const config::Loaded& loaded_;
  std::vector<CheckedFile> checked_;
};

}  // namespace

std::vector<CheckedFile> CheckFiles(const config::Loaded& loaded) {
  const config::Settings& settings = loaded.settings;
  FileCheck check(loaded);
  if (!settings.catalogue.file.empty()) check.Catalogue(settings.catalogue.file);
  if (!settings.serve.api_keys_file.empty()) check.ApiKeys(settings.serve.api_keys_file);
  if (!settings.serve.contracts.empty()) check.Contracts(settings.serve.contracts);
  check.Certificates("serve.tls", settings.serve.tls);
  const std::string& access_log = settings.serve.access_log_file;
  if (settings.serve.access_log != "off" && !access_log.empty()) {
    check.Add("serve.access_log_file", access_log,
              CheckWritable(access_log, MissingFolders::kNone));
  }
  if (settings.kafka.brokers == config::kEmbedded) {
    check.Certificates("embedded.tls", settings.embedded.tls);
    check.AddPath("embedded.data_dir", settings.embedded.data_dir, CheckDataDirectoryAt);
    if (!settings.embedded.users_file.empty()) {
      check.AddPath("embedded.users_file", settings.embedded.users_file, CheckUsers);
    }
  }
  if (!settings.state.snapshot.empty()) {
    check.AddPath("state.snapshot", settings.state.snapshot, [](const std::string& path) {
      return CheckWritable(path, MissingFolders::kAny);
    });
  }
  check.Properties("kafka.properties", settings.kafka.properties);
  check.Properties("forward.properties", settings.forward.properties);
  check.Reports(settings);
  for (const std::string& jar : settings.spark.jars) {
    if (jar.find("://") == jar.npos) check.Add("spark.jars", jar, CheckReadable(jar));
  }
  return check.Take();
}

}  // namespace gamevents::cmd
