#include "cmd/report/source.h"

#include "cmd/cluster.h"
#include "cmd/state_view.h"
#include "core/config/keys.h"
#include "core/kafka/admin.h"
#include "core/report/ask/view.h"
#include "core/report/scan/sales_source.h"
#include "core/report/scan/segment_source.h"
#include "core/report/scan/topic_source.h"

#include <utility>

namespace gamevents::cmd {
namespace {

/// Where the records come from. A broker is asked for the range in any case: of the embedded log
/// it alone knows what has been acknowledged. Errors: kBadInput for a source that is not here.
Result<report::OpenSource> OpenRecords(const ReportFlags& flags, const Origin& origin) {
  const bool here = origin.settings.kafka.brokers == config::kEmbedded;
  if (flags.source == kSegmentSource && !here) {
    return Error{Fault::kBadInput,
                 "--source segments: kafka.brokers names a cluster, whose files are elsewhere"};
  }
  if (flags.source == "kafka" || !here) return report::FromTopic(origin.Reader());
  auto data_dir = PathOf("embedded.data_dir", origin.settings.embedded.data_dir);
  if (!data_dir) return std::move(data_dir).error();
  auto ranges = kafka::Reader::Find(origin.Reader());
  if (!ranges) return std::move(ranges).error();
  return report::FromSegments(
      {.data_dir = std::move(*data_dir), .topic = origin.topic, .ranges = std::move(*ranges)});
}

}  // namespace

kafka::ReaderOptions Origin::Reader() const {
  kafka::ReaderOptions reader;
  reader.client = client;
  reader.topic = topic;
  reader.range = range;
  reader.headers = false;  // no question is about them
  return reader;
}

Result<report::OpenSource> OpenAsked(const ReportFlags& flags, const Origin& origin) {
  if (flags.view == kSalesView) {
    auto events = OpenRecords(flags, origin);
    if (!events) return events;
    return report::SalesOf(std::move(*events), static_cast<size_t>(origin.settings.report.memory));
  }
  if (flags.view.empty() || report::EventViewNamed(flags.view)) return OpenRecords(flags, origin);
  const auto replica = CurrentState(origin.settings, origin.client);
  if (!replica) return Error(replica.error());
  return RowsOf(flags.view, (*replica)->state);
}

Result<report::OpenSource> OpenTopicRecords(const ReportFlags& flags, const Origin& origin) {
  const auto found = kafka::Reader::Find(origin.Reader());
  if (!found) return kafka::NameTopics(found.error(), origin.client, origin.topic);
  return OpenRecords(flags, origin);
}

}  // namespace gamevents::cmd
