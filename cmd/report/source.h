#pragma once

#include "cmd/report/flags.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/kafka/client_options.h"
#include "core/kafka/reader.h"
#include "core/report/scan/scan.h"

#include <string>

namespace gamevents::cmd {

/// Where events are read from.
struct Origin {
  const config::Settings& settings;
  kafka::ClientOptions client;
  kafka::PositionRange range;
  std::string topic;

  /// The same of another topic, all of it.
  Origin Of(const std::string& other) const { return {settings, client, {}, other}; }

  kafka::ReaderOptions Reader() const;
};

/// What the question is asked of: the topic's events, through Kafka or from the embedded log's
/// files, or a view of the state. A broker is asked for the range in any case: of the embedded log
/// it alone knows what has been acknowledged.
/// Errors: kBadInput for a source that is not here; of Reader::Find, SalesOf and CurrentState.
Result<report::OpenSource> OpenAsked(const ReportFlags& flags, const Origin& origin);

/// Opens another topic's records, all of them. Errors: kNotFound with those that there are; of
/// Reader::Find.
Result<report::OpenSource> OpenTopicRecords(const ReportFlags& flags, const Origin& origin);

}  // namespace gamevents::cmd
