#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/sender.h"
#include "core/base/file.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <memory>

namespace gamevents::cmd {
namespace {

struct ProduceTestOptions {
  int64_t count = 42;
  int acks = 1;
};

constexpr int64_t kCountMax = 1'000'000'000;

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
  kafka::ProducerOptions producer;
  producer.client = cluster->client();
  producer.acks = options.acks;
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

Run DeclareProduceTest(CLI::App& app, std::vector<config::Override>& overrides) {
  auto options = std::make_shared<ProduceTestOptions>();
  BindKey(app, "--topic", "kafka.topic", "The topic", overrides);
  app.add_option("--count", options->count, "How many numbers to send (42)")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, kCountMax));
  app.add_option("--acks", options->acks, "1: the leader has it; -1: every replica in sync (1)")
      ->type_name("1|-1")
      ->check(CLI::IsMember({1, -1}));
  return [options](const Context& context) { return ProduceTest(*options, context); };
}

}  // namespace gamevents::cmd
