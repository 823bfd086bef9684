#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/forward/forwarder.h"
#include "core/kafka/client_options.h"

#include <string>

namespace gamevents::cmd {

/// What forward.* says to copy, from the cluster that `source` reaches. Asks it for its id. Errors:
/// kUnavailable; kNotFound (in a home that nobody named).
Result<forward::ForwardOptions> ForwardOptionsOf(const config::Settings& settings,
                                                 const kafka::ClientOptions& source);

/// The file of what is to be skipped, in a folder within embedded.data_dir. Errors: kNotFound.
Result<std::string> FindSkips(const config::Settings& settings);

}  // namespace gamevents::cmd
