// broker: the embedded broker on its own, until SIGTERM or SIGINT.

#include "cmd/cluster.h"
#include "cmd/command.h"
#include "core/base/file.h"
#include "core/base/stop.h"
#include "core/embedded/find_or_start.h"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

namespace gamevents::cmd {
namespace {

struct BrokerOptions {
  bool print_address = false;
  bool repair = false;
};

// A first try without repair finds what is damaged, so that it is said before anything is cut.
Result<std::unique_ptr<embedded::EmbeddedBroker>> Start(embedded::EmbeddedOptions options,
                                                        bool repair) {
  auto started = embedded::StartOnly(options);
  const bool damaged = !started && started.error().fault == Fault::kCorrupt;
  if (!damaged || !repair) return started;
  spdlog::warn("--repair cuts this log there, and each other one at its first damage: {}",
               started.error().context);
  options.log.repair = true;
  return embedded::StartOnly(options);
}

Result<Exit> RunBroker(const BrokerOptions& flags, const Context& context) {
  const auto options = EmbeddedOptionsOf(context.config.settings, ListenMode::kConfigured);
  if (!options) return Error(options.error());
  auto broker = Start(*options, flags.repair);
  if (!broker) return AboutEmbedded(std::move(broker).error(), *options);
  std::fprintf(stderr, "%s\n", (*broker)->summary().c_str());
  if (flags.print_address) {
    const std::string line = (*broker)->endpoint().Address() + "\n";
    if (auto written = WriteAll(STDOUT_FILENO, line); !written) {
      return std::move(written).error().In("stdout");
    }
  }
  while (!StopSignal::WaitFor(std::chrono::hours(1))) continue;
  spdlog::info("stopping: what has begun is answered first");
  if (auto stopped = (*broker)->Stop(kBrokerStopMax); !stopped) {
    return AboutEmbedded(std::move(stopped).error(), *options);
  }
  return Exit::kOk;
}

}  // namespace

Run DeclareBroker(CLI::App& app, std::vector<config::Override>& overrides) {
  auto options = std::make_shared<BrokerOptions>();
  BindKey(app, "--listen", "embedded.listen", "where to listen, HOST:PORT; port 0 for any free one",
          overrides);
  BindKey(app, "--data-dir", "embedded.data_dir", "where the data is kept", overrides);
  app.add_flag("--print-address", options->print_address,
               "Print HOST:PORT to stdout once clients can connect");
  app.add_flag("--repair", options->repair,
               "Cut a log whose middle is damaged at the damage, after saying so");
  return [options](const Context& context) { return RunBroker(*options, context); };
}

}  // namespace gamevents::cmd
