#pragma once

#include "core/base/result.h"
#include "core/broker/broker.h"
#include "core/kafka/reader.h"

#include <memory>
#include <vector>

namespace gamevents::embedded {

/// kafka::Reader over the logs of a broker in this process, with its whole contract and these
/// differences. Nothing is unavailable, and there is nothing to connect to: of options.client the
/// timeout bounds Commit, the properties are checked, and the rest means nothing. That a topic
/// which is followed was deleted or made again is known at once, by its id. A batch's checksum is
/// compared. Next reads in the caller's thread, some 1 MiB of the logs at a time, and sleeps until
/// a high watermark moves. Once the broker stops, Next and Commit give kClosed; a Next that waits
/// returns with it.
///
/// The broker must outlive what is returned. Errors: as kafka::Reader::Open, but never
/// kUnavailable.
Result<std::unique_ptr<kafka::Reader>> OpenReader(broker::Broker& broker,
                                                  const kafka::ReaderOptions& options);

/// The ranges that OpenReader would read. Errors: as OpenReader.
Result<std::vector<kafka::PartitionRange>> FindRanges(broker::Broker& broker,
                                                      const kafka::ReaderOptions& options);

}  // namespace gamevents::embedded
