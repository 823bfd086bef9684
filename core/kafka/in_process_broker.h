#pragma once

#include "core/base/result.h"

#include <memory>
#include <vector>

namespace gamevents::kafka {

class Producer;
class Reader;
struct PartitionRange;
struct ProducerOptions;
struct ReaderOptions;

/// A broker of this very process, which gives what this room declares without a network: who has
/// named it in ClientOptions gets from Producer::Open and Reader::Open what this opens.
/// Implemented by core/embedded. Thread-safe.
class InProcessBroker {
 public:
  virtual ~InProcessBroker() = default;

  /// A producer that keeps Producer's contract. Errors: as Producer::Open.
  virtual Result<std::unique_ptr<Producer>> OpenProducer(const ProducerOptions& options) = 0;

  /// A reader that keeps Reader's contract. Errors: as Reader::Open.
  virtual Result<std::unique_ptr<Reader>> OpenReader(const ReaderOptions& options) = 0;

  /// What that reader would read. Errors: as Reader::Open.
  virtual Result<std::vector<PartitionRange>> FindRanges(const ReaderOptions& options) = 0;
};

}  // namespace gamevents::kafka
