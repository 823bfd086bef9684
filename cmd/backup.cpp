// backup, restore: a copy of the embedded log's data directory, made while its broker runs, and
// back.

#include "core/backup/backup.h"

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/progress_line.h"
#include "core/backup/restore.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/config/keys.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

struct BackupFlags {
  std::optional<std::string> directory;
  bool check = false;
  std::string format = "text";
};

/// The data directory. Errors: kBadInput where the log is a cluster's; as PathOf.
Result<std::string> DataDirOf(const config::Settings& settings) {
  if (settings.kafka.brokers != config::kEmbedded) {
    return Error{Fault::kBadInput, "this is about the embedded log, and kafka.brokers is " +
                                       settings.kafka.brokers +
                                       ": leave it out, or set it to embedded"};
  }
  return PathOf("embedded.data_dir", settings.embedded.data_dir);
}

backup::OnProgress ShowProgress(ProgressLine& line, const char* what) {
  return [&line, what](uint64_t done, uint64_t expected) {
    line.Say(what, done, expected);
    return !StopSignal::Requested();
  };
}

std::string Counted(uint64_t count, const char* one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

/// Topics but those that the broker keeps for itself.
size_t TopicsOf(const backup::Manifest& manifest) {
  size_t topics = 0;
  for (const auto& topic : manifest.topics)
    topics += topic.name.starts_with("__") ? size_t{0} : size_t{1};
  return topics;
}

/// "2 topics, 72 messages, 12345 bytes in 9 files".
std::string ContentOf(const backup::Manifest& manifest) {
  return fmt::format("{}, {}, {} in {}", Counted(TopicsOf(manifest), "topic"),
                     Counted(backup::MessagesOf(manifest), "message"),
                     Counted(backup::BytesOf(manifest), "byte"),
                     Counted(manifest.files.size(), "file"));
}

/// The members that backup and restore have in common, without braces.
std::string ContentAsJson(const backup::Manifest& manifest) {
  std::string json = fmt::format(
      R"("made_at":{},"gamevents":{},"cluster_id":{},"messages":{},"bytes":{},"files":{},)"
      R"("topics":[)",
      JsonString(manifest.made_at), JsonString(manifest.gamevents), JsonString(manifest.cluster_id),
      backup::MessagesOf(manifest), backup::BytesOf(manifest), manifest.files.size());
  for (const backup::ManifestTopic& topic : manifest.topics) {
    json += json.ends_with('[') ? "" : ",";
    json += fmt::format(R"({{"name":{},"partitions":[)", JsonString(topic.name));
    for (const backup::ManifestPartition& each : topic.partitions) {
      json += json.ends_with('[') ? "" : ",";
      json += fmt::format(R"({{"from":{},"to":{}}})", each.start, each.end);
    }
    json += "]}";
  }
  return json + "]";
}

Result<Exit> RunBackup(const BackupFlags& flags, const Context& context) {
  if (!flags.directory) return FailUsage("backup: where to? Give the folder: backup DIR");
  const config::Settings& settings = context.config.settings;
  auto data_dir = DataDirOf(settings);
  if (!data_dir) return FailSetUp(data_dir.error());
  if (!settings.state.snapshot.empty()) {
    Note(NoteLevel::kInfo,
         "state.snapshot is not in the data directory and is left out: it is "
         "folded again after a restore");
  }
  ProgressLine line;
  const auto made = backup::MakeBackup(
      {*data_dir, *flags.directory, GAMEVENTS_VERSION, ShowProgress(line, "backed up")});
  line.Clear();
  if (!made) return Error(made.error()).In("backup");
  for (const std::string& note : made->notes) Note(NoteLevel::kWarning, note);
  const backup::FileCounts& counts = made->counts;
  if (flags.format == "json") {
    return PrintAnswer(
        fmt::format(R"({{"directory":{},{},"taken_over":{},"cloned":{},"linked":{},"copied":{},)"
                    R"("bytes_copied":{}}})"
                    "\n",
                    JsonString(*flags.directory), ContentAsJson(made->manifest), counts.taken_over,
                    counts.cloned, counts.linked, counts.copied, counts.bytes_copied));
  }
  return PrintAnswer(fmt::format(
      "Backed up {} to {}: {} taken over, {} cloned, {} linked, {} copied ({} bytes).\n",
      ContentOf(made->manifest), *flags.directory, counts.taken_over, counts.cloned, counts.linked,
      counts.copied, counts.bytes_copied));
}

Result<Exit> RunRestore(const BackupFlags& flags, const Context& context) {
  if (!flags.directory) return FailUsage("restore: which backup? Give its folder: restore DIR");
  auto data_dir = DataDirOf(context.config.settings);
  if (!data_dir) return FailSetUp(data_dir.error());
  ProgressLine line;
  const auto done =
      backup::Restore({*flags.directory, *data_dir, flags.check, ShowProgress(line, "read")});
  line.Clear();
  if (!done) return Error(done.error()).In("restore");
  for (const std::string& note : done->notes) Note(NoteLevel::kWarning, note);
  for (const std::string& flaw : done->flaws) PrintError(flaw);
  if (!done->flaws.empty()) {
    return Error{Fault::kCorrupt,
                 fmt::format("restore: {} is damaged ({}), and nothing was restored: take another "
                             "backup, or put back what is named above",
                             *flags.directory, Counted(done->flaws.size(), "file"))};
  }
  if (flags.format == "json") {
    return PrintAnswer(fmt::format(R"({{"directory":{},"data_dir":{},{}}})"
                                   "\n",
                                   JsonString(*flags.directory),
                                   flags.check ? "null" : JsonString(*data_dir),
                                   ContentAsJson(done->manifest)));
  }
  if (flags.check) {
    return PrintAnswer(fmt::format("OK: {} of {}, made with gamevents {}\n",
                                   ContentOf(done->manifest), done->manifest.made_at,
                                   done->manifest.gamevents));
  }
  return PrintAnswer(fmt::format("Restored {} of {} to {}.\n", ContentOf(done->manifest),
                                 done->manifest.made_at, *data_dir));
}

// The flags that both have.
std::shared_ptr<BackupFlags> DeclareCommon(Flags& flags, std::string_view help) {
  auto options = std::make_shared<BackupFlags>();
  flags.Text("DIR", "", help, &options->directory);
  flags.Key("--data-dir", "embedded.data_dir", "where the data is kept");
  flags.Choice("--format,--output", "text|json", "How the result is written (text)",
               {"text", "json"}, &options->format);
  return options;
}

}  // namespace

Run DeclareBackup(Flags& flags) {
  auto options = DeclareCommon(flags, "The folder of the backup: new, empty, or of an earlier one");
  return [options](const Context& context) { return RunBackup(*options, context); };
}

Run DeclareRestore(Flags& flags) {
  auto options = DeclareCommon(flags, "The folder of the backup");
  flags.Switch("--check", "Only verify the backup; restore nothing", &options->check);
  return [options](const Context& context) { return RunRestore(*options, context); };
}

}  // namespace gamevents::cmd
