#include "cmd/report/origin.h"

#include "cmd/cluster.h"
#include "cmd/report/flags.h"
#include "core/config/keys.h"
#include "core/report/scan/segment_source.h"
#include "core/report/scan/topic_source.h"

#include <string>
#include <utility>

namespace gamevents::cmd {

kafka::ReaderOptions Origin::Reader() const {
  kafka::ReaderOptions reader;
  reader.client = client;
  reader.topic = settings.kafka.topic;
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
  return report::FromSegments({.data_dir = std::move(*data_dir),
                               .topic = origin.settings.kafka.topic,
                               .ranges = std::move(*ranges)});
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

}  // namespace gamevents::cmd
