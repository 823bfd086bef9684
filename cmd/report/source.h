#pragma once

#include "cmd/report/flags.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/kafka/client_options.h"
#include "core/kafka/reader.h"
#include "core/report/scan/scan.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// Where events are read from. `settings` outlives it.
struct Origin {
  const config::Settings& settings;
  kafka::ClientOptions client;
  kafka::PositionRange range{};
  std::string topic = settings.kafka.topic;

  /// The same of another topic, all of it.
  Origin Of(const std::string& other) const { return {settings, client, {}, other}; }

  kafka::ReaderOptions Reader() const;
};

/// Where the records come from, by the values of --source. A broker is asked for the range in any
/// case: of the embedded log it alone knows what has been acknowledged. Errors: kBadInput for a
/// source that is not here; of kafka::Reader::Find.
Result<report::OpenSource> OpenRecords(std::string_view source, const Origin& origin);

/// The same of another topic. Errors: of OpenRecords; kNotFound with the topics that there are.
Result<report::OpenSource> OpenTopicRecords(std::string_view source, const Origin& origin);

/// Opens just these ranges of the topic: the embedded log's files where they are here.
/// Errors: kNotFound when nobody says where they are.
Result<std::function<report::OpenSource(const std::vector<kafka::PartitionRange>&)>> RangeOpener(
    const Origin& origin);

/// What the question is asked of: the topic's events, what was sold, or a view of the state.
/// Errors: of OpenRecords and CurrentState.
Result<report::OpenSource> OpenAsked(const ReportFlags& flags, const Origin& origin);

}  // namespace gamevents::cmd
