#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/sender.h"
#include "core/base/file.h"

#include <unistd.h>

#include <memory>
#include <string>

namespace gamevents::cmd {
namespace {

struct ProduceTestOptions {
  int64_t count = 42;
  std::string acks = "1";
};

constexpr int64_t kCountMax = 1'000'000'000;
constexpr char kAllInSync[] = "-1";

// Sends the numbers until one fails.
Status SendNumbers(Sender& sender, const std::string& topic, int64_t count) {
  for (int64_t number = 1; number <= count; ++number) {
    kafka::OutgoingRecord record;
    record.topic = topic;
    record.value = std::to_string(number);
    if (auto sent = sender.Send(std::move(record)); !sent) {
      // What is under way is still to be counted; the first failure is the one to tell.
      static_cast<void>(sender.Finish().ok());
      return sent;
    }
  }
  return sender.Finish();
}

Result<Exit> ProduceTest(const ProduceTestOptions& options, const Context& context) {
  const config::Settings& settings = context.config.settings;
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  EnsureTopic(*cluster, settings);
  kafka::ProducerOptions producer;
  producer.client = cluster->client();
  producer.acks = options.acks == kAllInSync ? -1 : 1;
  producer.delivery_timeout = settings.kafka.timeout;
  auto sender = Sender::Open(producer);
  if (!sender) return std::move(sender).error();

  auto sent = SendNumbers(**sender, settings.kafka.topic, options.count);
  if (!sent) {
    return std::move(sent).error().In(std::to_string((*sender)->delivered()) + " of " +
                                      std::to_string(options.count) + " messages arrived");
  }
  const std::string answer = "Produced " + std::to_string(options.count) + " messages.\n";
  if (auto written = WriteAll(STDOUT_FILENO, answer); !written) {
    return std::move(written).error().In("stdout");
  }
  return Exit::kOk;
}

}  // namespace

Run DeclareProduceTest(Flags& flags) {
  auto options = std::make_shared<ProduceTestOptions>();
  flags.Key("--topic", "kafka.topic", "The topic");
  flags.Integer("--count", "How many numbers to send (42)", &options->count,
                IntegerRange{1, kCountMax});
  flags.Choice("--acks", "1|-1", "1: the leader has it; -1: every replica in sync (1)",
               {"1", kAllInSync}, &options->acks);
  return [options](const Context& context) { return ProduceTest(*options, context); };
}

}  // namespace gamevents::cmd
