#pragma once

#include "cmd/command.h"
#include "core/base/result.h"
#include "core/config/settings.h"

#include <string>

namespace gamevents::cmd {

/// Reads the topic to its end and writes a draft of a contract for each event type into `folder`,
/// which is made if it is not there. A file that is there already stays, with a note. Errors: of
/// OpenCluster and kafka::Reader; kClosed when the process is told to stop; of the folder's files.
Result<Exit> InferContracts(const config::Settings& settings, const std::string& folder);

}  // namespace gamevents::cmd
