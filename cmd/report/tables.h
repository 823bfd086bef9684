#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/kafka/client_options.h"
#include "core/report/scan/scan.h"
#include "core/report/sql/table_sources.h"

#include <functional>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// Opens the records of a topic. Errors: kNotFound, with the topics that there are.
using OpenTopic = std::function<Result<report::OpenSource>(const std::string& topic)>;

/// Whether `--with NAME=FILE` can be read. Errors: kBadInput, naming the flag.
Status CheckFiles(const std::vector<std::string>& with);

/// What a statement may name beside the events: inventory, carts and guilds as the topic has them
/// now, the catalogue, the files of --with, which may take the name of a topic, and other topics.
/// Nothing is opened before a statement names it. `settings` and what `client` names outlive it.
/// Requires: CheckFiles(with).
report::sql::TableSources TablesOf(const std::vector<std::string>& with,
                                   const config::Settings& settings,
                                   const kafka::ClientOptions& client, OpenTopic topic);

}  // namespace gamevents::cmd
