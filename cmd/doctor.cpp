// doctor: one line for each thing that was looked at, with what to do where it is not well.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/doctor/finding.h"
#include "cmd/flags.h"
#include "core/base/terminal.h"
#include "core/base/text.h"
#include "core/base/thread.h"
#include "core/config/keys.h"
#include "core/config/load.h"
#include "core/embedded/lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

// How long all checks may take together. Brokers answer or are given up well before; what is left
// is a disk over a network that is away.
constexpr std::chrono::seconds kAllTime{15};

struct NamedCheck {
  std::string_view name;
  Check check;
};

// A check is a row here and a function in cmd/doctor.
constexpr auto kChecks = std::to_array<NamedCheck>({
    {"configuration", FindConfiguration},
    {"files", FindFiles},
    {"secrets", FindSecrets},
    {"certificates", FindCertificates},
    {"data directory", FindDataDirectory},
    {"disk room", FindDiskRoom},
    {"HTTP port", FindServePort},
    {"broker ports", FindBrokerPorts},
    {"broker", FindBroker},
    {"topic", FindTopic},
    {"clock", FindClock},
    {"forwarding", FindForwardTarget},
    {"open files", FindDescriptors},
    {"memory", FindMemory},
    {"running", FindRunning},
    {"spark", FindSpark},
});

/// What was found, and by which check.
struct Line {
  std::string check;
  Finding finding;
};

/// What the threads of the checks have in common with the one that waits for them; it lives until
/// the last of them has ended.
struct Examination {
  explicit Examination(Examined what) : examined(std::move(what)) {}

  const Examined examined;
  std::mutex mutex;
  std::condition_variable changed;
  size_t ended = 0;                                                          // mutex
  std::array<std::optional<std::vector<Finding>>, kChecks.size()> findings;  // mutex
};

std::thread StartCheck(const std::shared_ptr<Examination>& examination, size_t index) {
  const auto work = [examination, index] {
    auto found = kChecks.at(index).check(examination->examined);
    const std::lock_guard lock(examination->mutex);
    examination->findings.at(index) = std::move(found);
    ++examination->ended;
    examination->changed.notify_all();
  };
  std::thread thread;
  if (!StartThread(thread, work)) work();
  return thread;
}

/// Runs all checks at once. Gives whether all of them came to an end; threads go on where not.
bool Examine(const std::shared_ptr<Examination>& examination, std::vector<Line>& lines) {
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kChecks.size(); ++i) threads.push_back(StartCheck(examination, i));
  std::unique_lock lock(examination->mutex);
  const bool ended = examination->changed.wait_for(
      lock, kAllTime, [&] { return examination->ended == kChecks.size(); });
  for (size_t i = 0; i < kChecks.size(); ++i) {
    const std::string name(kChecks.at(i).name);
    const auto& found = examination->findings.at(i);
    if (!found) {
      lines.push_back({name, Fail(name, fmt::format("no answer within {} s", kAllTime.count()),
                                  "see whether a disk or a network is away that it uses")});
      continue;
    }
    for (const Finding& finding : *found) lines.push_back({name, finding});
  }
  lock.unlock();
  for (std::thread& thread : threads) {
    if (!thread.joinable()) continue;
    // One that hangs does so in a call of the kernel: nobody waits for its end.
    if (ended) {
      thread.join();
    } else {
      thread.detach();
    }
  }
  return ended;
}

Examined Prepare(config::Loaded loaded) {
  Examined examined{std::move(loaded), "", std::nullopt};
  if (examined.settings().kafka.brokers != config::kEmbedded) return examined;
  const auto directory = PathOf("embedded.data_dir", examined.settings().embedded.data_dir);
  if (!directory) return examined;
  examined.data_dir = *directory;
  examined.holder = embedded::CurrentHolder(*directory);
  return examined;
}

/// Each mistake of a configuration that cannot be used, in a line of its own.
std::vector<Line> AboutConfiguration(const Error& error) {
  std::vector<Line> lines;
  std::istringstream mistakes(error.context);
  for (std::string mistake; std::getline(mistakes, mistake);) {
    lines.push_back({"configuration", Fail("configuration", mistake,
                                           "mend that place; nothing else is looked at before")});
  }
  return lines;
}

std::string AsText(const std::vector<Line>& lines) {
  constexpr std::string_view kIndent = "         ";  // as wide as a verdict
  size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.check.size());
  std::string text;
  for (const auto& [check, finding] : lines) {
    text += fmt::format("{:<9}{:<{}}  {}: {}\n", VerdictName(finding.verdict), check, width,
                        EscapeControls(finding.subject), EscapeControls(finding.found));
    if (!finding.remedy.empty()) {
      text.append(kIndent).append(EscapeControls(finding.remedy)).append("\n");
    }
  }
  return text;
}

// Paths may be any bytes, and JSON must be UTF-8.
std::string Quote(const std::string& text) {
  return JsonString(IsUtf8(text) ? text : EscapeControls(text));
}

std::string AsJson(const std::vector<Line>& lines) {
  std::string json = "[";
  for (const auto& [check, finding] : lines) {
    json += json.size() > 1 ? ",\n " : "";
    json +=
        fmt::format(R"({{"check":{},"verdict":"{}","subject":{},"found":{},"remedy":{}}})",
                    JsonString(check), VerdictName(finding.verdict), Quote(finding.subject),
                    Quote(finding.found), finding.remedy.empty() ? "null" : Quote(finding.remedy));
  }
  return json + "]\n";
}

Result<Exit> RunDoctor(const std::string& format, const Context& context) {
  std::vector<Line> lines;
  bool ended = true;
  auto loaded = config::Load(context.config_file, context.overrides);
  const bool usable = loaded.ok();
  if (usable) {
    ended = Examine(std::make_shared<Examination>(Prepare(std::move(*loaded))), lines);
  } else {
    lines = AboutConfiguration(loaded.error());
  }
  const auto printed = PrintAnswer(format == "json" ? AsJson(lines) : AsText(lines));
  const bool failed = std::ranges::any_of(
      lines, [](const Line& line) { return line.finding.verdict == Finding::Verdict::kFailed; });
  const Exit exit = !usable ? Exit::kUsage : failed ? Exit::kFailed : Exit::kOk;
  if (!ended) {
    // A thread that hangs would use what main takes down at its end.
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(exit));
  }
  if (!printed) return printed;
  return exit;
}

}  // namespace

Run DeclareDoctor(Flags& flags) {
  auto format = std::make_shared<std::string>("table");
  flags.Choice("--format,--output", "table|json", "How it is written (table)", {"table", "json"},
               format.get());
  return [format](const Context& context) { return RunDoctor(*format, context); };
}

}  // namespace gamevents::cmd
