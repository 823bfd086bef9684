#pragma once

#include "core/kafka/producer.h"
#include "core/log/batch.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gamevents::embedded {

/// What the options of a producer, and those of their properties that count without a socket, come
/// to.
struct ProducerLimits {
  std::chrono::milliseconds delivery_timeout{0};
  int64_t records_max = 0;       ///< that may wait
  int64_t bytes_max = 0;         ///< of keys and values that may wait
  size_t message_bytes_max = 0;  ///< of one record
  size_t batch_bytes_max = 0;    ///< of one batch, uncompressed
  log::Codec codec = log::Codec::kNone;
};

/// Requires: kafka::Producer::Check takes `options`.
ProducerLimits ProducerLimitsOf(const kafka::ProducerOptions& options);

}  // namespace gamevents::embedded
