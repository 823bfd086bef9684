#include "core/embedded/producer_limits.h"

#include "core/base/number.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::embedded {
namespace {

// librdkafka's defaults, so that the same records fit on either way.
constexpr int64_t kMessageBytesMax = 1'000'000;
constexpr int64_t kBatchBytesMax = 1'000'000;

// The property's number; librdkafka has checked that it is one.
int64_t NumberOf(const kafka::ClientOptions& client, const std::string& property,
                 int64_t otherwise) {
  const auto found = client.properties.find(property);
  if (found == client.properties.end()) return otherwise;
  return ParseWholeNumber<int64_t>(found->second).value_or(otherwise);
}

log::Codec CodecOf(const kafka::ClientOptions& client) {
  static constexpr std::pair<std::string_view, log::Codec> kNames[] = {
      {"gzip", log::Codec::kGzip},
      {"snappy", log::Codec::kSnappy},
      {"lz4", log::Codec::kLz4},
      {"zstd", log::Codec::kZstd},
  };
  for (const char* property : {"compression.type", "compression.codec"}) {
    const auto found = client.properties.find(property);
    if (found == client.properties.end()) continue;
    for (const auto& [name, codec] : kNames) {
      if (found->second == name) return codec;
    }
  }
  return log::Codec::kNone;
}

}  // namespace

ProducerLimits ProducerLimitsOf(const kafka::ProducerOptions& options) {
  const kafka::ClientOptions& client = options.client;
  ProducerLimits limits{};
  limits.delivery_timeout = options.delivery_timeout;
  limits.records_max = NumberOf(client, "queue.buffering.max.messages", options.queue_records_max);
  const int64_t kib = std::max<int64_t>(options.queue_bytes_max >> 10, 1);
  limits.bytes_max = NumberOf(client, "queue.buffering.max.kbytes", kib) << 10;
  limits.message_bytes_max =
      static_cast<size_t>(NumberOf(client, "message.max.bytes", kMessageBytesMax));
  limits.batch_bytes_max = static_cast<size_t>(NumberOf(client, "batch.size", kBatchBytesMax));
  limits.codec = CodecOf(client);
  return limits;
}

}  // namespace gamevents::embedded
