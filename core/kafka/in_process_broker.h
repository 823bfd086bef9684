#pragma once

#include "core/base/result.h"

#include <memory>

namespace gamevents::kafka {

class Producer;
struct ProducerOptions;

/// A broker of this very process, which gives what this room declares without a network: who has
/// named it in ClientOptions gets from Producer::Open what this opens. Implemented by
/// core/embedded. Thread-safe.
class InProcessBroker {
 public:
  virtual ~InProcessBroker() = default;

  /// A producer that keeps Producer's contract. Errors: as Producer::Open.
  virtual Result<std::unique_ptr<Producer>> OpenProducer(const ProducerOptions& options) = 0;
};

}  // namespace gamevents::kafka
