// contracts: what events must be, in the files of serve.contracts.

#include "core/contracts/contracts.h"

#include "cmd/command.h"
#include "cmd/contracts/infer.h"
#include "cmd/flags.h"
#include "core/base/check.h"
#include "core/base/notes.h"
#include "core/contracts/client.h"
#include "core/contracts/compare.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

struct ContractsOptions {
  std::optional<std::string> folder;
  std::optional<std::string> against;
  bool readers = false;
  std::string language;
};

/// The folder that was given or is configured. Errors: kBadInput when there is neither.
Result<std::string> FolderOf(const ContractsOptions& options, const Context& context) {
  if (options.folder) return *options.folder;
  const std::string& configured = context.config.settings.serve.contracts;
  if (!configured.empty()) return configured;
  return Error{Fault::kBadInput,
               "which contracts? Give their FOLDER, or set serve.contracts, which serve reads"};
}

std::string CountOf(size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// The changes as lines, with whom each breaks.
std::string ChangesText(const std::vector<contracts::Change>& changes) {
  std::string text;
  for (const contracts::Change& change : changes) {
    text.append(change.event_type).append(": ");
    if (!change.pointer.empty()) text.append(change.pointer).append(": ");
    text.append(change.what).append(" (breaks ");
    text.append(!change.breaks_readers    ? "producers"
                : change.breaks_producers ? "producers and readers"
                                          : "readers");
    text.append(")\n");
  }
  return text;
}

Result<Exit> CompareWith(const contracts::Contracts& now, const ContractsOptions& options) {
  const auto before = contracts::Contracts::Load(*options.against);
  if (!before) return Error(before.error());
  const auto changes = contracts::Compare(**before, now);
  if (auto printed = PrintAnswer(ChangesText(changes)); !printed) return printed;
  const auto breaking = std::ranges::count_if(changes, [&](const contracts::Change& change) {
    return change.breaks_producers || options.readers;
  });
  if (breaking == 0) return Exit::kOk;
  return Error{Fault::kBadInput, CountOf(static_cast<size_t>(breaking), "breaking change") +
                                     " against " + *options.against};
}

Result<Exit> CheckContracts(const ContractsOptions& options, const Context& context) {
  const auto folder = FolderOf(options, context);
  if (!folder) return FailUsage(folder.error().context);
  const auto loaded = contracts::Contracts::Load(*folder);
  if (!loaded) return Error(loaded.error());
  std::vector<std::string> broken;
  for (const auto& [type, contract] : (*loaded)->all()) {
    for (const std::string& example : contracts::BrokenExamples(contract)) {
      broken.push_back(*folder + "/" + contract.file + ": " + example);
    }
  }
  if (!broken.empty()) {
    for (const std::string& each : broken) PrintError(each);
    return Exit::kFailed;
  }
  Note(NoteLevel::kInfo, *folder + ": " + CountOf((*loaded)->all().size(), "contract") + ", sound");
  return options.against ? CompareWith(**loaded, options) : Exit::kOk;
}

Result<Exit> Infer(const ContractsOptions& options, const Context& context) {
  const auto folder = FolderOf(options, context);
  if (!folder) return FailUsage(folder.error().context);
  return InferContracts(context.config.settings, *folder);
}

Result<Exit> PrintClient(const ContractsOptions& options, const Context& context) {
  const auto folder = FolderOf(options, context);
  if (!folder) return FailUsage(folder.error().context);
  const auto loaded = contracts::Contracts::Load(*folder);
  if (!loaded) return Error(loaded.error());
  const auto text = contracts::ClientFor(options.language, **loaded);
  if (!text) return FailUsage("LANGUAGE: " + text.error().context);
  return PrintAnswer(*text);
}

void DeclareFolder(Flags& flags, ContractsOptions& options) {
  flags.Text("FOLDER", "FOLDER", "The folder of contracts (serve.contracts)", &options.folder);
}

}  // namespace

Run DeclareContracts(Flags& flags) {
  auto options = std::make_shared<ContractsOptions>();
  Flags check =
      flags.Subcommand("check", "say whether contracts are sound, and what their changes break");
  DeclareFolder(check, *options);
  const Flag against = check.Text("--against", "FOLDER",
                                  "Fail on what producers must change for, since these contracts",
                                  &options->against);
  check.Switch("--readers", "Fail on what readers must change for, too", &options->readers)
      .Needs(against);
  Flags infer = flags.Subcommand("infer", "draft contracts from the events of the topic");
  DeclareFolder(infer, *options);
  infer.Key("--topic", "kafka.topic", "The topic that holds the events");
  Flags client =
      flags.Subcommand("client", "print types of the events, and a function that sends them");
  std::vector<std::string> languages;
  for (const std::string_view language : contracts::ClientLanguages())
    languages.emplace_back(language);
  client.Choice("LANGUAGE", "LANGUAGE", "The language of the client", languages,
                &options->language);
  DeclareFolder(client, *options);
  return [=](const Context& context) -> Result<Exit> {
    if (check.Given()) return CheckContracts(*options, context);
    if (infer.Given()) return Infer(*options, context);
    INVARIANT(client.Given());
    return PrintClient(*options, context);
  };
}

}  // namespace gamevents::cmd
