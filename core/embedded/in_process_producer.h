#pragma once

#include "core/base/result.h"
#include "core/broker/broker.h"
#include "core/kafka/producer.h"

#include <memory>

namespace gamevents::embedded {

/// A kafka::Producer that writes into the logs of `broker`, which is this process's: without a
/// socket and without a wait for company. While a batch is on its way to the disk, what comes next
/// gathers, and is the next batch; so batches grow with the load alone.
///
/// Its contract is that of kafka::Producer, with librdkafka's limits. What differs: a record that
/// cannot be stored is not tried again, because nothing between here and the disk passes by itself;
/// its delivery is kIo at once, and it is not stored. kUnavailable is a disk that does not answer
/// in time, or says that it failed: the record may be stored or not.
///
/// Of the properties those count that say what is stored, or how much may wait: compression.type,
/// message.max.bytes, batch.size, queue.buffering.max.messages and queue.buffering.max.kbytes. The
/// others are checked, and have nothing to do here.
///
/// The broker must outlive it, and must not be stopped before. Errors: as Producer::Open.
Result<std::unique_ptr<kafka::Producer>> OpenProducer(broker::Broker& broker,
                                                      const kafka::ProducerOptions& options);

}  // namespace gamevents::embedded
