// Goal: what bounds a producer in this process is what bounds librdkafka's. Method: options and
// properties in, limits out.
#include "core/embedded/producer_limits.h"

#include "tests/unit/catch.h"

namespace gamevents::embedded {

TEST_CASE("without properties the options and librdkafka's defaults hold") {
  kafka::ProducerOptions options;
  options.delivery_timeout = std::chrono::milliseconds(1'234);
  options.queue_records_max = 10;
  options.queue_bytes_max = 3 << 10;
  const ProducerLimits limits = ProducerLimitsOf(options);
  CHECK(limits.delivery_timeout == std::chrono::milliseconds(1'234));
  CHECK(limits.records_max == 10);
  CHECK(limits.bytes_max == 3 << 10);
  CHECK(limits.message_bytes_max == 1'000'000);
  CHECK(limits.batch_bytes_max == 1'000'000);
  CHECK(limits.codec == log::Codec::kNone);
}

TEST_CASE("the properties win") {
  kafka::ProducerOptions options;
  options.client.properties = {{"queue.buffering.max.messages", "7"},
                               {"queue.buffering.max.kbytes", "2"},
                               {"message.max.bytes", "2000"},
                               {"batch.size", "3000"},
                               {"compression.codec", "lz4"}};
  const ProducerLimits limits = ProducerLimitsOf(options);
  CHECK(limits.records_max == 7);
  CHECK(limits.bytes_max == 2'048);
  CHECK(limits.message_bytes_max == 2'000);
  CHECK(limits.batch_bytes_max == 3'000);
  CHECK(limits.codec == log::Codec::kLz4);
}

}  // namespace gamevents::embedded
