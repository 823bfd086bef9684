#pragma once

#include "cmd/flags.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/config/settings.h"
#include "core/http/client_connection.h"
#include "core/http/message.h"
#include "core/tls/client_rules.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// What the flags say about the server that events are sent to. Files by their paths.
struct TargetOptions {
  std::optional<std::string> url;
  std::vector<std::string> headers;
  std::optional<std::string> api_key_file;
  std::optional<std::string> ca;
  std::optional<std::string> certificate;
  std::optional<std::string> key;
};

/// The server, and what each connection and request to it carries.
struct Target {
  HostPort server;
  http::Headers headers;
  std::shared_ptr<const tls::ClientRules> tls;  ///< null: without TLS
};

/// Declares the flags; gives all of them. `options` must outlive the command line.
std::vector<Flag> DeclareTarget(Flags& flags, TargetOptions& options);

/// The server that the flags name, or where serve listens as it is configured here.
/// Errors: kBadInput, kNotFound, kIo: which flag or file is wrong, and what to do about it.
Result<Target> TargetOf(const TargetOptions& options, const config::Settings& settings);

}  // namespace gamevents::cmd
