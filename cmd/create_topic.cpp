#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/kafka/admin.h"

#include <unistd.h>

#include <memory>

namespace gamevents::cmd {
namespace {

struct CreateTopicOptions {
  bool if_not_exists = false;
};

Result<Exit> CreateTopic(const CreateTopicOptions& options, const Context& context) {
  const config::Settings& settings = context.config.settings;
  const kafka::NewTopic topic{settings.kafka.topic, static_cast<int32_t>(settings.kafka.partitions),
                              static_cast<int16_t>(settings.kafka.replication_factor)};
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
  if (auto written = WriteAll(STDOUT_FILENO, "Created Topic " + topic.name + ".\n"); !written) {
    return std::move(written).error().In("stdout");
  }
  return Exit::kOk;
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
  flags.Switch("--if-not-exists", "A topic that exists already is not an error",
               &options->if_not_exists);
  return [options](const Context& context) { return CreateTopic(*options, context); };
}

}  // namespace gamevents::cmd
