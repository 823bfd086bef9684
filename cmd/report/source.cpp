#include "cmd/report/source.h"

#include "cmd/cluster.h"
#include "cmd/state_view.h"
#include "core/config/keys.h"
#include "core/event/filter.h"
#include "core/kafka/admin.h"
#include "core/report/ask/view.h"
#include "core/report/scan/flow_source.h"
#include "core/report/scan/sales_source.h"
#include "core/report/scan/segment_source.h"
#include "core/report/scan/topic_source.h"

#include <optional>
#include <string>
#include <utility>

namespace gamevents::cmd {
namespace {

/// What users gained and lost, with the time that --bucket-by names.
Result<report::OpenSource> OpenFlows(const ReportFlags& flags, const Origin& origin) {
  std::optional<event::FieldPath> time;
  if (flags.bucket_by) {
    auto path = event::ParseFieldPath(*flags.bucket_by);
    if (!path) return std::move(path).error().In("--bucket-by");
    time = std::move(*path);
  }
  auto events = OpenRecords(flags.source, origin);
  if (!events) return events;
  return report::FlowsOf(std::move(*events), static_cast<size_t>(origin.settings.report.memory),
                         std::move(time));
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

Result<report::OpenSource> OpenRecords(std::string_view source, const Origin& origin) {
  const bool here = origin.settings.kafka.brokers == config::kEmbedded;
  if (source == kSegmentSource && !here) {
    return Error{Fault::kBadInput,
                 "--source segments: kafka.brokers names a cluster, whose files are elsewhere"};
  }
  if (source == "kafka" || !here) return report::FromTopic(origin.Reader());
  auto data_dir = PathOf("embedded.data_dir", origin.settings.embedded.data_dir);
  if (!data_dir) return std::move(data_dir).error();
  auto ranges = kafka::Reader::Find(origin.Reader());
  if (!ranges) return std::move(ranges).error();
  return report::FromSegments(
      {.data_dir = std::move(*data_dir), .topic = origin.topic, .ranges = std::move(*ranges)});
}

Result<std::function<report::OpenSource(const std::vector<kafka::PartitionRange>&)>> RangeOpener(
    const Origin& origin) {
  std::string data_dir;
  if (origin.settings.kafka.brokers == config::kEmbedded) {
    auto path = PathOf("embedded.data_dir", origin.settings.embedded.data_dir);
    if (!path) return std::move(path).error();
    data_dir = std::move(*path);
  }
  return std::function([data_dir, reader = origin.Reader()](
                           const std::vector<kafka::PartitionRange>& ranges) -> report::OpenSource {
    if (!data_dir.empty()) return report::FromSegments({data_dir, reader.topic, ranges});
    kafka::ReaderOptions mine = reader;
    for (const kafka::PartitionRange& range : ranges) {
      mine.partitions.push_back(range.partition);
      mine.starts[range.partition] = range.begin;
      mine.ends[range.partition] = range.end;
    }
    return report::FromTopic(std::move(mine));
  });
}

Result<report::OpenSource> OpenTopicRecords(std::string_view source, const Origin& origin) {
  const auto found = kafka::Reader::Find(origin.Reader());
  if (!found) return kafka::NameTopics(found.error(), origin.client, origin.topic);
  return OpenRecords(source, origin);
}

Result<report::OpenSource> OpenAsked(const ReportFlags& flags, const Origin& origin) {
  if (flags.view == kSalesView) {
    auto events = OpenRecords(flags.source, origin);
    if (!events) return events;
    return report::SalesOf(std::move(*events), static_cast<size_t>(origin.settings.report.memory));
  }
  const auto view = report::EventViewNamed(flags.view);
  if (view == report::ViewKind::kEconomy) return OpenFlows(flags, origin);
  if (flags.view.empty() || view) {
    return OpenRecords(flags.source, origin);
  }
  const auto replica = CurrentState(origin.settings, origin.client);
  if (!replica) return Error(replica.error());
  return RowsOf(flags.view, (*replica)->state);
}

}  // namespace gamevents::cmd
