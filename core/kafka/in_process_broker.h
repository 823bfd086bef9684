#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <vector>

namespace gamevents::kafka {

class Producer;
class Reader;
struct NewTopic;
struct PartitionRange;
struct ProducerOptions;
struct ReaderOptions;
struct TopicDescription;

/// A broker of this very process, which gives what this room declares without a network: who has
/// named it in ClientOptions is served by it, whichever function of this room is called.
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

  /// As kafka::CreateTopic.
  virtual Status CreateTopic(const NewTopic& topic) = 0;

  /// As kafka::DescribeTopic.
  virtual Result<TopicDescription> DescribeTopic(const std::string& topic) = 0;
};

}  // namespace gamevents::kafka
