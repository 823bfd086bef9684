// doctor: what listens on this machine, and whether it is what should.

#include "cmd/doctor/finding.h"
#include "core/base/process.h"
#include "core/base/text.h"
#include "core/config/listeners.h"
#include "core/http/listen.h"

#include <string>
#include <string_view>

namespace gamevents::cmd {
namespace {

constexpr pid_t kServiceManager = 1;

struct Address {
  std::string key;
  std::string host;
  uint16_t port = 0;

  std::string Subject() const { return key + " " + FormatHostPort(host, port); }
};

// A port that is in use, by whoever has it. `command` is the one that should.
Finding JudgeUser(const Examined& examined, const Address& address, pid_t process,
                  std::string_view command) {
  const std::string subject = address.Subject();
  const std::string used = "in use by " + NameProcess(process);
  if (process == kServiceManager) return Ok(subject, "held by the service manager");
  if (process == examined.holder)
    return Ok(subject, used + ", the one that has the data directory");
  const std::string another = "set " + address.key + " to another port, or end that process";
  if (!RunsWith(process, "gamevents", command)) return Fail(subject, used, another);
  if (examined.data_dir.empty()) return Ok(subject, used);
  return Fail(subject, used + ", which has another data directory than " + examined.data_dir,
              another);
}

Finding JudgeAddress(const Examined& examined, const Address& address, std::string_view command) {
  const std::string subject = address.Subject();
  if (address.port == 0) return Ok(subject, "any free port");
  const Status free = http::CheckListen(address.host, address.port);
  if (free) return Ok(subject, "free");
  if (free.error().fault != Fault::kExists) {
    return Fail(subject, free.error().context,
                "set " + address.key +
                    " to an address of this machine and a port that this user "
                    "may listen on (above 1023)");
  }
  if (const auto process = ListenerOn(address.port)) {
    return JudgeUser(examined, address, *process, command);
  }
  return Warn(subject, "in use by a process of another user",
              "run doctor as root, or as the user of the service, to see which it is");
}

}  // namespace

std::vector<Finding> FindServePort(const Examined& examined) {
  const config::Settings::Serve& serve = examined.settings().serve;
  return {JudgeAddress(examined, {"serve.port", serve.host, static_cast<uint16_t>(serve.port)},
                       "serve")};
}

std::vector<Finding> FindBrokerPorts(const Examined& examined) {
  const config::Settings::Embedded& embedded = examined.settings().embedded;
  if (examined.data_dir.empty()) return {};
  const auto listeners = config::ListenersOf(embedded);
  if (!listeners) return {};  // It is the configuration that says why.
  const std::string key = embedded.listeners.empty() ? "embedded.listen" : "embedded.listeners";
  std::vector<Finding> findings;
  for (const config::AdvertisedListener& each : *listeners) {
    findings.push_back(JudgeAddress(examined, {key, each.host, each.port}, "broker"));
  }
  return findings;
}

}  // namespace gamevents::cmd
