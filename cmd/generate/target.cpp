#include "cmd/generate/target.h"

#include "core/base/ascii.h"
#include "core/base/file.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

constexpr char kApiKeyVariable[] = "GAMEVENTS_API_KEY";
constexpr char kApiKeyHeader[] = "X-Api-Key";
constexpr size_t kHeaderFileBytesMax = size_t{64} << 10;
constexpr char kCaFlag[] = "--ca";
constexpr char kCertificateFlag[] = "--certificate";
constexpr char kKeyFlag[] = "--key";

// Where serve listens as it is configured here.
Result<http::ServerUrl> ServerOf(const TargetOptions& options, const config::Settings& settings) {
  if (options.url) {
    auto server = http::ParseServerUrl(*options.url);
    if (!server) return std::move(server).error().In("--url");
    return server;
  }
  if (settings.serve.port == 0) {
    return Error{Fault::kBadInput, "serve.port is 0, so nobody knows where serve is: say --url"};
  }
  HostPort server{settings.serve.host, static_cast<uint16_t>(settings.serve.port)};
  if (server.host == "0.0.0.0") server.host = "127.0.0.1";
  if (server.host == "::") server.host = "::1";
  return http::ServerUrl{std::move(server), settings.serve.tls.any()};
}

/// What --header gives. A text that begins with '@' names a file with a header on each line, so
/// that a key need not be seen in the list of processes.
Result<http::Headers> HeadersOf(const std::vector<std::string>& texts) {
  http::Headers headers;
  const auto add = [&headers](std::string_view line) -> Status {
    auto header = http::ParseHeaderLine(line);
    if (!header) return std::move(header).error().In("--header");
    headers.push_back(std::move(*header));
    return Done{};
  };
  for (const std::string& text : texts) {
    if (!text.starts_with('@')) {
      if (Status added = add(text); !added) return std::move(added).error();
      continue;
    }
    const auto file = ReadFile(text.substr(1), kHeaderFileBytesMax);
    if (!file) return Error(file.error()).In("--header");
    std::istringstream lines(*file);
    for (std::string line; std::getline(lines, line);) {
      if (line.empty()) continue;
      if (Status added = add(line); !added) return std::move(added).error();
    }
  }
  return headers;
}

/// The API key to send: what --api-key-file holds, else what GAMEVENTS_API_KEY is; nothing for
/// none. A text on the command line could be seen in the list of processes.
Result<std::optional<std::string>> ApiKeyOf(const TargetOptions& options) {
  if (!options.api_key_file) {
    const char* given = std::getenv(kApiKeyVariable);
    if (given == nullptr || *given == '\0') return std::optional<std::string>();
    return std::optional<std::string>(given);
  }
  const auto text = ReadFile(*options.api_key_file, kHeaderFileBytesMax);
  if (!text) return Error(text.error()).In("--api-key-file");
  const std::string_view key = Trim(*text, " \t\r\n");
  const bool one_line = key.find('\n') == key.npos;
  if (!key.empty() && one_line) return std::optional<std::string>(key);
  return Error{Fault::kBadInput, "--api-key-file " + *options.api_key_file +
                                     ": expected one line with the key, as gamevents keys add "
                                     "prints it"};
}

/// Adds the API key to the headers. Errors: kBadInput when it cannot be sent, or a header says
/// another one.
Status AddApiKey(const TargetOptions& options, http::Headers& headers) {
  const auto key = ApiKeyOf(options);
  if (!key) return Error(key.error());
  if (!*key) return Done{};
  const std::string from = options.api_key_file ? "--api-key-file" : kApiKeyVariable;
  const auto is_key = [](const auto& header) {
    return EqualsIgnoringCase(header.first, kApiKeyHeader);
  };
  if (std::ranges::any_of(headers, is_key)) {
    // What is typed wins over what lies in the environment.
    if (!options.api_key_file) return Done{};
    return Error{Fault::kBadInput, "--api-key-file and --header give two API keys: leave one out"};
  }
  auto header = http::ParseHeaderLine(std::string(kApiKeyHeader) + ": " + **key);
  if (!header) return std::move(header).error().In(from);
  headers.push_back(std::move(header).value());
  return Done{};
}

// The rules of TLS, null for a server without.
Result<std::shared_ptr<const tls::ClientRules>> RulesOf(const TargetOptions& options, bool tls) {
  const bool any = options.ca || options.certificate;
  if (!tls && any) {
    return Error{Fault::kBadInput, std::string(options.ca ? kCaFlag : kCertificateFlag) +
                                       " is for TLS: give the server with --url https://HOST:PORT"};
  }
  if (!tls) return std::shared_ptr<const tls::ClientRules>();
  const auto named = [](const char* flag, const std::optional<std::string>& path) {
    return tls::NamedFile{std::string(flag) + " FILE", path.value_or("")};
  };
  return tls::ClientRules::Load({named(kCaFlag, options.ca),
                                 named(kCertificateFlag, options.certificate),
                                 named(kKeyFlag, options.key), "--url http://"});
}

}  // namespace

std::vector<Flag> DeclareTarget(Flags& flags, TargetOptions& options) {
  std::vector<Flag> all = {
      flags.Text("--url", "http[s]://HOST:PORT", "Where serve listens (as configured)",
                 &options.url),
      flags.Text("-H,--header", "'NAME: VALUE'", "A header of each request; @FILE: those of a file",
                 &options.headers),
      flags.Text("--api-key-file", "FILE",
                 "The API key of a serve that asks for one (GAMEVENTS_API_KEY)",
                 &options.api_key_file),
      flags.Text(kCaFlag, "FILE",
                 "Who may have issued an https server's certificate (the system's "
                 "list)",
                 &options.ca),
  };
  const Flag certificate =
      flags.Text(kCertificateFlag, "FILE", "The certificate to show to a server that asks for one",
                 &options.certificate);
  const Flag key =
      flags.Text(kKeyFlag, "FILE", "The private key of that certificate", &options.key);
  certificate.Needs(key);
  key.Needs(certificate);
  all.insert(all.end(), {certificate, key});
  return all;
}

Result<Target> TargetOf(const TargetOptions& options, const config::Settings& settings) {
  auto url = ServerOf(options, settings);
  if (!url) return std::move(url).error();
  auto headers = HeadersOf(options.headers);
  if (!headers) return std::move(headers).error();
  if (Status added = AddApiKey(options, *headers); !added) return std::move(added).error();
  auto rules = RulesOf(options, url->tls);
  if (!rules) return std::move(rules).error();
  return Target{std::move(url->server), std::move(*headers), std::move(*rules)};
}

}  // namespace gamevents::cmd
