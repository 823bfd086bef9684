// broker: the embedded broker on its own, until SIGTERM or SIGINT.

#include "cmd/certificates.h"
#include "cmd/cluster.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/forwarding.h"
#include "cmd/metrics/listener.h"
#include "cmd/serve/service_manager.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/reload_signal.h"
#include "core/base/urgency.h"
#include "core/base/watch.h"
#include "core/embedded/find_or_start.h"
#include "core/embedded/runner.h"

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

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
  Note(NoteLevel::kWarning,
       "--repair cuts this log there, and each other one at its first damage: " +
           started.error().context);
  options.log.repair = true;
  return embedded::StartOnly(options);
}

// Null where nobody is to watch.
Result<std::unique_ptr<MetricsListener>> ListenForMetrics(
    const config::Settings& settings, embedded::EmbeddedBroker& broker,
    const Forwarding& forwarding, const std::shared_ptr<tls::Certificates>& certificates) {
  const std::string& address = settings.embedded.metrics_listen;
  if (address.empty()) return std::unique_ptr<MetricsListener>();
  auto listener = MetricsListener::Start(address, broker, forwarding, certificates);
  if (listener) PrintStatus("metrics on " + (*listener)->url() + "/metrics");
  return listener;
}

Result<Exit> RunBroker(const BrokerOptions& flags, const Context& context) {
  SetUrgency(Urgency::kAwaited);
  if (Status installed = ReloadSignal::Install(); !installed) return std::move(installed).error();
  const config::Settings& settings = context.config.settings;
  const auto options = EmbeddedOptionsOf(settings, ListenMode::kConfigured);
  if (!options) return Error(options.error());
  auto broker = Start(*options, flags.repair);
  if (!broker) return AboutEmbedded(std::move(broker).error(), *options);
  PrintStatus((*broker)->summary());
  if (flags.print_address) {
    const std::string line = (*broker)->listens().Address() + "\n";
    if (auto written = WriteAll(STDOUT_FILENO, line); !written) {
      return std::move(written).error().In("stdout");
    }
  }
  auto forwarding = std::make_unique<Forwarding>(settings);
  if (Status started = forwarding->Start(**broker); !started) return FailSetUp(started.error());
  forwarding->NoteLag();
  const auto certificates = CertificatesOf(*options);
  auto listener = ListenForMetrics(settings, **broker, *forwarding, certificates);
  if (!listener) return std::move(listener).error();
  Reloads reloads;
  AddSettings(context, reloads);
  AddCertificates(certificates, "embedded.tls", reloads);
  Watch watch;
  (*broker)->AddTo(watch);
  ServiceManager::WaitForStop(reloads, std::move(watch));
  Note(NoteLevel::kInfo, "stopping: what has begun is answered first");
  listener->reset();
  forwarding.reset();
  if (auto stopped = (*broker)->Stop(kBrokerStopMax); !stopped) {
    return FailLogged(AboutEmbedded(std::move(stopped).error(), *options));
  }
  return Exit::kOk;
}

}  // namespace

Run DeclareBroker(Flags& flags) {
  auto options = std::make_shared<BrokerOptions>();
  flags.Key("--listen", "embedded.listen", "where to listen, HOST:PORT; port 0 for any free one");
  flags.Key("--data-dir", "embedded.data_dir", "where the data is kept");
  flags.Switch("--print-address", "Print HOST:PORT to stdout once clients can connect",
               &options->print_address);
  flags.Switch("--repair", "Say where a log is damaged before its tail, and cut it there",
               &options->repair);
  return [options](const Context& context) { return RunBroker(*options, context); };
}

}  // namespace gamevents::cmd
