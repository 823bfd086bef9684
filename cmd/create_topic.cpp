#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/key_value.h"
#include "core/base/notes.h"
#include "core/base/terminal.h"
#include "core/kafka/admin.h"

#include <memory>
#include <string>
#include <vector>

namespace gamevents::cmd {
namespace {

struct CreateTopicOptions {
  bool if_not_exists = false;
  std::vector<std::string> settings;  // "retention.ms=86400000"
};

Result<Exit> CreateTopic(const CreateTopicOptions& options, const Context& context) {
  const config::Settings& settings = context.config.settings;
  kafka::NewTopic topic{settings.kafka.topic, static_cast<int32_t>(settings.kafka.partitions),
                        static_cast<int16_t>(settings.kafka.replication_factor)};
  for (const std::string& setting : options.settings) {
    auto sides = CutKeyValue(setting);
    if (!sides) {
      return FailUsage("--config: '" + EscapeControls(setting) +
                       "' is not KEY=VALUE, as retention.ms=86400000; the configuration file is "
                       "named before the command, or by -c");
    }
    topic.settings[sides->first] = std::move(sides->second);
  }
  const auto cluster = OpenCluster(settings, ListenMode::kEphemeral);
  if (!cluster) return Error(cluster.error());
  auto created = kafka::CreateTopic(cluster->client(), topic);
  if (!created && created.error().fault == Fault::kExists) {
    const std::string exists = "topic " + topic.name + " exists already";
    if (!options.if_not_exists) {
      return Error{Fault::kExists, exists + "; --if-not-exists makes that no error"};
    }
    Note(NoteLevel::kInfo, exists);
    return Exit::kOk;
  }
  if (!created) return std::move(created).error();
  return PrintAnswer("Created Topic " + topic.name + ".\n");
}

}  // namespace

Run DeclareCreateTopic(Flags& flags) {
  auto options = std::make_shared<CreateTopicOptions>();
  const Flag name = flags.Key("NAME", "kafka.topic", "The topic");
  flags.Key("--topic", "kafka.topic", "The same as a flag, as other commands have it")
      .Excludes(name);
  flags.Key("--partitions", "kafka.partitions", "How many partitions");
  flags.Key("--replication-factor", "kafka.replication_factor",
            "How many brokers keep each partition");
  flags.Text("--config", "KEY=VALUE",
             "A setting of the topic by Kafka's name, as retention.ms; may be repeated",
             &options->settings);
  flags.Switch("--if-not-exists", "A topic that exists already is not an error",
               &options->if_not_exists);
  return [options](const Context& context) { return CreateTopic(*options, context); };
}

}  // namespace gamevents::cmd
